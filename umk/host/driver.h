/*
 * Drivers that the host backs: programs of the host (build/hostdrv, beside umk) that stand in for
 * programs of the system. A program file of the system says so in its first line,
 *
 *     #!hostdrv NAME
 *
 * and user 0 only may start it. The driver runs with the files of the host that `umk run` was told
 * of (drives.h), attaches to the kernel like any program, and confines itself by a filter of its
 * own before it serves anybody.
 */
#ifndef UMK_HOST_DRIVER_H
#define UMK_HOST_DRIVER_H

#include <sys/types.h>

#include "umk/core/machine.h"
#include "umk/host/drives.h"

#define DRIVER_NAME_MAX 16u

void driver_open(const struct storage *s);
/* The driver that an image names, into name; false: it is an ordinary program. */
bool driver_named(const struct body_image *image, char name[DRIVER_NAME_MAX]);
/* The path of the driver's program. -ENOENT: there is no such driver, or nothing for it to do. */
i64 driver_path(const char *name, char *path, size_t size);
/* Starts it with its control socket. Host pid or -errno. */
pid_t driver_start(const char *name, const char *path, int control);
/* Ends what a driver has left on the host: the mount of --export. */
void driver_clean_up(const struct storage *s);

#endif
