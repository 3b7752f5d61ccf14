/* Record locks: the calls themselves. */
#include "shim/src/fcntl/lock.h"

#define MIN_WAIT_NS 1000000
#define MAX_WAIT_NS 50000000

static i64 lock_call(u64 fd, u64 kind, const struct lock_range *l, bool with_exclusive)
{
    u64 meta[3] = {kind, l->start | (l->ofd ? LOCK_FLAG : 0),
                   l->len | (with_exclusive && l->exclusive ? LOCK_FLAG : 0)};

    return (i64)redox_sys_call_v0(fd, NULL, 0, CALL_STD_FS, meta, 3);
}

i64 __umk_lock_set(u64 fd, const struct lock_range *l)
{
    return lock_call(fd, STD_LOCK, l, true);
}

i64 __umk_lock_unset(u64 fd, const struct lock_range *l)
{
    return lock_call(fd, STD_UNLOCK, l, false);
}

i64 __umk_lock_wait(u64 fd, const struct lock_range *l)
{
    struct rx_timespec pause = {.nsec = MIN_WAIT_NS};

    for (;;) {
        i64 r = __umk_lock_set(fd, l);
        if (r != -EAGAIN && r != -EACCES && r != -RX_EWOULDBLOCK)
            return r;
        r = rx_nanosleep(&pause, NULL);
        if (r < 0)
            return r;
        if (pause.nsec < MAX_WAIT_NS)
            pause.nsec *= 2;
    }
}

i64 __umk_lock_get(u64 fd, struct lock_range *l)
{
    u64 range[2] = {l->start | (l->ofd ? LOCK_FLAG : 0), l->len | (l->exclusive ? LOCK_FLAG : 0)};
    u64 meta[3] = {STD_GETLOCK, 0, 0};
    i64 r = (i64)redox_sys_call_v0(fd, (u8 *)range, sizeof range,
                                   CALL_STD_FS | CALL_READ | CALL_WRITE, meta, 3);

    if (r < 0)
        return r;
    l->start = range[0] & ~LOCK_FLAG;
    l->len = range[1] & ~LOCK_FLAG;
    l->exclusive = (range[1] & LOCK_FLAG) != 0;
    return r;
}
