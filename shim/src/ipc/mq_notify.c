/*
 * mq_notify. A signal is sent by the process whose message comes to the empty queue. A function is
 * called by a thread of the process that has asked, which waits for its turn in the queue.
 */
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
#include "shim/src/ipc/mqueue.h"
#include "shim/src/signal/notify.h"

struct waiting {
    mqd_t fd;
    u64 serial;
    void (*function)(union sigval);
    union sigval value;
};

void __umk_mq_tell(struct mq *q)
{
    struct mq_notice *n = &q->notice;
    u32 pid = n->pid;

    n->pid = 0;
    if (!pid)
        return;
    if (n->notify == SIGEV_THREAD) {
        n->told = n->serial;
    } else if (n->notify == SIGEV_SIGNAL && n->signo >= SIGRTMIN) {
        struct rx_rt_sig_info info = {.arg = n->value,
                                      .code = SI_MESGQ,
                                      .uid = (u32)redox_get_ruid_v1(),
                                      .pid = (u32)redox_get_pid_v1()};
        rx_proc(PROC_SIGQ, pid, (u64)n->signo, 0, &info, sizeof info);
    } else if (n->notify == SIGEV_SIGNAL && n->signo) {
        redox_kill_v1(pid, (u32)n->signo);
    }
}

static void *wait_for_turn(void *arg)
{
    struct waiting w = *(struct waiting *)arg;
    struct mq_open *o = __umk_mq_take(w.fd, 0);
    bool told = false;

    free(arg);
    if (!o)
        return NULL;
    while (!told && o->q->notice.pid && o->q->notice.serial == w.serial && !o->closed) {
        __umk_ipc_wait(&o->q->s, NULL, false, __umk_ipc_handlers());
        told = o->q->notice.told == w.serial;
    }
    told = o->q->notice.told == w.serial;
    __umk_mq_put(o);
    if (told)
        w.function(w.value);
    return NULL;
}

/* 0 or an errno. */
static int start_thread(mqd_t fd, const struct sigevent *event, u64 serial)
{
    struct waiting *w = malloc(sizeof *w);
    sigset_t all, before;
    pthread_attr_t a;
    pthread_t t;

    if (!w)
        return ENOMEM;
    *w = (struct waiting){fd, serial, event->sigev_notify_function, event->sigev_value};
    pthread_attr_init(&a);
    pthread_attr_setdetachstate(&a, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&t, &a, wait_for_turn, w);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error)
        free(w);
    return error;
}

int mq_notify(mqd_t fd, const struct sigevent *event)
{
    u32 self = (u32)redox_get_pid_v1();
    struct mq_open *o;
    int error = 0;

    if (event && !__umk_notice_valid(event))
        return (int)__umk_fail(EINVAL);
    o = __umk_mq_take(fd, 0);
    if (!o)
        return -1;
    struct mq_notice *n = &o->q->notice;
    if (n->pid && __umk_ipc_is_dead(n->pid))
        n->pid = 0;
    if (!event) {
        error = n->pid == self ? 0 : EINVAL;
        if (!error)
            n->pid = 0;
    } else if (n->pid) {
        error = EBUSY;
    } else {
        n->serial++;
        if (event->sigev_notify == SIGEV_THREAD)
            error = start_thread(fd, event, n->serial);
        n->pid = error ? 0 : self;
        n->notify = event->sigev_notify;
        n->signo = event->sigev_signo;
        n->value = (u64)(uintptr_t)event->sigev_value.sival_ptr;
    }
    __umk_ipc_change(&o->q->s);
    __umk_mq_put(o);
    return error ? (int)__umk_fail(error) : 0;
}
