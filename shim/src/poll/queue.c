/* The event queue behind poll and select. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/poll/queue.h"
#include "shim/src/pthread/cancel.h"

#define FEW 32 /* watches whose records fit on the stack */

u64 __umk_watch_ms(const struct timespec *timeout)
{
    if (!timeout || timeout->tv_sec > INT32_MAX)
        return UINT64_MAX;
    return (u64)timeout->tv_sec * 1000 + ((u64)timeout->tv_nsec + 999999) / 1000000;
}

/* A server that refuses to be watched is one that never makes anybody wait. */
static void refused(struct watch *w, i64 error)
{
    if (error == -EBADF)
        w->bad = true;
    else
        w->ready = w->want;
}

static size_t count_ready(const struct watch *w, size_t n)
{
    size_t count = 0;

    for (size_t i = 0; i < n; i++)
        count += w[i].ready || w[i].bad;
    return count;
}

static i64 register_each(u64 queue, struct watch *w, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct rx_event e = {.id = __umk_fd(w[i].fd), .flags = w[i].want, .data = i};
        i64 r = (i64)redox_write_v1(queue, (const u8 *)&e, sizeof e);
        if (r == -ENOMEM || r == -EINTR)
            return r;
        if (r < 0)
            refused(&w[i], r);
    }
    return 0;
}

static i64 set_timeout(u64 queue, u64 ms)
{
    struct rx_event e = {.id = EVENT_TIMEOUT_ID, .flags = EVENT_READ, .data = ms};

    return ms == UINT64_MAX ? 0 : (i64)redox_write_v1(queue, (const u8 *)&e, sizeof e);
}

/*
 * All files and the timeout in one write; where one file is refused, one by one to find out which.
 * e has room for one record more than files.
 */
static i64 register_all(u64 queue, struct watch *w, size_t n, struct rx_event *e, u64 ms)
{
    size_t records = n;

    for (size_t i = 0; i < n; i++)
        e[i] = (struct rx_event){.id = __umk_fd(w[i].fd), .flags = w[i].want, .data = i};
    if (ms != UINT64_MAX)
        e[records++] = (struct rx_event){.id = EVENT_TIMEOUT_ID, .flags = EVENT_READ, .data = ms};
    if (records == 0 ||
        redox_write_v1(queue, (const u8 *)e, records * sizeof *e) == records * sizeof *e)
        return 0;
    i64 r = register_each(queue, w, n);
    if (r < 0)
        return r;
    return set_timeout(queue, count_ready(w, n) ? 0 : ms);
}

/* Takes events once; the queue's timeout is set. */
static i64 collect(u64 queue, struct watch *w, size_t n, struct rx_event *e)
{
    i64 r = (i64)redox_read_v1(queue, (u8 *)e, (n + 1) * sizeof *e);

    if (r < 0)
        return r;
    for (size_t i = 0; i < (size_t)r / sizeof *e; i++)
        if (e[i].id != EVENT_TIMEOUT_ID && e[i].data < n)
            w[e[i].data].ready |= (u32)e[i].flags & w[e[i].data].want;
    return 0;
}

/*
 * A handler that runs before the read must keep it from waiting: from the moment wake_queue is
 * set a handler cuts the coming read short, and one that ran before the timeout was written, which
 * undoes that, is found by the count.
 */
static i64 watch(u64 queue, struct watch *w, size_t n, u64 ms, struct rx_event *e, u32 count)
{
    struct umk_thread *t = __umk_self();
    i64 r = register_all(queue, w, n, e, ms);

    if (r < 0)
        return r;
    if (__atomic_load_n(&t->handler_count, __ATOMIC_RELAXED) != count)
        return -EINTR;
    r = collect(queue, w, n, e);
    if (r < 0)
        return r;
    size_t ready = count_ready(w, n);
    if (!ready && __atomic_load_n(&t->handler_count, __ATOMIC_RELAXED) != count)
        return -EINTR;
    return (i64)ready;
}

static i64 watch_masked(u64 queue, struct watch *w, size_t n, u64 ms, struct rx_event *e,
                        const sigset_t *mask)
{
    struct umk_thread *t = __umk_self();
    u32 count = t->handler_count;
    sigset_t old;

    __umk_cancel_enter();
    t->no_restart++;
    t->wake_queue = queue + 1;
    if (mask)
        pthread_sigmask(SIG_SETMASK, mask, &old);
    i64 r = watch(queue, w, n, ms, e, count);
    if (mask)
        pthread_sigmask(SIG_SETMASK, &old, NULL);
    t->wake_queue = 0;
    t->no_restart--;
    __umk_cancel_leave();
    return r;
}

/* What a cancelled wait leaves behind. */
struct held {
    u64 queue;
    void *memory;
};

static void release(void *arg)
{
    const struct held *h = arg;

    __umk_self()->wake_queue = 0;
    redox_close_v1(h->queue);
    free(h->memory);
}

i64 __umk_watch(struct watch *w, size_t n, const struct timespec *timeout, const sigset_t *mask)
{
    struct umk_thread *t = __umk_self();
    struct rx_event few[FEW + 1], *e = few;

    if (timeout && (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000))
        return -EINVAL;
    if (n > FEW) {
        e = calloc(n + 1, sizeof *e);
        if (!e)
            return -ENOMEM;
    }
    i64 queue = (i64)redox_event_queue_create_v1(0);
    if (queue < 0) {
        if (e != few)
            free(e);
        return queue;
    }
    /* a cleanup handler by hand: waiting shall not link all of the threads */
    struct held held = {(u64)queue, e != few ? e : NULL};
    struct __umk_cleanup cleanup = {release, &held, t->cleanup};
    t->cleanup = &cleanup;
    i64 r = watch_masked((u64)queue, w, n, __umk_watch_ms(timeout), e, mask);
    t->cleanup = cleanup.__next;
    release(&held);
    return r;
}
