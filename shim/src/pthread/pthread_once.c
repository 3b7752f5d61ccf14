/* pthread_once: 0 fresh, 1 running, 2 running and others wait, 3 done. */
#include "shim/src/pthread/threads.h"

enum once_state { FRESH = 0, RUNNING = 1, AWAITED = 2, DONE = 3 };

static void finish(u32 *word, u32 state)
{
    /* pairs with the acquire of whoever sees DONE */
    if (__atomic_exchange_n(word, state, __ATOMIC_RELEASE) == AWAITED)
        redox_futex_wake_v0(word, INT32_MAX);
}

static void abandon(void *word)
{
    finish(word, FRESH);
}

int pthread_once(pthread_once_t *once, void (*run)(void))
{
    u32 *word = (u32 *)once;

    for (;;) {
        u32 state = __atomic_load_n(word, __ATOMIC_ACQUIRE);
        if (state == DONE)
            return 0;
        if (state == FRESH) {
            if (!__atomic_compare_exchange_n(word, &state, RUNNING, false, __ATOMIC_ACQUIRE,
                                             __ATOMIC_RELAXED))
                continue;
            pthread_cleanup_push(abandon, word);
            run();
            pthread_cleanup_pop(0);
            finish(word, DONE);
            return 0;
        }
        if (state == RUNNING && !__atomic_compare_exchange_n(word, &state, AWAITED, false,
                                                             __ATOMIC_RELAXED, __ATOMIC_RELAXED))
            continue;
        redox_futex_wait_v0(word, AWAITED, NULL);
    }
}
