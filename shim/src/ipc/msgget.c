/*
 * System V's message queues. The messages lie one after the other in the object, oldest first: a
 * header, then the text in whole words. One that is taken out of the middle is closed up behind.
 */
#include <limits.h>
#include <pthread.h>
#include <string.h>
#include <sys/msg.h>
#include <time.h>
#include <unistd.h>
#include "shim/src/ipc/sysv.h"

#define QUEUE_BYTES 16384 /* of text at once, at most and at first */
#define QUEUE_MESSAGES 512
#define TEXT_MAX 8192
#define UNIT sizeof(u64)

struct message {
    i64 type;
    u64 size; /* of the text, which follows */
};

struct queue {
    struct sysv_object o;
    struct msqid_ds ds; /* but for its msg_perm, which is in o */
    u64 bytes;          /* of text */
    u64 end;            /* of what is used of the area */
    u8 area[QUEUE_BYTES + QUEUE_MESSAGES * (sizeof(struct message) + UNIT)];
};

static struct sysv_kind queues = {.prefix = "sysv-msg"};

static u64 length(const struct message *m)
{
    return sizeof *m + ((m->size + UNIT - 1) & ~(u64)(UNIT - 1));
}

/* The message at a place; NULL at the end, or where the record has been damaged. */
static struct message *at(struct queue *q, u64 place)
{
    u64 end = q->end <= sizeof q->area ? q->end : 0;
    struct message *m = (struct message *)(void *)(q->area + place);

    if (place >= end || end - place < sizeof *m || m->size > TEXT_MAX || end - place < length(m))
        return NULL;
    return m;
}

static void begin(struct sysv_object *o, size_t count)
{
    struct queue *q = (struct queue *)o;

    (void)count;
    q->ds.msg_qbytes = QUEUE_BYTES;
    q->ds.msg_ctime = time(NULL);
}

int msgget(key_t key, int flags)
{
    return __umk_sysv_get(&queues, key, flags, sizeof(struct queue), begin, NULL, 0);
}

int msgctl(int id, int command, struct msqid_ds *buf)
{
    struct sysv_entry *e = __umk_sysv_take(&queues, id);
    int error = 0;

    if (!e)
        return -1;
    struct queue *q = (struct queue *)e->object;
    if (command == IPC_STAT) {
        *buf = q->ds;
        buf->msg_perm = q->o.perm;
    } else if (command == IPC_RMID) {
        error = __umk_sysv_remove(&queues, e);
    } else if (command != IPC_SET) {
        error = EINVAL;
    } else if (!__umk_sysv_may_change(&q->o.perm) || buf->msg_qbytes > QUEUE_BYTES) {
        error = EPERM;
    } else {
        __umk_sysv_set(&q->o.perm, &buf->msg_perm);
        q->ds.msg_qbytes = buf->msg_qbytes;
        q->ds.msg_ctime = time(NULL);
        __umk_ipc_change(&q->o.s);
    }
    __umk_sysv_put(&queues, e);
    return error ? (int)__umk_fail(error) : 0;
}

/* Waits for a change, unless that is not wanted. 0 or an errno. */
static int wait_for_change(struct queue *q, int flags, u32 handlers, int if_not)
{
    if (flags & IPC_NOWAIT)
        return if_not;
    i64 r = __umk_ipc_wait(&q->o.s, NULL, true, handlers);
    return q->o.s.removed ? EIDRM : (int)-r;
}

static void let_go(void *e)
{
    __umk_sysv_put(&queues, e);
}

static bool has_room(const struct queue *q, size_t size)
{
    return q->bytes + size <= q->ds.msg_qbytes && q->ds.msg_qnum < QUEUE_MESSAGES;
}

static void put(struct queue *q, i64 type, const void *text, size_t size)
{
    struct message *m = (struct message *)(void *)(q->area + q->end);

    *m = (struct message){type, size};
    memcpy(m + 1, text, size);
    q->end += length(m);
    q->bytes += size;
    q->ds.msg_qnum++;
    q->ds.msg_lspid = getpid();
    q->ds.msg_stime = time(NULL);
    __umk_ipc_change(&q->o.s);
}

int msgsnd(int id, const void *message, size_t size, int flags)
{
    u32 handlers = __umk_ipc_handlers();
    int error = 0;
    long type;

    memcpy(&type, message, sizeof type);
    if (type < 1 || size > TEXT_MAX)
        return (int)__umk_fail(EINVAL);
    struct sysv_entry *e = __umk_sysv_take(&queues, id);
    if (!e)
        return -1;
    struct queue *q = (struct queue *)e->object;
    pthread_cleanup_push(let_go, e);
    while (!error && !has_room(q, size))
        error = wait_for_change(q, flags, handlers, EAGAIN);
    pthread_cleanup_pop(0);
    if (!error)
        put(q, type, (const char *)message + sizeof type, size);
    __umk_sysv_put(&queues, e);
    return error ? (int)__umk_fail(error) : 0;
}

/* The message that a type asks for; *place is where. */
static struct message *choose(struct queue *q, long type, int flags, u64 *place)
{
    struct message *best = NULL, *m;

    for (u64 p = 0; (m = at(q, p)); p += length(m)) {
        bool fits = type == 0 || (type > 0 ? (m->type == type) != !!(flags & MSG_EXCEPT)
                                           : m->type <= (type == LONG_MIN ? LONG_MAX : -type));
        if (!fits || (best && (type >= 0 || m->type >= best->type)))
            continue;
        best = m;
        *place = p;
        if (type >= 0)
            break;
    }
    return best;
}

static void take_out(struct queue *q, u64 place)
{
    struct message *m = at(q, place);
    u64 len = length(m);

    q->bytes -= m->size;
    memmove(q->area + place, q->area + place + len, q->end - place - len);
    q->end -= len;
    q->ds.msg_qnum--;
    q->ds.msg_lrpid = getpid();
    q->ds.msg_rtime = time(NULL);
    __umk_ipc_change(&q->o.s);
}

ssize_t msgrcv(int id, void *buf, size_t room, long type, int flags)
{
    u32 handlers = __umk_ipc_handlers();
    struct message *m = NULL;
    u64 place = 0;
    int error = 0;

    if (room > SSIZE_MAX)
        return __umk_fail(EINVAL);
    struct sysv_entry *e = __umk_sysv_take(&queues, id);
    if (!e)
        return -1;
    struct queue *q = (struct queue *)e->object;
    pthread_cleanup_push(let_go, e);
    while (!error && !(m = choose(q, type, flags, &place)))
        error = wait_for_change(q, flags, handlers, ENOMSG);
    pthread_cleanup_pop(0);
    if (!error && m->size > room && !(flags & MSG_NOERROR))
        error = E2BIG;
    if (!error) {
        room = m->size < room ? m->size : room;
        memcpy(buf, &m->type, sizeof m->type);
        memcpy((char *)buf + sizeof m->type, m + 1, room);
        take_out(q, place);
    }
    __umk_sysv_put(&queues, e);
    return error ? __umk_fail(error) : (ssize_t)room;
}
