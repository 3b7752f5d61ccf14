/* opendir, fdopendir, closedir, dirfd. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>
#include "shim/src/dirent/dir.h"
#include "shim/src/fcntl/fd.h"

static DIR *new_dir(int fd)
{
    DIR *d = malloc(sizeof *d);

    if (!d)
        return NULL;
    d->lock = 0;
    d->fd = fd;
    d->next = 0;
    d->used = d->len = 0;
    return d;
}

DIR *opendir(const char *path)
{
    i64 fd = __umk_openat(AT_FDCWD, path, RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC, 0);

    if (fd < 0) {
        __umk_fail((int)-fd);
        return NULL;
    }
    DIR *d = new_dir((int)fd);
    if (!d) {
        redox_close_v1((u64)fd);
        __umk_fail(ENOMEM);
    }
    return d;
}

DIR *fdopendir(int fd)
{
    struct redox_c_stat st;
    i64 r = (i64)redox_fstat_v1(__umk_fd(fd), &st);

    if (r >= 0 && ((u32)st.mode & MODE_TYPE) != MODE_DIR)
        r = -ENOTDIR;
    if (r < 0) {
        __umk_fail((int)-r);
        return NULL;
    }
    DIR *d = new_dir(fd);
    if (d)
        redox_fcntl_v0((u64)fd, RX_F_SETFD, RX_FD_CLOEXEC);
    return d;
}

int closedir(DIR *d)
{
    int fd = d->fd;

    free(d);
    return close(fd);
}

int dirfd(DIR *d)
{
    return d->fd;
}
