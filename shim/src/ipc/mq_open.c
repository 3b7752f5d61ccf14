/* Opening, closing and describing message queues. */
#include "shim/src/ipc/mqueue.h"
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "shim/src/internal/lock.h"

#define NAME_SIZE 256
#define DEFAULT_MESSAGES 10
#define DEFAULT_SIZE 8192
#define MESSAGES_MAX 4096
#define SIZE_LIMIT (1 << 20)
#define TOTAL_MAX (16u << 20)

static u32 lock;
static struct mq_open *list;

static bool object_name(const char *name, char *out)
{
    while (*name == '/')
        name++;
    if (!*name || strchr(name, '/')) {
        __umk_fail(EINVAL);
        return false;
    }
    if (strlen(name) + 4 > NAME_SIZE) {
        __umk_fail(ENAMETOOLONG);
        return false;
    }
    stpcpy(stpcpy(out, "mq."), name);
    return true;
}

static size_t slot_size(u32 msgsize)
{
    return sizeof(struct mq_slot) + ((msgsize + 7u) & ~7u);
}

struct mq_slot *__umk_mq_slot(const struct mq *q, u32 i)
{
    return (struct mq_slot *)(uintptr_t)(q->slots + i * slot_size(q->msgsize));
}

/* Whether the record holds what it says: others could write to it, too. */
static bool is_whole(const struct mq *q)
{
    return q->s.size >= sizeof *q && q->msgsize > 0 && q->msgsize <= SIZE_LIMIT &&
           q->maxmsg <= MESSAGES_MAX && q->maxmsg * slot_size(q->msgsize) <= q->s.size - sizeof *q;
}

static struct mq *make(const char *object, mode_t mode, const struct mq_attr *a)
{
    const struct mq_attr usual = {.mq_maxmsg = DEFAULT_MESSAGES, .mq_msgsize = DEFAULT_SIZE};

    if (!a)
        a = &usual;
    if (a->mq_maxmsg < 1 || a->mq_msgsize < 1 || a->mq_maxmsg > MESSAGES_MAX ||
        a->mq_msgsize > SIZE_LIMIT || a->mq_maxmsg * a->mq_msgsize > TOTAL_MAX) {
        __umk_fail(EINVAL);
        return NULL;
    }
    size_t size = sizeof(struct mq) + (size_t)a->mq_maxmsg * slot_size((u32)a->mq_msgsize);
    struct mq *q = __umk_ipc_make(object, size, mode);
    if (!q)
        return NULL;
    q->maxmsg = (u32)a->mq_maxmsg;
    q->msgsize = (u32)a->mq_msgsize;
    __umk_ipc_ready(&q->s);
    return q;
}

static struct mq *join(const char *object)
{
    struct mq *q = __umk_ipc_join(object);

    if (!q || is_whole(q))
        return q;
    __umk_ipc_unmap(&q->s);
    __umk_fail(EINVAL);
    return NULL;
}

static struct mq *find_or_make(const char *object, int flags, mode_t mode, const struct mq_attr *a)
{
    for (;;) {
        struct mq *q;
        if (flags & O_CREAT) {
            q = make(object, mode, a);
            if (q || __umk_self()->errno_value != EEXIST || (flags & O_EXCL))
                return q;
        }
        q = join(object);
        /* removed between the two: once more */
        if (q || __umk_self()->errno_value != ENOENT || !(flags & O_CREAT))
            return q;
    }
}

mqd_t mq_open(const char *name, int flags, ...)
{
    const struct mq_attr *a = NULL;
    char object[NAME_SIZE];
    mode_t mode = 0;

    if (flags & O_CREAT) {
        va_list ap;
        va_start(ap, flags);
        mode = va_arg(ap, mode_t);
        a = va_arg(ap, const struct mq_attr *);
        va_end(ap);
    }
    if (!object_name(name, object))
        return -1;
    struct mq_open *o = malloc(sizeof *o);
    if (!o)
        return -1;
    struct mq *q = find_or_make(object, flags, mode, a);
    int fd = q ? shm_open(object, O_RDWR, 0) : -1;
    if (fd < 0) {
        if (q)
            __umk_ipc_unmap(&q->s);
        free(o);
        return -1;
    }
    *o = (struct mq_open){.q = q, .fd = fd, .flags = flags & (O_ACCMODE | O_NONBLOCK)};
    __umk_lock(&lock);
    o->next = list;
    list = o;
    __umk_unlock(&lock);
    return fd;
}

struct mq_open *__umk_mq_take(mqd_t fd, int access)
{
    __umk_lock(&lock);
    struct mq_open *o = list;
    while (o && (o->fd != fd || o->closed))
        o = o->next;
    if (o && (o->flags & access) != access)
        o = NULL;
    if (o)
        o->users++;
    __umk_unlock(&lock);
    if (!o) {
        __umk_fail(EBADF);
        return NULL;
    }
    __umk_ipc_lock(&o->q->s);
    return o;
}

void __umk_mq_put(void *open)
{
    struct mq_open *o = open;

    __umk_ipc_unlock(&o->q->s);
    __umk_lock(&lock);
    if (--o->users == 0 && o->closed) {
        struct mq_open **at = &list;
        while (*at != o)
            at = &(*at)->next;
        *at = o->next;
        __umk_ipc_unmap(&o->q->s);
        free(o);
    }
    __umk_unlock(&lock);
}

/* A registration for a notification goes with any of the process's descriptors of the queue. */
int mq_close(mqd_t fd)
{
    struct mq_open *o = __umk_mq_take(fd, 0);

    if (!o)
        return -1;
    if (o->q->notice.pid == (u32)redox_get_pid_v1()) {
        o->q->notice.pid = 0;
        __umk_ipc_change(&o->q->s);
    }
    o->closed = true;
    __umk_mq_put(o);
    return close(fd);
}

int mq_unlink(const char *name)
{
    char object[NAME_SIZE];

    return object_name(name, object) ? shm_unlink(object) : -1;
}

int mq_setattr(mqd_t fd, const struct mq_attr *restrict new, struct mq_attr *restrict old)
{
    struct mq_open *o = __umk_mq_take(fd, 0);

    if (!o)
        return -1;
    if (old)
        *old = (struct mq_attr){.mq_flags = o->flags & O_NONBLOCK,
                                .mq_maxmsg = o->q->maxmsg,
                                .mq_msgsize = o->q->msgsize,
                                .mq_curmsgs = o->q->count};
    if (new)
        o->flags = (o->flags & ~O_NONBLOCK) | ((int)new->mq_flags &O_NONBLOCK);
    __umk_mq_put(o);
    return 0;
}

int mq_getattr(mqd_t fd, struct mq_attr *a)
{
    return mq_setattr(fd, NULL, a);
}
