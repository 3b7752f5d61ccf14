/*
 * The disk. Requests run in the background (backlog.h). A disk driver never uses a file system, so
 * that waiting for one closes no circle. When the driver dies, the disk is opened anew, and what
 * was under way is done once more; what the driver had answered is with the disk already.
 */
#include "servers/redoxfs/redoxfs.h"

#include "libblock/window.h"
#include "umk/abi/portal.h"

#include <string.h>

#define AGAIN_MS 5000u /* how long a driver may be away */
#define PAUSE_MS 5u
#define FLAGS_OF_FILE UINT64_MAX

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
    static const struct rx_timespec pause = {.nsec = PAUSE_MS * 1000000};
    i64 fd = try_open(d);

    for (u32 waited = 0; passing(fd) && waited < wait_ms; waited += PAUSE_MS) {
        rx_nanosleep(&pause, NULL);
        fd = try_open(d);
    }
    return fd;
}

/* The transfer memory of the driver of now. What is in that of the one before goes on in it;
 * without it, what lies there is sent by message. */
static void open_window(struct device *d)
{
    _Static_assert(DISK_WINDOW == (u64)BACKLOG_SLOTS * BACKLOG_SLOT, "slots fill the memory");
    u8 *old = d->backlog.window;
    size_t at = d->read_only ? (size_t)-EROFS
                             : redox_mmap_v1(NULL, DISK_WINDOW, RX_PROT_READ | RX_PROT_WRITE,
                                             RX_MAP_SHARED, d->fd, 0);

    if (RX_IS_ERR(at)) {
        backlog_window(&d->backlog, old, false);
        return;
    }
    if (old) {
        memcpy((u8 *)at, old, DISK_WINDOW);
        redox_munmap_v1(old, DISK_WINDOW);
    }
    backlog_window(&d->backlog, (u8 *)at, true);
}

static void poke(void *arg)
{
    struct device *d = arg;

    backlog_poke(&d->backlog);
}

static i64 engine_reopen(void *ctx, bool wait)
{
    struct device *d = ctx;
    struct rx_timespec t = {0};

    if (d->fd != RX_FD_NONE)
        redox_close_v1(d->fd);
    d->fd = RX_FD_NONE;
    i64 fd = open_waiting(d, wait ? AGAIN_MS : 0);
    if (fd < 0 && passing(fd) && !wait && ++d->tries < AGAIN_MS / PAUSE_MS) {
        rx_clock(RX_CLOCK_MONOTONIC, &t);
        rx_timer((u64)t.sec * 1000000000 + (u64)t.nsec + PAUSE_MS * 1000000, poke, d);
        return -EAGAIN;
    }
    d->tries = 0;
    if (fd < 0)
        return fd;
    d->fd = (u64)fd;
    open_window(d);
    return 0;
}

static void finished(void *arg, i64 result, const void *data, const u64 ret[4])
{
    struct piece *p = arg;

    (void)ret;
    if (p->reads && result > 0 && p->slot < 0)
        memcpy(p->buf, data, (size_t)result);
    backlog_finished(p, result);
}

static i64 start_in_window(const struct device *d, enum disk_act op, u64 offset, struct piece *p)
{
    u64 place = DISK_CALL_PLACE(p->buf - d->backlog.window, p->len);
    const u64 args[6] = {d->fd,           0,
                         DISK_CALL_WORDS, op == ACT_READ ? DISK_CALL_READ : DISK_CALL_WRITE,
                         offset,          place};

    return rx_async_call(SYS_CALL, args, NULL, 0, 0, finished, p);
}

static i64 engine_start(void *ctx, enum disk_act op, u64 offset, struct piece *p)
{
    const struct device *d = ctx;

    if (op != ACT_FLUSH && p->slot >= 0)
        return start_in_window(d, op, offset, p);
    const u64 args[6] = {d->fd, p->len, offset, FLAGS_OF_FILE};

    switch (op) {
    case ACT_READ:
        return rx_async_call(SYS_READ2, args, NULL, 0, p->len, finished, p);
    case ACT_WRITE:
        return rx_async_call(SYS_WRITE2, args, p->buf, p->len, 0, finished, p);
    default:
        return rx_async_call(SYS_FSYNC, (const u64[6]){d->fd}, NULL, 0, 0, finished, p);
    }
}

static void engine_wait(void *ctx)
{
    (void)ctx;
    scheme_waits(true);
    rx_async_wait();
    scheme_waits(false);
}

static int device_read(void *ctx, uint64_t block, uint32_t count, void *buf)
{
    struct device *d = ctx;

    return (int)backlog_read(&d->backlog, block, count, buf);
}

static void device_prefetch(void *ctx, uint64_t block, uint32_t count)
{
    struct device *d = ctx;

    backlog_prefetch(&d->backlog, block, count);
}

static int device_write(void *ctx, uint64_t block, uint32_t count, const void *buf)
{
    struct device *d = ctx;

    return (int)backlog_write(&d->backlog, block, count, buf);
}

static void *device_place(void *ctx, uint64_t block, uint32_t count)
{
    struct device *d = ctx;

    return backlog_place(&d->backlog, block, count);
}

static int device_put(void *ctx)
{
    struct device *d = ctx;

    return (int)backlog_put(&d->backlog);
}

static int device_flush(void *ctx)
{
    struct device *d = ctx;

    return (int)backlog_flush(&d->backlog);
}

i64 device_open(struct device *d, const char *path, u32 wait_ms)
{
    const struct backlog_engine engine = {.ctx = d,
                                          .start = engine_start,
                                          .wait = engine_wait,
                                          .reopen = engine_reopen,
                                          .answer = d->answer};
    struct rx_stat st;
    size_t len = strlen(path);

    if (len >= sizeof d->path)
        return -ENAMETOOLONG;
    memcpy(d->path, path, len + 1);
    i64 fd = open_waiting(d, wait_ms);
    if (fd < 0)
        return fd;
    d->fd = (u64)fd;
    d->tries = 0;
    backlog_init(&d->backlog, &engine, d->backlog_limit);
    open_window(d);
    i64 r = scheme_loop_init(); /* for calls in the background */
    if (r >= 0)
        r = rx_fstat(d->fd, &st);
    if (r < 0) {
        device_close(d);
        return r;
    }
    d->rfs = (struct rfs_device){.ctx = d,
                                 .blocks = st.size / RFS_BLOCK,
                                 .read = device_read,
                                 .write = d->read_only ? NULL : device_write,
                                 .flush = device_flush,
                                 .prefetch = device_prefetch,
                                 .place = device_place,
                                 .put = device_put};
    return 0;
}

void device_close(struct device *d)
{
    backlog_close(&d->backlog);
    if (d->backlog.window)
        redox_munmap_v1(d->backlog.window, DISK_WINDOW);
    redox_close_v1(d->fd);
}
