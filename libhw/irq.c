/*
 * Interrupts in a server's loop: all of them in one event queue, which a call in the background
 * reads.
 */
#include "libhw/hw.h"
#include "redox/scheme.h"

#include <stdio.h>
#include <string.h>

#define WATCHES_MAX 32u
#define MESSAGE_FIRST 64u
#define MESSAGE_END 208u
#define VECTOR_BASE 32u
#define MESSAGE_BASE 0xFEE00000u

struct watch {
    u64 irq;
    void (*fn)(void *arg);
    void *arg;
};

static struct watch watches[WATCHES_MAX];
static u32 nwatches;
static u64 queue;

static i64 open_irq(const char *name, u32 flags)
{
    char path[40];
    int n = snprintf(path, sizeof path, "/scheme/irq/%s", name);

    return rx_openat(RX_AT_FDCWD, path, (size_t)n, flags | RX_O_CLOEXEC, 0);
}

i64 hw_irq_line(u32 line)
{
    char name[12];

    snprintf(name, sizeof name, "%u", line);
    return open_irq(name, RX_O_RDWR);
}

i64 hw_irq_message(u64 *address, u32 *data)
{
    char name[20];
    u32 target;
    i64 fd = open_irq("bsp", RX_O_RDONLY);

    if (fd < 0)
        return fd;
    i64 n = (i64)redox_read_v1((size_t)fd, (u8 *)&target, sizeof target);
    redox_close_v1((size_t)fd);
    if (n < (i64)sizeof target)
        return n < 0 ? n : -EIO;
    for (u32 i = MESSAGE_FIRST; i < MESSAGE_END; i++) {
        snprintf(name, sizeof name, "cpu-00/%u", i);
        fd = open_irq(name, RX_O_RDWR | RX_O_CREAT);
        if (fd >= 0) {
            *address = MESSAGE_BASE | (u64)(target & 0xFF) << 12;
            *data = i + VECTOR_BASE;
        }
        if (fd != -EEXIST)
            return fd;
    }
    return -ENOSPC;
}

/* The count is read first: an interrupt that comes while fn looks makes the write a no-op, and
 * another event is on its way. A line that is raised still comes again when it is acknowledged. */
static void handle(const struct watch *w)
{
    u64 count;

    if ((i64)redox_read_v1((size_t)w->irq, (u8 *)&count, sizeof count) != sizeof count)
        return;
    w->fn(w->arg);
    redox_write_v1((size_t)w->irq, (const u8 *)&count, sizeof count);
}

static void wait_for_events(void);

static void on_events(void *arg, i64 result, const void *data, const u64 ret[4])
{
    struct rx_event e;

    (void)arg;
    (void)ret;
    for (i64 at = 0; at + (i64)sizeof e <= result; at += (i64)sizeof e) {
        memcpy(&e, (const u8 *)data + at, sizeof e);
        if (e.data < nwatches)
            handle(&watches[e.data]);
    }
    if (result < 0 && result != -EINTR && result != -EAGAIN)
        hw_fail("driver", "no interrupts any more", result);
    wait_for_events();
}

static void wait_for_events(void)
{
    i64 r = rx_async_read(queue, 16 * sizeof(struct rx_event), on_events, NULL);

    if (r < 0)
        hw_fail("driver", "cannot wait for interrupts", r);
}

i64 hw_irq_watch(u64 irq, void (*fn)(void *arg), void *arg)
{
    i64 r = 0;

    if (nwatches == WATCHES_MAX)
        return -ENOSPC;
    if (nwatches == 0 && (r = scheme_loop_init()) >= 0 &&
        (r = (i64)redox_event_queue_create_v1(0)) >= 0)
        queue = (u64)r;
    if (r < 0)
        return r;
    watches[nwatches] = (struct watch){irq, fn, arg};
    r = (i64)redox_event_queue_ctl_v1((size_t)queue, (size_t)irq, EVENT_READ, nwatches);
    if (r >= 0 && nwatches++ == 0)
        wait_for_events();
    return r < 0 ? r : 0;
}
