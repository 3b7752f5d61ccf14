/*
 * Waiting for several files with an event queue. A registration makes what is ready
 * now an event at once, so a fresh queue answers level-triggered questions.
 */
#ifndef SHIM_POLL_QUEUE_H
#define SHIM_POLL_QUEUE_H

#include <signal.h>
#include <time.h>
#include "shim/src/internal/result.h"

/* One file to be watched. */
struct watch {
    int fd;
    u32 want;  /* EVENT_* */
    u32 ready; /* EVENT_*, out */
    bool bad;  /* out: not an open descriptor */
};

/*
 * Waits until one of n watched files is ready. timeout NULL: without limit. Files whose server
 * knows no events are always ready. With a mask, that is the thread's for the time of the wait, and
 * no signal it lets through is slept over. Result: number of watches that are ready or bad;
 * negative errno.
 */
i64 __umk_watch(struct watch *w, size_t n, const struct timespec *timeout,
                const sigset_t *mask) __umk_hidden;

/* Milliseconds for the timeout record, rounded up; UINT64_MAX for none. */
u64 __umk_watch_ms(const struct timespec *timeout) __umk_hidden;

#endif
