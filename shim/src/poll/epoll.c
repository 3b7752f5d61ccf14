/*
 * epoll over event queues. The queue tells of changes; what epoll promises by default is
 * the state, so a file that was reported is registered again before the next wait, which
 * makes it an event once more if it is still ready.
 *
 * The set of files is the process's: epoll descriptors that are duplicated or handed to
 * another process are mere event queues there.
 */
#include <sys/epoll.h>
#include <stdlib.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/internal/lock.h"
#include "shim/src/poll/queue.h"
#include "shim/src/pthread/cancel.h"

#define BATCH 64

struct entry {
    struct entry *next;
    int fd;
    bool stale;  /* reported: to be registered again */
    bool always; /* its server knows no events: always ready */
    bool spent;  /* EPOLLONESHOT has fired */
    u32 events;  /* EPOLL* asked for */
    epoll_data_t data;
};

struct set {
    struct set *next;
    int epfd;
    struct entry *entries;
};

static u32 lock;
static struct set *sets;

static struct set *find_set(int epfd)
{
    struct set *s = sets;

    while (s && s->epfd != epfd)
        s = s->next;
    return s;
}

static struct entry *find_entry(const struct set *s, int fd)
{
    struct entry *e = s->entries;

    while (e && e->fd != fd)
        e = e->next;
    return e;
}

static void drop_entries(struct set *s)
{
    while (s->entries) {
        struct entry *e = s->entries;
        s->entries = e->next;
        free(e);
    }
}

int epoll_create1(int flags)
{
    if (flags & ~EPOLL_CLOEXEC)
        return (int)__umk_fail(EINVAL);
    i64 queue = (i64)redox_event_queue_create_v1(0);
    if (queue < 0)
        return (int)__umk_result(queue);
    if (!(flags & EPOLL_CLOEXEC))
        redox_fcntl_v0((u64)queue, RX_F_SETFD, 0);
    __umk_lock(&lock);
    /* the number may have belonged to a set that was closed */
    struct set *s = find_set((int)queue);
    if (s) {
        drop_entries(s);
    } else if ((s = calloc(1, sizeof *s))) {
        s->epfd = (int)queue;
        s->next = sets;
        sets = s;
    }
    __umk_unlock(&lock);
    if (s)
        return (int)queue;
    redox_close_v1((u64)queue);
    return (int)__umk_fail(ENOMEM);
}

int epoll_create(int size)
{
    return size <= 0 ? (int)__umk_fail(EINVAL) : epoll_create1(0);
}

static u32 wanted(u32 events)
{
    return (events & (EPOLLIN | EPOLLRDNORM | EPOLLPRI | EPOLLRDHUP) ? EVENT_READ : 0) |
           (events & (EPOLLOUT | EPOLLWRNORM) ? EVENT_WRITE : 0);
}

/* Tells the queue what an entry wants now; 0 or negative errno. */
static i64 announce(int epfd, struct entry *e)
{
    u32 flags = e->spent ? 0 : wanted(e->events);
    struct rx_event record = {.id = (u64)e->fd, .flags = flags, .data = (u64)e->fd};
    i64 r = (i64)redox_write_v1((u64)epfd, (const u8 *)&record, sizeof record);

    e->stale = false;
    return r < 0 ? r : 0;
}

static i64 add(struct set *s, int fd, const struct epoll_event *event)
{
    struct entry *e = calloc(1, sizeof *e);

    if (!e)
        return -ENOMEM;
    e->fd = fd;
    e->events = event->events;
    e->data = event->data;
    i64 r = announce(s->epfd, e);
    if (r == -EPERM) {
        /* as elsewhere, what can never block cannot be waited for */
        free(e);
        return r;
    }
    if (r == -EBADF || r == -ENOMEM) {
        free(e);
        return r;
    }
    e->always = r < 0;
    e->next = s->entries;
    s->entries = e;
    return 0;
}

static i64 change(struct set *s, struct entry *e, const struct epoll_event *event)
{
    e->events = event->events;
    e->data = event->data;
    e->spent = false;
    i64 r = announce(s->epfd, e);
    return r == -EBADF || r == -ENOMEM ? r : 0;
}

static void remove_entry(struct set *s, struct entry *gone)
{
    gone->spent = true;
    announce(s->epfd, gone);
    for (struct entry **at = &s->entries; *at; at = &(*at)->next) {
        if (*at == gone) {
            *at = gone->next;
            break;
        }
    }
    free(gone);
}

int epoll_ctl(int epfd, int op, int fd, struct epoll_event *event)
{
    i64 r = -EINVAL;

    if (epfd == fd || (op != EPOLL_CTL_DEL && !event))
        return (int)__umk_fail(epfd == fd ? EINVAL : EFAULT);
    if (RX_IS_ERR(redox_fcntl_v0(__umk_fd(fd), RX_F_GETFD, 0)))
        return (int)__umk_fail(EBADF);
    __umk_lock(&lock);
    struct set *s = find_set(epfd);
    struct entry *e = s ? find_entry(s, fd) : NULL;
    if (!s)
        r = RX_IS_ERR(redox_fcntl_v0(__umk_fd(epfd), RX_F_GETFD, 0)) ? -EBADF : -EINVAL;
    else if (op == EPOLL_CTL_ADD)
        r = e ? -EEXIST : add(s, fd, event);
    else if (op == EPOLL_CTL_MOD || op == EPOLL_CTL_DEL)
        r = !e ? -ENOENT : op == EPOLL_CTL_MOD ? change(s, e, event) : (remove_entry(s, e), 0);
    __umk_unlock(&lock);
    return (int)__umk_result(r);
}

/* Level-triggered files that were reported become events again if they still are ready. */
static bool refresh(struct set *s)
{
    bool any_always = false;

    for (struct entry *e = s->entries; e; e = e->next) {
        if (e->stale)
            announce(s->epfd, e);
        any_always |= e->always && !e->spent;
    }
    return any_always;
}

static u32 reported(u32 ready, u32 events)
{
    return (ready & EVENT_READ ? events & (EPOLLIN | EPOLLRDNORM) : 0) |
           (ready & EVENT_WRITE ? events & (EPOLLOUT | EPOLLWRNORM) : 0);
}

/* Puts one ready file into out; false: nothing to tell. */
static bool report(struct entry *e, u32 ready, struct epoll_event *out)
{
    u32 events = reported(ready, e->events);

    if (!events || e->spent)
        return false;
    out->events = events;
    out->data = e->data;
    e->stale = !(e->events & EPOLLET);
    if (e->events & EPOLLONESHOT) {
        e->spent = true;
        e->stale = false;
    }
    return true;
}

static int take(struct set *s, const struct rx_event *records, size_t n, struct epoll_event *out,
                int max)
{
    int count = 0;

    for (size_t i = 0; i < n && count < max; i++) {
        struct entry *e =
            records[i].id == EVENT_TIMEOUT_ID ? NULL : find_entry(s, (int)records[i].id);
        if (e && report(e, (u32)records[i].flags, &out[count])) {
            count++;
            if (e->spent)
                announce(s->epfd, e);
        }
    }
    for (struct entry *e = s->entries; e && count < max; e = e->next)
        if (e->always && report(e, EVENT_READ | EVENT_WRITE, &out[count]))
            count++;
    return count;
}

/* Records are taken one too few rather than lost: no more than max. */
static i64 wait_once(int epfd, struct epoll_event *out, int max, u64 ms)
{
    struct rx_event records[BATCH];
    struct rx_event timeout = {.id = EVENT_TIMEOUT_ID, .flags = EVENT_READ, .data = ms};
    size_t room = max < BATCH ? (size_t)max : BATCH;

    __umk_lock(&lock);
    struct set *s = find_set(epfd);
    bool ready = s && refresh(s);
    __umk_unlock(&lock);
    if (!s)
        return -EINVAL;
    if (ready)
        timeout.data = 0;
    else if (ms == UINT64_MAX)
        timeout.flags = 0;
    i64 r = (i64)redox_write_v1((u64)epfd, (const u8 *)&timeout, sizeof timeout);
    if (r >= 0)
        r = (i64)redox_read_v1((u64)epfd, (u8 *)records, room * sizeof *records);
    if (r < 0)
        return r;
    __umk_lock(&lock);
    s = find_set(epfd);
    r = s ? take(s, records, (size_t)r / sizeof *records, out, max) : -EBADF;
    __umk_unlock(&lock);
    return r;
}

int epoll_pwait2(int epfd, struct epoll_event *out, int max, const struct timespec *timeout,
                 const sigset_t *mask)
{
    struct umk_thread *t = __umk_self();
    u32 count = t->handler_count;
    sigset_t old;

    if (max <= 0 || (timeout && (timeout->tv_sec < 0 || timeout->tv_nsec < 0 ||
                                 timeout->tv_nsec >= 1000000000)))
        return (int)__umk_fail(EINVAL);
    __umk_cancel_enter();
    t->no_restart++;
    t->wake_queue = (u64)epfd + 1;
    if (mask)
        pthread_sigmask(SIG_SETMASK, mask, &old);
    i64 r = -EINTR;
    if (!mask || t->handler_count == count)
        r = wait_once(epfd, out, max, __umk_watch_ms(timeout));
    if (r == -EINVAL && (i64)redox_fcntl_v0(__umk_fd(epfd), RX_F_GETFD, 0) < 0)
        r = -EBADF;
    if (r == 0 && t->handler_count != count)
        r = -EINTR;
    if (mask)
        pthread_sigmask(SIG_SETMASK, &old, NULL);
    t->wake_queue = 0;
    t->no_restart--;
    __umk_cancel_leave();
    return (int)__umk_result(r);
}

int epoll_pwait(int epfd, struct epoll_event *out, int max, int timeout, const sigset_t *mask)
{
    const struct timespec span = {timeout / 1000, (long)(timeout % 1000) * 1000000};

    return epoll_pwait2(epfd, out, max, timeout < 0 ? NULL : &span, mask);
}

int epoll_wait(int epfd, struct epoll_event *out, int max, int timeout)
{
    return epoll_pwait(epfd, out, max, timeout, NULL);
}
