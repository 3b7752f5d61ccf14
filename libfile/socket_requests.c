/*
 * Requests that ask the socket behind a name, or the one that is to get a name, for something. Its
 * server may be slow, dead or hostile: it is asked in the background, and only for so many
 * requests at a time that there are calls left for what else this server does.
 *
 *     a descriptor is sent to a directory    fstat, then fpath of it; then the node is made
 *     FS_CALL_CONNECT on a node              SOCKET_GET_TOKEN
 */
#include "libfile/tree.h"
#include "umk/abi/sockets.h"

#include <stdlib.h>
#include <string.h>

#define CALLS_MAX 32u

struct socket_request {
    struct socket_request *next;
    struct scheme *scheme;
    u64 request;
    i64 handle; /* of the call in the background */
    bool cancelled;
    u64 fd; /* a descriptor that was sent: ours until it is kept */
    /* where its name is to be; NULL when a token is asked for. Held, and its node with it */
    struct entry *dir;
    struct cred who;
    u32 mode, umask;
    /* where the token goes */
    void *buf;
    size_t len;
};

static struct socket_request *request_new(const struct scheme_ctx *c, struct tree *t)
{
    u32 n = 0;

    for (const struct socket_request *s = t->socket_requests; s; s = s->next)
        n++;
    struct socket_request *call = n < CALLS_MAX ? malloc(sizeof *call) : NULL;
    if (!call)
        return NULL;
    *call = (struct socket_request){.next = t->socket_requests,
                                    .scheme = c->scheme,
                                    .request = c->request,
                                    .who = {.uid = c->uid, .gid = c->gid}};
    t->socket_requests = call;
    return call;
}

static void request_free(struct tree *t, struct socket_request *call)
{
    struct socket_request **at = &t->socket_requests;

    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    if (call->dir) {
        t->ops->release(t, call->dir->node);
        entry_put(call->dir);
    }
    free(call);
}

static void finish(struct socket_request *call, i64 result)
{
    if (!call->cancelled)
        scheme_answer(call->scheme, call->request, result);
    request_free(scheme_state(call->scheme), call);
}

/* The call was about a descriptor that is not kept. */
static void give_up(struct socket_request *call, i64 error)
{
    redox_close_v1((size_t)call->fd);
    finish(call, error);
}

static void got_path(void *arg, i64 result, const void *data, const u64 ret[4])
{
    struct socket_request *call = arg;
    struct tree *t = scheme_state(call->scheme);

    (void)ret;
    if (result > 0 && !call->cancelled) {
        if (t->ops->begin)
            t->ops->begin(t, true);
        result = socket_make(t, &call->who, call->dir, data, (size_t)result, call->mode, call->fd);
    } else if (result == 0) {
        result = -EINVAL;
    }
    if (result == 0 && !call->cancelled)
        finish(call, 0);
    else
        give_up(call, result);
}

static void got_stat(void *arg, i64 result, const void *data, const u64 ret[4])
{
    struct socket_request *call = arg;
    struct rx_stat st;

    (void)ret;
    if (result >= 0 && !call->cancelled) {
        memcpy(&st, data, sizeof st);
        call->mode = st.mode & ~call->umask;
        result = call->handle =
            mode_is(st.mode, MODE_SOCK)
                ? rx_async_call(SYS_FPATH, (const u64[6]){call->fd, RX_PATH_MAX}, NULL, 0,
                                RX_PATH_MAX, got_path, call)
                : -EINVAL;
        if (result >= 0)
            return;
    }
    give_up(call, result);
}

i64 socket_bind(struct scheme_ctx *c, struct tree *t, struct entry *dir, size_t n, u32 umask)
{
    u64 fd;

    if (n != 1)
        return -EINVAL;
    struct socket_request *call = request_new(c, t);
    if (!call)
        return -ENOBUFS;
    call->umask = umask;
    i64 r = t->ops->hold(t, dir->node); /* it is open: this does not wait */
    if (r >= 0) {
        entry_hold(dir);
        call->dir = dir;
        r = scheme_obtain_fds(c, &fd, 1);
    }
    if (r >= 0) {
        const u64 args[6] = {fd, sizeof(struct rx_stat), CALL_READ | CALL_STD_FS | CALL_META_MAX,
                             STD_FSTAT};
        call->fd = fd;
        r = call->handle =
            rx_async_call(SYS_CALL, args, NULL, 0, sizeof(struct rx_stat), got_stat, call);
        if (r < 0)
            redox_close_v1((size_t)fd);
    }
    if (r < 0)
        request_free(t, call);
    return r < 0 ? r : SCHEME_PARKED;
}

/* Whatever else is wrong with the socket, or its server: nobody listens. */
static void got_token(void *arg, i64 result, const void *data, const u64 ret[4])
{
    struct socket_request *call = arg;

    (void)ret;
    if (result >= 0 && !call->cancelled)
        memcpy(call->buf, data, call->len);
    finish(call, result >= 0 || result == -ENOBUFS ? result : -ECONNREFUSED);
}

i64 socket_token(struct scheme_ctx *c, struct tree *t, u64 node, void *buf, size_t len)
{
    const u8 none[SOCKET_TOKEN_SIZE] = {0};
    u64 fd;
    i64 r = socket_fd(t, node, &fd);

    if (r < 0)
        return r;
    struct socket_request *call = request_new(c, t);
    if (!call)
        return -ENOBUFS;
    call->buf = buf;
    call->len = len < sizeof none ? len : sizeof none;
    const u64 args[6] = {fd, call->len, CALL_READ | 1, SOCKET_GET_TOKEN};
    r = call->handle = rx_async_call(SYS_CALL, args, none, call->len, call->len, got_token, call);
    if (r < 0)
        request_free(t, call);
    return r < 0 ? r : SCHEME_PARKED;
}

bool socket_cancel(struct tree *t, u64 request)
{
    struct socket_request *call = t->socket_requests;

    while (call && (call->request != request || call->cancelled))
        call = call->next;
    if (!call)
        return false;
    call->cancelled = true;
    rx_async_cancel(call->handle);
    return true;
}
