/* pthread_join, its timed forms, pthread_detach. */
#include "shim/src/pthread/cancel.h"
#include "shim/src/pthread/threads.h"
#include "shim/src/time/deadline.h"

/* Waits until the thread has left its memory. 0 or -ETIMEDOUT. */
static i64 wait_end(struct umk_thread *t, const struct redox_c_timespec *deadline)
{
    bool is_main = t == __umk_main_thread;
    u32 *word = is_main ? &__umk_main_ended : &t->tid;
    u32 seen;

    /* pairs with the kernel's or end_main's store: everything the thread did is seen */
    while (seen = __atomic_load_n(word, __ATOMIC_ACQUIRE), is_main ? !seen : seen) {
        i64 r = (i64)redox_futex_wait_v0(word, seen, deadline);
        if (r == -ETIMEDOUT)
            return r;
    }
    return 0;
}

/* Leaves the thread joinable again, unless it has ended meanwhile. */
static void give_back(void *arg)
{
    u32 joining = UMK_JOINING;

    __atomic_compare_exchange_n(&((struct umk_thread *)arg)->join_state, &joining, UMK_JOINABLE,
                                false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

static bool take(struct umk_thread *t)
{
    u32 state = UMK_JOINABLE;

    if (__atomic_compare_exchange_n(&t->join_state, &state, UMK_JOINING, false, __ATOMIC_ACQUIRE,
                                    __ATOMIC_ACQUIRE))
        return true;
    return state == UMK_EXITED;
}

static void free_thread(struct umk_thread *t)
{
    if (t->map)
        redox_munmap_v1(t->map, t->map_len);
}

static int join(struct umk_thread *t, void **result, const struct redox_c_timespec *deadline)
{
    i64 r;

    if (t == __umk_self())
        return EDEADLK;
    if (!take(t))
        return EINVAL;
    pthread_cleanup_push(give_back, t);
    __umk_cancel_enter();
    r = wait_end(t, deadline);
    __umk_cancel_leave();
    pthread_cleanup_pop(r < 0);
    if (r < 0)
        return (int)-r;
    if (result)
        *result = t->result;
    free_thread(t);
    return 0;
}

int pthread_join(pthread_t t, void **result)
{
    return join(t, result, NULL);
}

int pthread_timedjoin_np(pthread_t t, void **result, const struct timespec *abs)
{
    struct redox_c_timespec deadline;

    if (__umk_deadline(CLOCK_REALTIME, abs, &deadline) < 0)
        return EINVAL;
    return join(t, result, &deadline);
}

int pthread_tryjoin_np(pthread_t t, void **result)
{
    const struct redox_c_timespec past = {0, 0};
    int error = join(t, result, &past);

    return error == ETIMEDOUT ? EBUSY : error;
}

int pthread_detach(pthread_t t)
{
    u32 state = UMK_JOINABLE;

    if (__atomic_compare_exchange_n(&t->join_state, &state, UMK_DETACHED, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return 0;
    if (state != UMK_EXITED)
        return EINVAL;
    wait_end(t, NULL);
    free_thread(t);
    return 0;
}
