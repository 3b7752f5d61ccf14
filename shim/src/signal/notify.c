/* Notifications: a signal, or a function in a thread of its own. */
#include <pthread.h>
#include <stdlib.h>
#include "shim/src/pthread/threads.h"
#include "shim/src/signal/mask.h"
#include "shim/src/signal/notify.h"

bool __umk_notice_valid(const struct sigevent *event)
{
    if (!event || event->sigev_notify == SIGEV_NONE || event->sigev_notify == SIGEV_THREAD)
        return true;
    return event->sigev_notify == SIGEV_SIGNAL && event->sigev_signo >= 0 &&
           event->sigev_signo <= SIGRTMAX;
}

struct notice __umk_notice_of(const struct sigevent *event)
{
    if (!event)
        return (struct notice){.notify = SIGEV_NONE};
    return (struct notice){event->sigev_notify, event->sigev_signo, event->sigev_value,
                           event->sigev_notify_function};
}

static void *call_function(void *arg)
{
    struct notice n = *(struct notice *)arg;

    free(arg);
    __umk_signals_restore(~0ull);
    n.function(n.value);
    return NULL;
}

static void start_function(const struct notice *n)
{
    struct notice *copy = malloc(sizeof *copy);
    pthread_attr_t a;
    pthread_t t;

    if (!copy)
        return;
    *copy = *n;
    pthread_attr_init(&a);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    if (pthread_create(&t, &a, call_function, copy))
        free(copy);
}

void __umk_notify(const struct notice *n)
{
    if (n->notify == SIGEV_THREAD)
        start_function(n);
    else if (n->notify == SIGEV_SIGNAL && n->signo >= SIGRTMIN &&
             sigqueue((pid_t)redox_get_pid_v1(), n->signo, n->value) == 0)
        return;
    else if (n->notify == SIGEV_SIGNAL && n->signo)
        redox_kill_v1(redox_get_pid_v1(), (u32)n->signo);
}
