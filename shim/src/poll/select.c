/* select, pselect. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/select.h>
#include "shim/src/poll/queue.h"

#define FEW 32

static bool in(const fd_set *set, int fd)
{
    return set && FD_ISSET(fd, set);
}

/* Fills w with the descriptors of the sets; NULL: only counts them. */
static size_t gather(struct watch *w, int nfds, const fd_set *r, const fd_set *wr, const fd_set *x)
{
    size_t n = 0;

    for (int fd = 0; fd < nfds; fd++) {
        u32 want = (in(r, fd) ? EVENT_READ : 0) | (in(wr, fd) ? EVENT_WRITE : 0);
        if (!want && !in(x, fd))
            continue;
        if (w)
            w[n] = (struct watch){.fd = fd, .want = want};
        n++;
    }
    return n;
}

static int spread(const struct watch *w, size_t n, fd_set *r, fd_set *wr, fd_set *x)
{
    int bits = 0;

    if (x)
        FD_ZERO(x);
    for (size_t i = 0; i < n; i++) {
        bool readable = in(r, w[i].fd) && (w[i].ready & EVENT_READ);
        bool writable = in(wr, w[i].fd) && (w[i].ready & EVENT_WRITE);
        if (r && !readable)
            FD_CLR(w[i].fd, r);
        if (wr && !writable)
            FD_CLR(w[i].fd, wr);
        bits += readable + writable;
    }
    return bits;
}

/* Nothing is exceptional here: those descriptors are only checked. */
static i64 check_idle(const struct watch *w, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!w[i].want && RX_IS_ERR(redox_fcntl_v0((u64)w[i].fd, RX_F_GETFD, 0)))
            return -EBADF;
    return 0;
}

static i64 select_for(int nfds, fd_set *r, fd_set *wr, fd_set *x, const struct timespec *timeout,
                      const sigset_t *mask)
{
    struct watch few[FEW] = {{0}}, *w = few;

    if (nfds < 0 || nfds > FD_SETSIZE)
        return -EINVAL;
    size_t n = gather(NULL, nfds, r, wr, x);
    if (n > FEW) {
        w = calloc(n, sizeof *w);
        if (!w)
            return -ENOMEM;
    }
    gather(w, nfds, r, wr, x);
    i64 result = check_idle(w, n);
    if (result == 0)
        result = __umk_watch(w, n, timeout, mask);
    for (size_t i = 0; result > 0 && i < n; i++)
        if (w[i].bad)
            result = -EBADF;
    if (result >= 0)
        result = spread(w, n, r, wr, x);
    if (w != few)
        free(w);
    return result;
}

int pselect(int nfds, fd_set *restrict r, fd_set *restrict w, fd_set *restrict x,
            const struct timespec *restrict timeout, const sigset_t *restrict mask)
{
    return (int)__umk_result(select_for(nfds, r, w, x, timeout, mask));
}

int select(int nfds, fd_set *restrict r, fd_set *restrict w, fd_set *restrict x,
           struct timeval *restrict timeout)
{
    struct timespec ts;

    if (timeout) {
        if (timeout->tv_sec < 0 || timeout->tv_usec < 0)
            return (int)__umk_fail(EINVAL);
        ts.tv_sec = timeout->tv_sec + timeout->tv_usec / 1000000;
        ts.tv_nsec = (timeout->tv_usec % 1000000) * 1000L;
    }
    return (int)__umk_result(select_for(nfds, r, w, x, timeout ? &ts : NULL, NULL));
}
