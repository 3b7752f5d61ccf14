/*
 * The slow side of the library's small lock (internal/lock.h): sleeping and waking.
 */
#include "shim/src/internal/lock.h"

u32 __umk_threaded;

void __umk_lock_slow(u32 *word)
{
    /* Having slept once we cannot know whether others sleep too, so the word stays 2. */
    while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE) != 0)
        redox_futex_wait_v0(word, 2, NULL);
}

void __umk_lock_wake(u32 *word)
{
    redox_futex_wake_v0(word, 1);
}
