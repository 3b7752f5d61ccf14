/*
 * Descriptors that count: eventfd and timerfd. Each is the read end of a pipe, so that poll, select
 * and epoll work as with any file; what is in the pipe is the count, as one record of eight bytes,
 * or nothing for zero. So a count is shared by fork. The write end is the library's own, and the
 * list here says which one belongs to a descriptor: dup and exec know nothing of it, and what they
 * make of the descriptor can be read, with the records as they are, and not written.
 */
#ifndef SHIM_POLL_COUNTER_H
#define SHIM_POLL_COUNTER_H

#include "shim/src/internal/result.h"

#define COUNTER_MAX (UINT64_MAX - 1)

struct counter {
    struct counter *next;
    int fd;
    u64 write_end;  /* a slot of the upper table */
    bool waits;     /* a read of zero waits: the pipe itself never does */
    bool semaphore; /* a read takes one */
    void (*on_close)(struct counter *);
    void *owner; /* the timer, for on_close */
};

/* 0 or negative errno. */
i64 __umk_counter_new(u64 start, int flags, bool semaphore, struct counter **out) __umk_hidden;
/* The counter behind fd, or NULL. */
struct counter *__umk_counter_find(int fd) __umk_hidden;
/* Adds to the count. -EAGAIN: it would be more than COUNTER_MAX. */
i64 __umk_counter_add(struct counter *c, u64 value) __umk_hidden;

/*
 * For read, write and close: linked only into programs that have counters. False: fd is none. close
 * goes on after the hook.
 */
bool __umk_counter_read(int fd, void *buf, size_t len, i64 *result)
    __attribute__((weak)) __umk_hidden;
bool __umk_counter_write(int fd, const void *buf, size_t len, i64 *result)
    __attribute__((weak)) __umk_hidden;
/* For F_SETFL: what it is asked to set. True: fd is a counter, whose pipe stays non-blocking. */
bool __umk_counter_set_flags(int fd, u64 flags) __attribute__((weak)) __umk_hidden;
void __umk_counter_close(int fd) __attribute__((weak)) __umk_hidden;

#endif
