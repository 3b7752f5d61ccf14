/*
 * Asynchronous open, with links between schemes: a server that answers EXDEV is asked for the
 * link itself, the link's text is read, and the open starts over at where it points.
 *
 * A server that does not answer in time is left alone: `done` hears of it, and the record stays
 * until the call under way comes back.
 */
#include "servers/init/aopen.h"
#include "redox/scheme.h"
#include "servers/init/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINKS_MAX 16u
#define TIMEOUT_NS 1000000000ull

struct open_op {
    aopen_done *done; /* NULL: it has been told */
    void *arg;
    i64 timer; /* negative: none */
    i64 call;  /* the asynchronous call under way */
    u32 flags;
    u64 table;
    unsigned links;
    u64 link_fd;
    char path[RX_PATH_MAX];
};

static void finish(struct open_op *op, i64 result)
{
    aopen_done *done = op->done;
    void *arg = op->arg;
    if (op->timer >= 0)
        rx_timer_cancel(op->timer);
    free(op);
    if (done)
        done(arg, result);
    else if (result >= 0)
        redox_close_v1((size_t)result);
}

static void time_up(void *arg)
{
    struct open_op *op = arg;
    aopen_done *done = op->done;
    op->timer = -1;
    op->done = NULL;
    rx_async_cancel(op->call);
    done(op->arg, -ETIMEDOUT);
}

/* Splits an absolute path into scheme and reference. */
static const char *split(const char *path, char *scheme, size_t size)
{
    static const char prefix[] = "/scheme/";
    const char *name = path + sizeof prefix - 1;
    if (strncmp(path, prefix, sizeof prefix - 1) != 0) {
        snprintf(scheme, size, "file");
        return path + (path[0] == '/');
    }
    size_t len = strcspn(name, "/");
    snprintf(scheme, size, "%.*s", (int)len, name);
    return name + len + (name[len] == '/');
}

static i64 ask(struct open_op *op, u32 flags, u64 table, rx_async_done *done)
{
    char scheme[256], payload[256 + RX_PATH_MAX];
    const char *ref = split(op->path, scheme, sizeof scheme);
    size_t name_len = strlen(scheme), ref_len = strlen(ref);
    memcpy(payload, scheme, name_len);
    memcpy(payload + name_len, ref, ref_len);
    const u64 args[6] = {redox_get_ns_v0(), flags, flags & RX_O_FCNTL_MASK,
                         name_len,          table, name_len + ref_len};
    return rx_async_call(SYS_OPENAT, args, payload, name_len + ref_len, 0, done, op);
}

static void start_open(struct open_op *op);

/* The link's text takes the place of the path: as it is, or relative to the link's directory. */
static i64 replace_path(struct open_op *op, const char *text, size_t len)
{
    char target[RX_PATH_MAX];
    const char *slash = strrchr(op->path, '/');
    size_t head = len && text[0] == '/' ? 0 : (size_t)(slash + 1 - op->path);
    if (len == 0)
        return -ENOENT;
    if (head + len >= sizeof target)
        return -ENAMETOOLONG;
    memcpy(target, op->path, head);
    memcpy(target + head, text, len);
    target[head + len] = 0;
    memcpy(op->path, target, head + len + 1);
    return 0;
}

static void link_read(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)ret;
    struct open_op *op = arg;
    redox_close_v1(op->link_fd);
    if (result >= 0)
        result = replace_path(op, data, (size_t)result);
    if (result < 0 || !op->done)
        finish(op, result < 0 ? result : -ETIMEDOUT);
    else
        start_open(op);
}

static void link_opened(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)data, (void)ret;
    struct open_op *op = arg;
    if (result >= 0) {
        op->link_fd = (u64)result;
        result = op->call = rx_async_read(op->link_fd, RX_PATH_MAX - 1, link_read, op);
        if (result >= 0)
            return;
        redox_close_v1(op->link_fd);
    }
    finish(op, result);
}

static void opened(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)data, (void)ret;
    struct open_op *op = arg;
    if (result == -EXDEV && op->done && op->links++ < LINKS_MAX) {
        result = ask(op, RX_O_RDONLY | RX_O_SYMLINK | RX_O_CLOEXEC, 0, link_opened);
        if (result >= 0)
            return;
    }
    finish(op, result);
}

static void start_open(struct open_op *op)
{
    u32 flags = op->flags | (op->table ? 0 : RX_O_CLOEXEC);
    i64 result = ask(op, flags, op->table, opened);
    if (result < 0)
        finish(op, result);
}

void aopen(const char *path, u32 flags, u64 table, aopen_done *done, void *arg)
{
    struct open_op *op = malloc(sizeof *op);
    size_t len = strlen(path);
    if (!op || len >= sizeof op->path) {
        free(op);
        done(arg, op ? -ENAMETOOLONG : -ENOMEM);
        return;
    }
    *op = (struct open_op){.done = done, .arg = arg, .flags = flags, .table = table};
    memcpy(op->path, path, len + 1);
    op->timer = rx_timer(monotonic_ns() + TIMEOUT_NS, time_up, op);
    start_open(op);
}
