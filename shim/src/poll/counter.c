/* The counters behind eventfd and timerfd. */
#include <stdlib.h>
#include <string.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/internal/lock.h"
#include "shim/src/poll/counter.h"
#include "shim/src/poll/queue.h"

static u32 list_lock;
static u32 add_lock; /* one thread at a time takes what is in a pipe and puts it back with more */
static struct counter *counters;

struct counter *__umk_counter_find(int fd)
{
    struct counter *c;

    if (!__atomic_load_n(&counters, __ATOMIC_ACQUIRE))
        return NULL;
    __umk_lock(&list_lock);
    for (c = counters; c && c->fd != fd; c = c->next)
        ;
    __umk_unlock(&list_lock);
    return c;
}

/* Moves the write end out of the numbers that programs use. */
static i64 hide(int fd)
{
    i64 upper = (i64)redox_fcntl_v0((u64)fd, RX_F_DUPFD_CLOEXEC, RX_FD_UPPER);

    redox_close_v1((u64)fd);
    return upper;
}

i64 __umk_counter_new(u64 start, int flags, bool semaphore, struct counter **out)
{
    struct counter *c = calloc(1, sizeof *c);
    int fds[2];
    i64 r;

    if (!c)
        return -ENOMEM;
    r = rx_pipe(fds, ((u32)flags & RX_O_CLOEXEC) | RX_O_NONBLOCK);
    if (r < 0) {
        free(c);
        return r;
    }
    r = hide(fds[1]);
    c->fd = fds[0];
    c->write_end = (u64)r;
    c->semaphore = semaphore;
    c->waits = !(flags & (int)RX_O_NONBLOCK);
    if (r >= 0 && start)
        r = __umk_counter_add(c, start);
    if (r < 0) {
        redox_close_v1((u64)fds[0]);
        free(c);
        return r;
    }
    __umk_lock(&list_lock);
    c->next = counters;
    __atomic_store_n(&counters, c, __ATOMIC_RELEASE);
    __umk_unlock(&list_lock);
    *out = c;
    return 0;
}

static i64 put(const struct counter *c, u64 value)
{
    i64 r = (i64)redox_write_v1(c->write_end, (const u8 *)&value, sizeof value);

    return r < 0 ? r : 0;
}

/* What the pipe holds, without waiting; 0: nothing. */
static i64 take_all(const struct counter *c, u64 *value)
{
    u64 part;
    i64 r;

    *value = 0;
    while ((r = (i64)redox_read_v1((u64)c->fd, (u8 *)&part, sizeof part)) == sizeof part)
        *value += part;
    return r == -EAGAIN || r >= 0 ? 0 : r;
}

i64 __umk_counter_add(struct counter *c, u64 value)
{
    u64 now;

    __umk_lock(&add_lock);
    i64 r = take_all(c, &now);
    bool too_much = value > COUNTER_MAX - now;
    u64 sum = too_much ? now : now + value;
    if (r == 0 && sum)
        r = put(c, sum);
    if (r == 0 && too_much)
        r = -EAGAIN;
    __umk_unlock(&add_lock);
    return r;
}

bool __umk_counter_read(int fd, void *buf, size_t len, i64 *result)
{
    const struct counter *c = __umk_counter_find(fd);
    u64 value;

    if (!c)
        return false;
    if (len < sizeof value) {
        *result = -EINVAL;
        return true;
    }
    i64 r;
    while ((r = (i64)redox_read_v1((u64)fd, (u8 *)&value, sizeof value)) == -EAGAIN && c->waits) {
        struct watch w = {.fd = fd, .want = EVENT_READ};
        r = __umk_watch(&w, 1, NULL, NULL);
        if (r < 0)
            break;
    }
    if (r == sizeof value && c->semaphore && value > 1) {
        r = put(c, value - 1);
        r = r < 0 ? r : (i64)sizeof value;
        value = 1;
    }
    if (r == sizeof value)
        memcpy(buf, &value, sizeof value);
    *result = r;
    return true;
}

bool __umk_counter_write(int fd, const void *buf, size_t len, i64 *result)
{
    struct counter *c = __umk_counter_find(fd);
    u64 value;

    if (!c)
        return false;
    if (len < sizeof value || c->on_close) {
        *result = -EINVAL; /* nobody writes to a timer */
        return true;
    }
    memcpy(&value, buf, sizeof value);
    i64 r = value > COUNTER_MAX ? -EINVAL : __umk_counter_add(c, value);
    *result = r < 0 ? r : (i64)sizeof value;
    return true;
}

void __umk_counter_close(int fd)
{
    struct counter **at, *c;

    if (!__atomic_load_n(&counters, __ATOMIC_ACQUIRE))
        return;
    __umk_lock(&list_lock);
    for (at = &counters; *at && (*at)->fd != fd; at = &(*at)->next)
        ;
    c = *at;
    if (c)
        *at = c->next;
    __umk_unlock(&list_lock);
    if (!c)
        return;
    if (c->on_close)
        c->on_close(c);
    redox_close_v1(c->write_end);
    free(c);
}

bool __umk_counter_set_flags(int fd, u64 flags)
{
    struct counter *c = __umk_counter_find(fd);

    if (c)
        c->waits = !(flags & RX_O_NONBLOCK);
    return c != NULL;
}
