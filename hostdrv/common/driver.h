/*
 * What the drivers of this folder share. A driver is a program of the host, linked with the host's
 * C library, that umk starts in the place of a program of the system (umk/host/driver.h). It gets
 * its files of the host as open descriptors, attaches to the kernel, confines itself to the host
 * calls it needs, and then serves or uses the system like any program, through libredox.
 */
#ifndef HOSTDRV_COMMON_DRIVER_H
#define HOSTDRV_COMMON_DRIVER_H

#include "redox/scheme.h"

/* Attaches to the kernel. */
const struct rx_start *driver_attach(void);

/*
 * From here on the process, with all threads it has, may make only those host calls that libredox
 * and a quiet C library need (memory, waiting, closing, writing 8 bytes to a bell), and the ones
 * given: numbers of calls, n of them. A call that is not permitted ends the process. 0 or a
 * negative errno.
 */
int driver_confine(const int *calls, size_t n);

/* Prints "umk: NAME: ..." on standard error and ends the driver. */
_Noreturn void driver_fail(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
