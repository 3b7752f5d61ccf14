/* C11's condition variables, thread-specific storage and call_once. */
#include <errno.h>
#include <threads.h>

int cnd_init(cnd_t *c)
{
    int error = pthread_cond_init(c, NULL);

    if (error == ENOMEM)
        return thrd_nomem;
    return error ? thrd_error : thrd_success;
}

void cnd_destroy(cnd_t *c)
{
    pthread_cond_destroy(c);
}

int cnd_signal(cnd_t *c)
{
    return pthread_cond_signal(c) ? thrd_error : thrd_success;
}

int cnd_broadcast(cnd_t *c)
{
    return pthread_cond_broadcast(c) ? thrd_error : thrd_success;
}

int cnd_wait(cnd_t *c, mtx_t *m)
{
    return pthread_cond_wait(c, m) ? thrd_error : thrd_success;
}

int cnd_timedwait(cnd_t *restrict c, mtx_t *restrict m, const struct timespec *restrict until)
{
    int error = pthread_cond_timedwait(c, m, until);

    if (error == ETIMEDOUT)
        return thrd_timedout;
    return error ? thrd_error : thrd_success;
}

int tss_create(tss_t *key, tss_dtor_t destructor)
{
    return pthread_key_create(key, destructor) ? thrd_error : thrd_success;
}

void tss_delete(tss_t key)
{
    pthread_key_delete(key);
}

void *tss_get(tss_t key)
{
    return pthread_getspecific(key);
}

int tss_set(tss_t key, void *value)
{
    return pthread_setspecific(key, value) ? thrd_error : thrd_success;
}

void call_once(once_flag *flag, void (*fn)(void))
{
    pthread_once(flag, fn);
}
