/* poll, ppoll. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include "shim/src/poll/queue.h"

#define FEW 32

#define WANT_READ (POLLIN | POLLRDNORM)
#define WANT_WRITE (POLLOUT | POLLWRNORM)

static void prepare(struct watch *w, const struct pollfd *p)
{
    *w = (struct watch){.fd = p->fd};
    if (p->events & (WANT_READ | POLLPRI | POLLRDBAND))
        w->want |= EVENT_READ;
    if (p->events & (WANT_WRITE | POLLWRBAND))
        w->want |= EVENT_WRITE;
    /* asked for nothing, it is still told of a bad descriptor */
    if (!w->want)
        w->bad = RX_IS_ERR(redox_fcntl_v0((u64)p->fd, RX_F_GETFD, 0));
}

static short report(const struct watch *w, short events)
{
    short r = 0;

    if (w->bad)
        return POLLNVAL;
    if (w->ready & EVENT_READ)
        r |= events & WANT_READ;
    if (w->ready & EVENT_WRITE)
        r |= events & WANT_WRITE;
    return r;
}

static i64 poll_for(struct pollfd fds[], nfds_t n, const struct timespec *timeout,
                    const sigset_t *mask)
{
    static const struct timespec now = {0, 0};
    struct watch few[FEW], *w = few;
    size_t used = 0, bad = 0;
    int ready = 0;

    if (n > RX_FD_MAX)
        return -EINVAL;
    if (n > FEW) {
        w = calloc(n, sizeof *w);
        if (!w)
            return -ENOMEM;
    }
    for (nfds_t i = 0; i < n; i++) {
        fds[i].revents = 0;
        if (fds[i].fd < 0)
            continue;
        prepare(&w[used], &fds[i]);
        if (w[used].bad) {
            fds[i].revents = POLLNVAL;
            bad++;
        } else if (w[used].want) {
            used++;
        }
    }
    i64 r = __umk_watch(w, used, bad ? &now : timeout, mask);
    used = 0;
    for (nfds_t i = 0; r >= 0 && i < n; i++) {
        if (fds[i].fd >= 0 && !fds[i].revents &&
            (fds[i].events & (WANT_READ | WANT_WRITE | POLLPRI | POLLRDBAND | POLLWRBAND)))
            fds[i].revents = report(&w[used++], fds[i].events);
        ready += fds[i].revents != 0;
    }
    if (w != few)
        free(w);
    return r < 0 ? r : ready;
}

int poll(struct pollfd fds[], nfds_t n, int timeout)
{
    struct timespec ts = {timeout / 1000, (long)(timeout % 1000) * 1000000};

    return (int)__umk_result(poll_for(fds, n, timeout < 0 ? NULL : &ts, NULL));
}

int ppoll(struct pollfd fds[], nfds_t n, const struct timespec *restrict timeout,
          const sigset_t *restrict mask)
{
    return (int)__umk_result(poll_for(fds, n, timeout, mask));
}
