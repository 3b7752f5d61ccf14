/*
 * The disk. Requests to it are waited for: a disk driver never uses a file system, so no circle of
 * waiting can come about. When the driver dies, the disk is opened anew, and what was under way is
 * done once more; what the driver had answered is with the disk already.
 */
#include "servers/redoxfs/redoxfs.h"

#include <string.h>

#define AGAIN_MS 5000u /* how long a driver may be away */
#define PAUSE_NS 5000000

static i64 try_open(struct device *d)
{
    size_t len = strlen(d->path);
    i64 fd =
        d->read_only ? -EROFS : rx_openat(RX_AT_FDCWD, d->path, len, RX_O_RDWR | RX_O_CLOEXEC, 0);

    if (fd == -EROFS || fd == -EACCES) {
        fd = rx_openat(RX_AT_FDCWD, d->path, len, RX_O_RDONLY | RX_O_CLOEXEC, 0);
        d->read_only = fd >= 0;
    }
    return fd;
}

/* ENOLCK: whom we take over from has it open still. */
static bool passing(i64 error)
{
    return error == -ENODEV || error == -ENOENT || error == -ENOLCK || error == -EIO ||
           error == -EBADF || error == -ENOTCONN;
}

static i64 open_waiting(struct device *d, u32 wait_ms)
{
    static const struct rx_timespec pause = {.nsec = PAUSE_NS};
    i64 fd = try_open(d);

    for (u32 waited = 0; passing(fd) && waited < wait_ms; waited += PAUSE_NS / 1000000) {
        rx_nanosleep(&pause, NULL);
        fd = try_open(d);
    }
    return fd;
}

static i64 reopen(struct device *d)
{
    redox_close_v1(d->fd);
    i64 fd = open_waiting(d, AGAIN_MS);
    if (fd < 0)
        return fd;
    d->fd = (u64)fd;
    return 0;
}

/* All of it, or an error. */
static i64 transfer(struct device *d, bool write, u64 offset, u8 *buf, size_t len)
{
    bool again = false;

    scheme_waits(true);
    for (size_t done = 0; done < len;) {
        i64 n = write ? rx_pwrite(d->fd, buf + done, len - done, offset + done)
                      : rx_pread(d->fd, buf + done, len - done, offset + done);
        if (n <= 0 && (again || n == -ENOSPC || reopen(d) < 0)) {
            scheme_waits(false);
            return n == -ENOSPC ? n : -EIO;
        }
        again = n <= 0;
        done += n > 0 ? (size_t)n : 0;
    }
    scheme_waits(false);
    return 0;
}

static int device_read(void *ctx, uint64_t block, uint32_t count, void *buf)
{
    return (int)transfer(ctx, false, block * RFS_BLOCK, buf, (size_t)count * RFS_BLOCK);
}

static int device_write(void *ctx, uint64_t block, uint32_t count, const void *buf)
{
    /* the disk does not change what is written to it */
    return (int)transfer(ctx, true, block * RFS_BLOCK, (u8 *)(uintptr_t)buf,
                         (size_t)count * RFS_BLOCK);
}

static int device_flush(void *ctx)
{
    struct device *d = ctx;

    scheme_waits(true);
    i64 r = (i64)redox_fsync_v1(d->fd);
    if (passing(r) && (r = reopen(d)) >= 0)
        r = (i64)redox_fsync_v1(d->fd);
    scheme_waits(false);
    return r < 0 ? -EIO : 0;
}

i64 device_open(struct device *d, const char *path, u32 wait_ms)
{
    struct rx_stat st;
    size_t len = strlen(path);

    if (len >= sizeof d->path)
        return -ENAMETOOLONG;
    memcpy(d->path, path, len + 1);
    i64 fd = open_waiting(d, wait_ms);
    if (fd < 0)
        return fd;
    d->fd = (u64)fd;
    i64 r = rx_fstat(d->fd, &st);
    if (r < 0) {
        device_close(d);
        return r;
    }
    d->rfs = (struct rfs_device){.ctx = d,
                                 .blocks = st.size / RFS_BLOCK,
                                 .read = device_read,
                                 .write = d->read_only ? NULL : device_write,
                                 .flush = device_flush};
    return 0;
}

void device_close(struct device *d)
{
    redox_close_v1(d->fd);
}
