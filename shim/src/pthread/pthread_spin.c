/* Spin locks. One that is not free soon yields: the holder may not be running. */
#include "shim/src/pthread/threads.h"

#define SPINS 200

int pthread_spin_init(pthread_spinlock_t *l, int shared)
{
    (void)shared;
    *l = 0;
    return 0;
}

int pthread_spin_destroy(pthread_spinlock_t *l)
{
    (void)l;
    return 0;
}

int pthread_spin_trylock(pthread_spinlock_t *l)
{
    return __atomic_exchange_n(l, 1, __ATOMIC_ACQUIRE) ? EBUSY : 0;
}

int pthread_spin_lock(pthread_spinlock_t *l)
{
    while (pthread_spin_trylock(l)) {
        for (int i = 0; i < SPINS && __atomic_load_n(l, __ATOMIC_RELAXED); i++)
            __builtin_ia32_pause();
        if (__atomic_load_n(l, __ATOMIC_RELAXED))
            rx_yield();
    }
    return 0;
}

int pthread_spin_unlock(pthread_spinlock_t *l)
{
    __atomic_store_n(l, 0, __ATOMIC_RELEASE);
    return 0;
}
