/*
 * Calls from a main loop that do not wait: each has a portal of its own, whose completion rings the
 * loop. Portals are kept for the next call.
 */
#include "scheme_lib.h"
#include <stdlib.h>
#include <string.h>

#define ASYNC_MAX 256u

struct async {
    struct portal *portal;
    u32 number;
    u32 generation;
    bool busy;
    size_t out_len;
    rx_async_done *done;
    void *arg;
};

static struct async *calls[ASYNC_MAX];
static u32 ncalls;
static u32 busy[ASYNC_MAX]; /* indices of calls under way */
static u32 nbusy;

static struct async *portal_make(void)
{
    struct async *a;
    u64 ret[4];
    i64 addr;

    if (ncalls == ASYNC_MAX || !(a = calloc(1, sizeof(*a))))
        return NULL;
    addr = gate_call(UMK_PORTAL_NEW, GATE_ARGS(PORTAL_FOR_ASYNC), NULL, ret);
    if (addr < 0) {
        free(a);
        return NULL;
    }
    a->portal = (struct portal *)addr;
    a->number = (u32)ret[0];
    calls[ncalls++] = a;
    return a;
}

static i32 idle_call(void)
{
    for (u32 i = 0; i < ncalls; i++)
        if (!calls[i]->busy)
            return (i32)i;
    return portal_make() ? (i32)ncalls - 1 : -1;
}

i64 rx_async_call(u32 op, const u64 args[6], const void *in, size_t in_len, size_t out_len,
                  rx_async_done *done, void *arg)
{
    struct async *a;
    i32 i;

    if (in_len > PORTAL_PAYLOAD || out_len > PORTAL_PAYLOAD)
        return -E2BIG;
    if ((i = idle_call()) < 0)
        return -EAGAIN;
    a = calls[i];
    a->busy = true;
    a->generation = (a->generation + 1) & 0x7FFFFFFF;
    a->out_len = out_len;
    a->done = done;
    a->arg = arg;
    if (in_len)
        memcpy((u8 *)a->portal + PORTAL_PAYLOAD_OFFSET, in, in_len);
    memcpy(a->portal->args, args, sizeof(a->portal->args));
    busy[nbusy++] = (u32)i;
    gate_post(a->portal, a->number, op);
    return (i64)((u32)i | (u64)a->generation << 32);
}

i64 rx_async_read(u64 fd, size_t len, rx_async_done *done, void *arg)
{
    len = len < PORTAL_PAYLOAD ? len : PORTAL_PAYLOAD;
    return rx_async_call(SYS_READ, GATE_ARGS(fd, len), NULL, 0, len, done, arg);
}

i64 rx_async_write(u64 fd, const void *buf, size_t len, rx_async_done *done, void *arg)
{
    len = len < PORTAL_PAYLOAD ? len : PORTAL_PAYLOAD;
    return rx_async_call(SYS_WRITE, GATE_ARGS(fd, len), buf, len, 0, done, arg);
}

i64 rx_async_cancel(i64 handle)
{
    u32 i = (u32)handle;

    if (handle < 0 || i >= ncalls || !calls[i]->busy || calls[i]->generation != (u64)handle >> 32)
        return -ENOENT;
    gate_cancel(calls[i]->portal, calls[i]->number);
    return 0;
}

static bool is_done(const struct async *a)
{
    /* pairs: the kernel's exchange of state after it wrote the reply */
    return (__atomic_load_n(&a->portal->state, __ATOMIC_ACQUIRE) & WAIT_STATE) == WAIT_DONE;
}

static void complete(struct async *a)
{
    u64 ret[4];

    memcpy(ret, a->portal->ret, sizeof(ret));
    machine_control(a->portal->ctl_seq);
    gate_settle();
    a->done(a->arg, a->portal->result, (u8 *)a->portal + PORTAL_PAYLOAD_OFFSET, ret);
    a->busy = false;
}

bool async_poll(void)
{
    bool any = false;

    for (u32 i = 0; i < nbusy;) {
        struct async *a = calls[busy[i]];

        if (!is_done(a)) {
            i++;
            continue;
        }
        busy[i] = busy[--nbusy];
        complete(a);
        any = true;
    }
    return any;
}

bool async_ready(void)
{
    for (u32 i = 0; i < nbusy; i++)
        if (is_done(calls[busy[i]]))
            return true;
    return false;
}

u32 async_busy(void)
{
    return nbusy;
}

void scheme_post_event(struct scheme *s, u64 id, u32 flags)
{
    /* every open file that goes by this id */
    for (u32 i = 0; i < s->nfiles; i++)
        if (s->files[i] && s->files[i]->id == id)
            serve_answer_queue(s, CQE_FEVENT, flags, file_number(s->files[i]), 0);
}
