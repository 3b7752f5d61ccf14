/*
 * The console: the standard streams that umk was started with.
 *
 * Other programs share their open file descriptions (a shell its terminal, a pipeline its
 * pipes), so these are never made non-blocking: each stream is opened once more, and where that
 * is not possible it is asked whether it is ready before each transfer. Nothing is read before the
 * system asks for input: what it leaves belongs to the next program.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "umk/host/host.h"

#define CAREFUL_BYTES 4096u /* PIPE_BUF: what a pipe that is ready takes without blocking */

enum stream_kind { STREAM_CLOSED, STREAM_READY, STREAM_NONBLOCKING, STREAM_SOCKET, STREAM_ASK };

static struct stream {
    struct watch watch;
    enum stream_kind kind;
    int fd;
    bool watched;
} streams[3];

static void stream_ready(struct watch *w, u32 events)
{
    struct stream *s = CONTAINER(w, struct stream, watch);

    (void)events;
    core_console_ready((enum console_stream)(s - streams));
}

static void open_stream(struct stream *s, int fd)
{
    char path[40];
    struct stat st;

    s->watch.ready = stream_ready;
    s->fd = fd;
    if (fstat(fd, &st) < 0) {
        s->kind = STREAM_CLOSED;
        return;
    }
    if (S_ISREG(st.st_mode) || S_ISBLK(st.st_mode)) {
        s->kind = STREAM_READY;
        return;
    }
    if (S_ISSOCK(st.st_mode)) {
        s->kind = STREAM_SOCKET;
        return;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    int again =
        open(path, (fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    s->kind = again < 0 ? STREAM_ASK : STREAM_NONBLOCKING;
    if (again >= 0)
        s->fd = again;
}

void console_open(void)
{
    for (int fd = 0; fd < 3; fd++)
        open_stream(&streams[fd], fd);
}

/* An event follows when the stream is ready. */
static i64 await(struct stream *s, u32 events)
{
    i64 r = s->watched ? loop_modify(s->fd, &s->watch, events | EPOLLONESHOT)
                       : loop_add(s->fd, &s->watch, events | EPOLLONESHOT);

    if (r)
        return -EIO;
    s->watched = true;
    return -EAGAIN;
}

static bool ready_now(const struct stream *s, short events)
{
    struct pollfd p = {s->fd, events, 0};

    return poll(&p, 1, 0) > 0;
}

i64 console_write(enum console_stream which, const void *buf, size_t len)
{
    struct stream *s = &streams[which];
    ssize_t n;

    if (s->kind == STREAM_CLOSED)
        return -EBADF;
    if (s->kind == STREAM_ASK) {
        if (!ready_now(s, POLLOUT))
            return await(s, EPOLLOUT);
        len = len < CAREFUL_BYTES ? len : CAREFUL_BYTES;
    }
    do {
        n = s->kind == STREAM_SOCKET ? send(s->fd, buf, len, MSG_DONTWAIT | MSG_NOSIGNAL)
                                     : write(s->fd, buf, len);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? await(s, EPOLLOUT) : -errno;
    return n;
}

i64 console_read(void *buf, size_t len)
{
    struct stream *s = &streams[CONSOLE_IN];
    ssize_t n;

    if (s->kind == STREAM_CLOSED)
        return 0;
    if (s->kind == STREAM_ASK && !ready_now(s, POLLIN))
        return await(s, EPOLLIN);
    do {
        n = s->kind == STREAM_SOCKET ? recv(s->fd, buf, len, MSG_DONTWAIT) : read(s->fd, buf, len);
    } while (n < 0 && errno == EINTR);
    if (n < 0)
        return errno == EAGAIN ? await(s, EPOLLIN) : -errno;
    return n;
}

bool console_readable(void)
{
    struct stream *s = &streams[CONSOLE_IN];

    if (s->kind == STREAM_CLOSED || ready_now(s, POLLIN))
        return true;
    return await(s, EPOLLIN) != -EAGAIN; /* what cannot be watched is for a read to complain of */
}
