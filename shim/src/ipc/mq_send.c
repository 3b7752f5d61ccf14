/* Sending and receiving messages of a queue. */
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include "shim/src/ipc/mqueue.h"
#include "shim/src/time/deadline.h"

/* The empty slot, or the one of the message that comes next; NULL: there is none. */
static struct mq_slot *choose(const struct mq *q, bool empty)
{
    struct mq_slot *best = NULL;

    for (u32 i = 0; i < q->maxmsg; i++) {
        struct mq_slot *s = __umk_mq_slot(q, i);
        if (empty && s->number == 0)
            return s;
        if (empty || s->number == 0)
            continue;
        if (!best || s->priority > best->priority ||
            (s->priority == best->priority && s->number < best->number))
            best = s;
    }
    return best;
}

/* Waits until there is a slot; abs may be NULL. 0 or an errno. */
static int wait_for_slot(struct mq_open *o, bool empty, const struct timespec *abs,
                         struct mq_slot **slot)
{
    struct redox_c_timespec deadline;
    u32 handlers = __umk_ipc_handlers();
    struct mq *q = o->q;
    i64 r = 0;

    while (r == 0 && !(*slot = choose(q, empty))) {
        if (o->flags & O_NONBLOCK)
            return EAGAIN;
        if (abs && __umk_deadline(CLOCK_REALTIME, abs, &deadline) < 0)
            return EINVAL;
        q->receivers += !empty;
        r = __umk_ipc_wait(&q->s, abs ? &deadline : NULL, true, handlers);
        q->receivers -= !empty;
    }
    return (int)-r;
}

static void put(struct mq *q, struct mq_slot *s, const char *text, size_t len, unsigned priority)
{
    memcpy(s->text, text, len);
    s->size = (u32)len;
    s->priority = priority;
    s->number = ++q->last_number;
    if (q->count++ == 0 && q->receivers == 0)
        __umk_mq_tell(q);
    __umk_ipc_change(&q->s);
}

int mq_timedsend(mqd_t fd, const char *text, size_t len, unsigned priority,
                 const struct timespec *abs)
{
    struct mq_open *o = __umk_mq_take(fd, O_WRONLY);
    struct mq_slot *s = NULL;
    int error = 0;

    if (!o)
        return -1;
    pthread_cleanup_push(__umk_mq_put, o);
    if (priority >= MQ_PRIO_MAX)
        error = EINVAL;
    else if (len > o->q->msgsize)
        error = EMSGSIZE;
    else
        error = wait_for_slot(o, true, abs, &s);
    if (!error)
        put(o->q, s, text, len, priority);
    pthread_cleanup_pop(1);
    return error ? (int)__umk_fail(error) : 0;
}

ssize_t mq_timedreceive(mqd_t fd, char *restrict buf, size_t room, unsigned *restrict priority,
                        const struct timespec *restrict abs)
{
    struct mq_open *o = __umk_mq_take(fd, O_RDONLY);
    struct mq_slot *s = NULL;
    size_t len = 0;
    int error = 0;

    if (!o)
        return -1;
    pthread_cleanup_push(__umk_mq_put, o);
    error = room < o->q->msgsize ? EMSGSIZE : wait_for_slot(o, false, abs, &s);
    if (!error) {
        len = s->size < o->q->msgsize ? s->size : o->q->msgsize;
        memcpy(buf, s->text, len);
        if (priority)
            *priority = s->priority;
        s->number = 0;
        o->q->count--;
        __umk_ipc_change(&o->q->s);
    }
    pthread_cleanup_pop(1);
    return error ? __umk_fail(error) : (ssize_t)len;
}

int mq_send(mqd_t fd, const char *text, size_t len, unsigned priority)
{
    return mq_timedsend(fd, text, len, priority, NULL);
}

ssize_t mq_receive(mqd_t fd, char *buf, size_t room, unsigned *priority)
{
    return mq_timedreceive(fd, buf, room, priority, NULL);
}
