/*
 * Records that processes share through objects of the shm scheme: how they are made and found, a
 * lock in them, and waiting for somebody to change them.
 *
 * The lock's word is the holder's process. When that has died, whoever waits takes the lock over:
 * so what it guards must be whole, or nearly, at every step.
 */
#ifndef SHIM_IPC_SHARED_H
#define SHIM_IPC_SHARED_H

#include <sys/types.h>
#include "shim/src/internal/result.h"

/* The start of every such record; zeroed when it is made. */
struct ipc_shared {
    u32 ready;   /* others may use it */
    u32 lock;    /* process of the holder, 0: free */
    u32 lockers; /* threads that sleep on the lock */
    u32 changed; /* counts changes: what those who wait look at */
    u32 waiters;
    u32 removed;
    u64 size; /* of the whole record */
};

/* A new object of that name with a zeroed record; NULL and errno. __umk_ipc_ready gives it to
 * others. */
void *__umk_ipc_make(const char *name, size_t size, mode_t mode) __umk_hidden;
void __umk_ipc_ready(struct ipc_shared *s) __umk_hidden;
/* An object that is there, once it is ready; EINVAL when it does not become so. */
void *__umk_ipc_join(const char *name) __umk_hidden;
void __umk_ipc_unmap(struct ipc_shared *s) __umk_hidden;

void __umk_ipc_lock(struct ipc_shared *s) __umk_hidden;
bool __umk_ipc_trylock(struct ipc_shared *s) __umk_hidden;
void __umk_ipc_unlock(struct ipc_shared *s) __umk_hidden;
/* Something has changed; with the lock. */
void __umk_ipc_change(struct ipc_shared *s) __umk_hidden;
/*
 * Waits, without the lock, until something has changed since it was taken, or for a while; takes it
 * again. 0, -ETIMEDOUT at the deadline (NULL: none), or -EINTR when the thread has run more signal
 * handlers than `handlers` by now. cancel: as a cancellation point, whose cleanup handlers find the
 * lock taken again.
 */
i64 __umk_ipc_wait(struct ipc_shared *s, const struct redox_c_timespec *deadline, bool cancel,
                   u32 handlers) __umk_hidden;

/* How many the calling thread has run: what an operation that waits keeps from its start. */
static inline u32 __umk_ipc_handlers(void)
{
    return __atomic_load_n(&__umk_self()->handler_count, __ATOMIC_RELAXED);
}

bool __umk_ipc_is_dead(u32 pid) __umk_hidden;

#endif
