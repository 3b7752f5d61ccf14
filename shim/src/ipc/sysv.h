/*
 * What System V's semaphores and message queues have in common: identifiers, which are names of
 * objects of the shm scheme, and the records behind them, each mapped once in a process.
 */
#ifndef SHIM_IPC_SYSV_H
#define SHIM_IPC_SYSV_H

#include <sys/ipc.h>
#include "shim/src/ipc/shared.h"

struct sysv_object {
    struct ipc_shared s;
    struct ipc_perm perm;
};

struct sysv_kind {
    const char *prefix; /* of the objects' names */
    struct sysv_entry *entries;
    u32 lock;
};

struct sysv_entry {
    struct sysv_entry *next;
    struct sysv_object *object;
    int id;
    u32 users;
};

/*
 * Finds or makes the object of a key: size bytes, of which begin (which may be NULL) sets what is
 * not zero. check says of one that is there whether it will do: 0, or an errno. Result: the
 * identifier, or -1 and errno.
 */
int __umk_sysv_get(struct sysv_kind *k, key_t key, int flags, size_t size,
                   void (*begin)(struct sysv_object *, size_t count),
                   int (*check)(const struct sysv_object *, size_t count),
                   size_t count) __umk_hidden;
/* The record of an identifier, locked; NULL and errno (EINVAL: there is none). It is let go of by
 * __umk_sysv_put, which unlocks it. */
struct sysv_entry *__umk_sysv_take(struct sysv_kind *k, int id) __umk_hidden;
void __umk_sysv_put(struct sysv_kind *k, struct sysv_entry *e) __umk_hidden;
/* Calls fn, with the record locked, for each that this process has used and that nobody has locked.
 * Waits for nothing: a signal handler may call it. */
void __umk_sysv_each(struct sysv_kind *k, void (*fn)(struct sysv_object *)) __umk_hidden;
/* IPC_RMID, by whoever may. 0 or an errno. */
int __umk_sysv_remove(struct sysv_kind *k, struct sysv_entry *e) __umk_hidden;
/* Whether the caller made it or owns it, or is root. */
bool __umk_sysv_may_change(const struct ipc_perm *p) __umk_hidden;
/* What IPC_SET takes from a caller's record. */
void __umk_sysv_set(struct ipc_perm *to, const struct ipc_perm *from) __umk_hidden;

#endif
