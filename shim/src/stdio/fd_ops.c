/* Streams on descriptors. */
#include <errno.h>
#include <signal.h>
#include "shim/src/internal/stdio.h"

static i64 fd_read(FILE *f, void *buf, size_t len)
{
    return (i64)redox_read_v1((size_t)f->fd, buf, len);
}

static i64 fd_write(FILE *f, const void *buf, size_t len)
{
    i64 r = (i64)redox_write_v1((size_t)f->fd, buf, len);
    if (r == -EPIPE)
        raise(SIGPIPE); /* as write does it */
    return r;
}

static i64 fd_seek(FILE *f, i64 offset, int whence)
{
    return rx_lseek((u64)f->fd, offset, whence);
}

static i64 fd_close(FILE *f)
{
    return (i64)redox_close_v1((size_t)f->fd);
}

const struct stream_ops __umk_fd_ops = {fd_read, fd_write, fd_seek, fd_close};
