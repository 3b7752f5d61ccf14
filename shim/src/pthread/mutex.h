/*
 * The words of pthread_mutex_t:
 *
 *     0 lock    0 free, 1 held, 2 held and somebody may sleep (futex)
 *     1 owner   the holder's name, 0 for none; kept for all kinds but plain ones
 *     2 count   further locks of a recursive mutex
 *     3 kind    MUTEX_* bits; the last two change under the lock
 *     ptr[0], ptr[1]: next and previous of the holder's robust mutexes
 */
#ifndef SHIM_PTHREAD_MUTEX_H
#define SHIM_PTHREAD_MUTEX_H

#include "shim/src/pthread/threads.h"
#include "shim/src/time/deadline.h"

#define MUTEX_TYPE 3u
#define MUTEX_ROBUST 4u
#define MUTEX_SHARED 8u
#define MUTEX_DIED 16u /* a holder died: what it guards may be broken */
#define MUTEX_UNRECOVERABLE 32u
#define MUTEX_INHERIT 64u /* in attributes only */

#define M_LOCK(m) ((m)->__word[0])
#define M_OWNER(m) ((m)->__word[1])
#define M_COUNT(m) ((m)->__word[2])
#define M_KIND(m) ((m)->__word[3])

/*
 * A name for the calling thread. Within a process it is the block's place, which stays the same in
 * the child of a fork; between processes the pid is mixed in.
 */
static inline u32 __umk_mutex_self(u32 kind)
{
    u32 name = (u32)((uintptr_t)__umk_self() >> 4);

    if (kind & MUTEX_SHARED)
        name ^= (u32)redox_get_pid_v1() << 17;
    return name | 1;
}

/* Locks with a monotonic deadline (NULL: none). 0 or an error number. */
int __umk_mutex_lock(pthread_mutex_t *m, const struct redox_c_timespec *deadline) __umk_hidden;

#endif
