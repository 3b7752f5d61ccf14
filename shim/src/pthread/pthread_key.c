/* Thread-specific data. */
#include <limits.h>
#include <string.h>
#include "shim/src/pthread/threads.h"

#define ROUNDS 4 /* PTHREAD_DESTRUCTOR_ITERATIONS */

static u32 lock;
static struct {
    bool used;
    void (*destroy)(void *);
} keys[UMK_TSD_KEYS];

int pthread_key_create(pthread_key_t *out, void (*destroy)(void *))
{
    int error = EAGAIN;

    __umk_lock(&lock);
    for (u32 k = 0; k < UMK_TSD_KEYS; k++) {
        if (keys[k].used)
            continue;
        keys[k].used = true;
        keys[k].destroy = destroy;
        *out = k;
        error = 0;
        break;
    }
    __umk_unlock(&lock);
    return error;
}

int pthread_key_delete(pthread_key_t key)
{
    if (key >= UMK_TSD_KEYS || !keys[key].used)
        return EINVAL;
    /* a key made anew must be NULL in every thread */
    __umk_lock(&__umk_threads_lock);
    for (struct umk_thread *t = __umk_threads; t; t = t->next)
        t->tsd[key] = NULL;
    __umk_main_thread->tsd[key] = NULL;
    __umk_unlock(&__umk_threads_lock);
    __umk_lock(&lock);
    keys[key].used = false;
    keys[key].destroy = NULL;
    __umk_unlock(&lock);
    return 0;
}

void *pthread_getspecific(pthread_key_t key)
{
    return key < UMK_TSD_KEYS ? __umk_self()->tsd[key] : NULL;
}

int pthread_setspecific(pthread_key_t key, const void *value)
{
    struct umk_thread *t = __umk_self();

    if (key >= UMK_TSD_KEYS || !keys[key].used)
        return EINVAL;
    t->tsd[key] = (void *)(uintptr_t)value;
    t->tsd_used = 1;
    return 0;
}

void __umk_tsd_run(struct umk_thread *t)
{
    for (int round = 0; round < ROUNDS; round++) {
        bool any = false;
        for (u32 k = 0; k < UMK_TSD_KEYS; k++) {
            void *value = t->tsd[k];
            if (!value)
                continue;
            __umk_lock(&lock);
            void (*destroy)(void *) = keys[k].used ? keys[k].destroy : NULL;
            __umk_unlock(&lock);
            t->tsd[k] = NULL;
            if (destroy) {
                destroy(value);
                any = true;
            }
        }
        if (!any)
            return;
    }
}
