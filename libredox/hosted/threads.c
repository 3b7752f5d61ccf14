/* Threads and fork on the host. */
#include "frame.h"
#include "hosted.h"

i64 hosted_thread_main(u64 thread)
{
    struct gate_thread *t = (struct gate_thread *)thread;

    hosted_set_self(t);
    unblock_nudges();
    t->in_gate = 0;
    if (gate_page->gated)
        gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
    t->start.entry(t->start.arg);
    rx_thread_exit(NULL, 0);
}

i64 hosted_clone_error(i64 result)
{
    return result == -EPERM ? -EAGAIN : result;
}

i64 hosted_fork_failed(i64 pid, i64 error)
{
    i64 r;

    /* The grant is gone: the child was ended before it began, and is waited for as any other. */
    if (error == -EPERM)
        return pid;
    gate_call(UMK_PROC, GATE_ARGS(PROC_KILL, (u64)pid, RX_SIGKILL), NULL, NULL);
    do
        r = gate_call(UMK_PROC, GATE_ARGS(PROC_WAITPID, (u64)pid, 0), NULL, NULL);
    while (r == -EINTR);
    return error;
}

i64 hosted_thread_new(void)
{
    u64 ret[4];
    i64 addr = gate_call(UMK_PORTAL_NEW, GATE_ARGS(PORTAL_FOR_THREAD), NULL, ret);
    struct gate_thread *t;

    if (addr < 0)
        return addr;
    gate_threaded = true;
    t = &gate_threads[ret[0]];
    t->portal = (struct portal *)addr;
    t->number = (u32)ret[0];
    t->in_gate = 1;
    t->wait_word = NULL;
    return (i64)ret[0];
}

i64 hosted_thread_create(const struct rx_thread_start *s)
{
    i64 number = hosted_thread_new(), res;
    struct gate_thread *t;
    u64 *stack = s->stack_top;

    if (number < 0)
        return number;
    t = &gate_threads[number];
    t->start = *s;
    *s->tid = t->number;
    *--stack = (u64)hosted_thread_main;
    *--stack = (u64)t;
    block_nudges();
    res = hosted_clone_thread(THREAD_FLAGS, stack, &t->portal->host_tid, s->tid, s->tls);
    unblock_nudges();
    if (res < 0) {
        *s->tid = 0;
        gate_call(UMK_PORTAL_FREE, GATE_ARGS(t->number), NULL, NULL);
        return hosted_clone_error(res);
    }
    return (i64)t->number;
}

/* The kernel answers nothing to a thread that frees its own portal: the call is posted, and the
 * thread ends without waiting. */
void hosted_thread_exit(void *unmap, size_t len)
{
    struct gate_thread *t = gate_self();

    gate_enter(t);
    gate_post_only(t, UMK_PORTAL_FREE, t->number);
    hosted_unmap_exit(unmap, len);
}

void hosted_become_main(struct portal *p)
{
    struct gate_thread *t = &gate_threads[0];

    t->portal = p;
    t->number = 0;
    t->in_gate = 1;
    t->wait_word = NULL;
    hosted_set_self(t);
    gate_threaded = false;
    gate_start.pid = gate_page->pid;
    gate_forget();
    chan_forget_all();
}

/* The child keeps the parent's memory but none of its shared pages: it checks in on its own
 * control socket, and gets its own. */
static void become_child(int control)
{
    const u64 hello = 1;
    struct hosted_boot b;

    lx3(LX_WRITE, (u64)control, (u64)&hello, sizeof(hello));
    hosted_receive_boot(control, false, &b);
    hosted_take_boot(&b);
    hosted_become_main(b.portal);
}

i64 hosted_fork(void)
{
    struct gate_thread *t = gate_self();
    i64 pid, res;
    int control;

    gate_enter(t);
    pid = gate_call(UMK_FORK, GATE_ARGS(0), NULL, NULL);
    if (pid < 0) {
        gate_leave(t);
        return pid;
    }
    control = hosted_take_forked();
    block_nudges();
    res = lx6(LX_CLONE, FORK_FLAGS, 0, 0, 0, 0, 0);
    if (res == 0)
        become_child(control);
    unblock_nudges();
    if (res == 0) {
        gate_leave(&gate_threads[0]);
        return 0;
    }
    lx_close(control);
    if (res < 0)
        pid = hosted_fork_failed(pid, res);
    gate_leave(t);
    return pid;
}
