/* Record locks as standard file calls (spec: Lock, Unlock, GetLock). */
#ifndef SHIM_FCNTL_LOCK_H
#define SHIM_FCNTL_LOCK_H

#include "shim/src/internal/thread.h"

#define LOCK_FLAG (1ull << 63) /* start: of the open file, not the process; length: exclusive */

struct lock_range {
    u64 start;
    u64 len;  /* 0: to the end of the file */
    bool ofd; /* owned by the open file */
    bool exclusive;
};

i64 __umk_lock_set(u64 fd, const struct lock_range *l) __umk_hidden;
i64 __umk_lock_unset(u64 fd, const struct lock_range *l) __umk_hidden;
/* Waits; -EINTR after a signal. Nobody tells when a lock is given back, so this looks again. */
i64 __umk_lock_wait(u64 fd, const struct lock_range *l) __umk_hidden;
/* Finds a lock in the way and writes its range to l. Result: its holder's pid; -ESRCH: none. */
i64 __umk_lock_get(u64 fd, struct lock_range *l) __umk_hidden;

#endif
