/*
 * Terminal control (spec/services.md 8.3): a named dup of the terminal gives a handle
 * whose content is the value.
 */
#ifndef SHIM_TERMINAL_CONTROL_H
#define SHIM_TERMINAL_CONTROL_H

#include "shim/src/fcntl/fd.h"

/*
 * Reads or writes the value called name; a value that comes shorter leaves the rest of buf as it
 * is. 0; -EBADF: not open; -ENOTTY: no such value here.
 */
i64 __umk_tty_get(int fd, const char *name, void *buf, size_t len) __umk_hidden;
i64 __umk_tty_set(int fd, const char *name, const void *buf, size_t len) __umk_hidden;

#endif
