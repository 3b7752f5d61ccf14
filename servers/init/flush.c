/* All file systems at once, each by an fsync of its root; see flush.h. */
#include "servers/init/flush.h"
#include "redox/scheme.h"
#include "servers/init/aopen.h"
#include "servers/init/log.h"

#include <stdio.h>
#include <stdlib.h>

#define SCHEMES "/scheme/"

/* What is asked of one scheme. */
struct flush {
    u64 fd;
    char path[300];
};

static void (*all_done)(void);
static size_t waited_for;

static void one_less(void)
{
    if (--waited_for == 0)
        all_done();
}

static void end(struct flush *f)
{
    if (f->fd != RX_FD_NONE)
        redox_close_v1((size_t)f->fd);
    free(f);
    one_less();
}

/* A scheme that has nothing to write, or is gone, is no loss. */
static bool is_loss(i64 result)
{
    return result < 0 && result != -EOPNOTSUPP && result != -ENOSYS && result != -EBADF &&
           result != -ENODEV;
}

static void synced(void *arg, i64 result, const void *data, const u64 ret[4])
{
    struct flush *f = arg;
    (void)data, (void)ret;
    if (is_loss(result))
        log_line("%s could not be written: error %d", f->path, (int)-result);
    end(f);
}

static void opened(void *arg, i64 fd)
{
    struct flush *f = arg;
    const u64 args[6] = {(u64)fd};
    if (fd >= 0)
        f->fd = (u64)fd;
    if (fd < 0 || rx_async_call(SYS_FSYNC, args, NULL, 0, 0, synced, f) < 0)
        end(f);
}

static void listed(void *arg, i64 result, struct words names)
{
    (void)arg;
    if (result < 0)
        log_line(SCHEMES " cannot be read: error %d", (int)-result);
    waited_for = 1;
    for (size_t i = 0; i < names.n; i++) {
        struct flush *f = malloc(sizeof *f);
        if (!f)
            break;
        waited_for++;
        f->fd = RX_FD_NONE;
        snprintf(f->path, sizeof f->path, SCHEMES "%s", names.v[i]);
        aopen(f->path, RX_O_STAT | RX_O_DIRECTORY, RX_FD_UPPER, opened, f);
    }
    words_clear(&names);
    one_less();
}

void flush_all(void (*done)(void))
{
    all_done = done;
    alist_dir(SCHEMES, listed, NULL);
}
