/* Locking and unlocking mutexes. */
#include "shim/src/pthread/mutex.h"

#define SPINS 100

static bool try_word(u32 *word)
{
    u32 free = 0;

    return __atomic_compare_exchange_n(word, &free, 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static int wait_word(u32 *word, const struct redox_c_timespec *deadline)
{
    for (int i = 0; i < SPINS; i++) {
        if (__atomic_load_n(word, __ATOMIC_RELAXED) == 0 && try_word(word))
            return 0;
        __builtin_ia32_pause();
    }
    /* having slept once we cannot know whether others sleep too, so the word stays 2 */
    while (__atomic_exchange_n(word, 2, __ATOMIC_ACQUIRE) != 0)
        if ((i64)redox_futex_wait_v0(word, 2, deadline) == -ETIMEDOUT)
            return ETIMEDOUT;
    return 0;
}

static void release_word(u32 *word)
{
    /* pairs with the acquire in try_word and wait_word */
    if (__atomic_exchange_n(word, 0, __ATOMIC_RELEASE) == 2)
        redox_futex_wake_v0(word, 1);
}

static void robust_link(pthread_mutex_t *m)
{
    struct umk_thread *t = __umk_self();
    pthread_mutex_t *next = t->robust_list;

    m->__ptr[0] = next;
    m->__ptr[1] = NULL;
    if (next)
        next->__ptr[1] = m;
    t->robust_list = m;
}

static void robust_unlink(pthread_mutex_t *m)
{
    pthread_mutex_t *next = m->__ptr[0], *prev = m->__ptr[1];

    if (prev)
        prev->__ptr[0] = next;
    else
        __umk_self()->robust_list = next;
    if (next)
        next->__ptr[1] = prev;
}

/* The lock word is ours: note it. */
static int taken(pthread_mutex_t *m, u32 kind, u32 self)
{
    M_OWNER(m) = self;
    M_COUNT(m) = 0;
    if (!(kind & MUTEX_ROBUST))
        return 0;
    if (M_KIND(m) & MUTEX_UNRECOVERABLE) {
        M_OWNER(m) = 0;
        release_word(&M_LOCK(m));
        return ENOTRECOVERABLE;
    }
    robust_link(m);
    return M_KIND(m) & MUTEX_DIED ? EOWNERDEAD : 0;
}

/* Locks a mutex held by the caller already; -1: it is not. */
static int relock(pthread_mutex_t *m, u32 kind, u32 self, bool trying)
{
    if (__atomic_load_n(&M_OWNER(m), __ATOMIC_RELAXED) != self)
        return -1;
    if ((kind & MUTEX_TYPE) == PTHREAD_MUTEX_RECURSIVE) {
        if (M_COUNT(m) == UINT32_MAX)
            return EAGAIN;
        M_COUNT(m)++;
        return 0;
    }
    if (trying)
        return EBUSY;
    return (kind & MUTEX_TYPE) == PTHREAD_MUTEX_ERRORCHECK ? EDEADLK : -1;
}

int __umk_mutex_lock(pthread_mutex_t *m, const struct redox_c_timespec *deadline)
{
    u32 kind = M_KIND(m);

    if (kind == PTHREAD_MUTEX_NORMAL || kind == MUTEX_SHARED)
        return try_word(&M_LOCK(m)) ? 0 : wait_word(&M_LOCK(m), deadline);
    u32 self = __umk_mutex_self(kind);
    int r = relock(m, kind, self, false);
    if (r >= 0)
        return r;
    r = try_word(&M_LOCK(m)) ? 0 : wait_word(&M_LOCK(m), deadline);
    return r ? r : taken(m, kind, self);
}

int pthread_mutex_lock(pthread_mutex_t *m)
{
    return __umk_mutex_lock(m, NULL);
}

int pthread_mutex_trylock(pthread_mutex_t *m)
{
    u32 kind = M_KIND(m);

    if (kind == PTHREAD_MUTEX_NORMAL || kind == MUTEX_SHARED)
        return try_word(&M_LOCK(m)) ? 0 : EBUSY;
    u32 self = __umk_mutex_self(kind);
    int r = relock(m, kind, self, true);
    if (r >= 0)
        return r;
    return try_word(&M_LOCK(m)) ? taken(m, kind, self) : EBUSY;
}

int pthread_mutex_clocklock(pthread_mutex_t *restrict m, clockid_t clock,
                            const struct timespec *restrict abs)
{
    struct redox_c_timespec deadline;
    int r = pthread_mutex_trylock(m);

    /* a bad time is an error only where there is something to wait for */
    if (r != EBUSY)
        return r;
    if (__umk_deadline(clock, abs, &deadline) < 0)
        return EINVAL;
    return __umk_mutex_lock(m, &deadline);
}

int pthread_mutex_timedlock(pthread_mutex_t *restrict m, const struct timespec *restrict abs)
{
    return pthread_mutex_clocklock(m, CLOCK_REALTIME, abs);
}

int pthread_mutex_unlock(pthread_mutex_t *m)
{
    u32 kind = M_KIND(m);

    if (kind == PTHREAD_MUTEX_NORMAL || kind == MUTEX_SHARED) {
        release_word(&M_LOCK(m));
        return 0;
    }
    bool checked = (kind & MUTEX_ROBUST) || (kind & MUTEX_TYPE) != PTHREAD_MUTEX_NORMAL;
    if (checked && __atomic_load_n(&M_OWNER(m), __ATOMIC_RELAXED) != __umk_mutex_self(kind))
        return EPERM;
    if (M_COUNT(m)) {
        M_COUNT(m)--;
        return 0;
    }
    __atomic_store_n(&M_OWNER(m), 0, __ATOMIC_RELAXED);
    if (kind & MUTEX_ROBUST) {
        robust_unlink(m);
        /* given back without being made consistent */
        if (kind & MUTEX_DIED)
            M_KIND(m) |= MUTEX_UNRECOVERABLE;
    }
    release_word(&M_LOCK(m));
    return 0;
}

int pthread_mutex_consistent(pthread_mutex_t *m)
{
    u32 kind = M_KIND(m);

    if (!(kind & MUTEX_ROBUST) || !(kind & MUTEX_DIED) || M_OWNER(m) != __umk_mutex_self(kind))
        return EINVAL;
    M_KIND(m) = kind & ~MUTEX_DIED;
    return 0;
}

void __umk_robust_exit(struct umk_thread *t)
{
    while (t->robust_list) {
        pthread_mutex_t *m = t->robust_list;
        t->robust_list = m->__ptr[0];
        if (t->robust_list)
            ((pthread_mutex_t *)t->robust_list)->__ptr[1] = NULL;
        M_KIND(m) |= MUTEX_DIED;
        M_OWNER(m) = 0;
        release_word(&M_LOCK(m));
    }
}
