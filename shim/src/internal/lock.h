/*
 * The library's own small lock: one word, 0 free, 1 held, 2 held and somebody may sleep.
 * Not recursive, not fair. Taking it acquires what the last holder released.
 */
#ifndef SHIM_INTERNAL_LOCK_H
#define SHIM_INTERNAL_LOCK_H

#include "shim/src/internal/thread.h"

void __umk_lock_slow(u32 *word) __umk_hidden;
void __umk_lock_wake(u32 *word) __umk_hidden;

static inline bool __umk_trylock(u32 *word)
{
    u32 expected = 0;
    return __atomic_compare_exchange_n(word, &expected, 1, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static inline void __umk_lock(u32 *word)
{
    if (!__umk_trylock(word))
        __umk_lock_slow(word);
}

static inline void __umk_unlock(u32 *word)
{
    /* pairs with the acquire in __umk_trylock and __umk_lock_slow */
    if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) == 2)
        __umk_lock_wake(word);
}

#endif
