/* C11's mutexes. */
#include <errno.h>
#include <threads.h>

int mtx_init(mtx_t *m, int type)
{
    pthread_mutexattr_t attr;

    if (type & ~(mtx_recursive | mtx_timed))
        return thrd_error;
    if (pthread_mutexattr_init(&attr))
        return thrd_error;
    int kind = type & mtx_recursive ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL;
    int error = pthread_mutexattr_settype(&attr, kind);
    if (!error)
        error = pthread_mutex_init(m, &attr);
    pthread_mutexattr_destroy(&attr);
    return error ? thrd_error : thrd_success;
}

void mtx_destroy(mtx_t *m)
{
    pthread_mutex_destroy(m);
}

int mtx_lock(mtx_t *m)
{
    return pthread_mutex_lock(m) ? thrd_error : thrd_success;
}

int mtx_timedlock(mtx_t *restrict m, const struct timespec *restrict until)
{
    int error = pthread_mutex_timedlock(m, until);

    if (error == ETIMEDOUT)
        return thrd_timedout;
    return error ? thrd_error : thrd_success;
}

int mtx_trylock(mtx_t *m)
{
    int error = pthread_mutex_trylock(m);

    if (error == EBUSY)
        return thrd_busy;
    return error ? thrd_error : thrd_success;
}

int mtx_unlock(mtx_t *m)
{
    return pthread_mutex_unlock(m) ? thrd_error : thrd_success;
}
