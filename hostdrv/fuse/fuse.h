/*
 * The parts of the driver that shows the running system to the host.
 *
 *     fuse.c     the program: mounting, confinement, the loop
 *     system.c   operations on the system's name space, by path
 *     files.c    what FUSE asks, put to those
 *
 * A path below the mount point is the same path in the system; /scheme lists the schemes. What is
 * no regular file, directory or link there (a device, say) appears as a file, since the host
 * would take a device for one of its own.
 */
#ifndef HOSTDRV_FUSE_FUSE_H
#define HOSTDRV_FUSE_FUSE_H

#define FUSE_USE_VERSION 31
#include <fuse.h>

#include "redox/scheme.h"

/* Results are values or negative errno. */

/* Opens without following a final link; for what may make a reader wait, without waiting. */
i64 system_open(const char *path, u32 flags, u32 mode);
i64 system_stat(const char *path, struct stat *st);
i64 system_fstat(u64 fd, struct stat *st);
/* Calls each for the names in a directory until it returns other than 0. */
i64 system_list(const char *path, int (*each)(void *arg, const char *name, u64 ino, u8 kind),
                void *arg);
/* True when files there keep what is written, so that the host may cache them. */
bool system_is_storage(const char *path);

extern const struct fuse_operations export_operations;

#endif
