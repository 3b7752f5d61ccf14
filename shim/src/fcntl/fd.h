/* Descriptors and paths as the rest of the library hands them to libredox. */
#ifndef SHIM_FCNTL_FD_H
#define SHIM_FCNTL_FD_H

#include <fcntl.h>
#include <string.h>
#include "shim/src/internal/result.h"

/* A negative descriptor must not reach the upper table, whose tag is a high bit. */
static inline u64 __umk_fd(int fd)
{
    return fd < 0 ? RX_FD_NONE : (u64)fd;
}

/* Whether an open file is a pipe or a socket: a stream of bytes that have no place. */
static inline bool __umk_is_stream(int fd)
{
    struct redox_c_stat st;

    if ((i64)redox_fstat_v1(__umk_fd(fd), &st) < 0)
        return false;
    u32 type = (u32)st.mode & MODE_TYPE;
    return type == MODE_FIFO || type == MODE_SOCK;
}

/* The directory of an ...at function. */
static inline i64 __umk_dirfd(int fd)
{
    return fd == AT_FDCWD ? RX_AT_FDCWD : fd;
}

/*
 * Opens path relative to dirfd. flags are O_* without a mode; mode is masked by the caller.
 * Result: descriptor or negative errno.
 */
static inline i64 __umk_openat(int dirfd, const char *path, u32 flags, u32 mode)
{
    if (!path)
        return -EFAULT;
    if (!*path)
        return -ENOENT;
    return rx_openat(__umk_dirfd(dirfd), path, strlen(path), flags, mode);
}

/* The file mode creation mask. */
u32 __umk_umask_get(void) __umk_hidden;

/*
 * An absolute path for (dirfd, path), for the calls that know no directory descriptor. Result:
 * length, NUL-terminated in buf of size RX_PATH_MAX, or negative errno.
 */
i64 __umk_fullpath(int dirfd, const char *path, char *buf) __umk_hidden;

/*
 * Opens a file, calls fn on its descriptor and closes it. For the operations that Redox has on
 * descriptors only.
 */
i64 __umk_with_file(int dirfd, const char *path, u32 flags, i64 (*fn)(u64 fd, const void *arg),
                    const void *arg) __umk_hidden;

#endif
