/* Threads and fork on the host. */
#include "hosted.h"

#define CLONE_VM 0x100ull
#define CLONE_FS 0x200ull
#define CLONE_FILES 0x400ull
#define CLONE_SIGHAND 0x800ull
#define CLONE_PARENT 0x8000ull
#define CLONE_THREAD 0x10000ull
#define CLONE_SYSVSEM 0x40000ull
#define CLONE_SETTLS 0x80000ull
#define CLONE_PARENT_SETTID 0x100000ull
#define CLONE_CHILD_CLEARTID 0x200000ull
#define LX_SIGCHLD 17ull

#define THREAD_FLAGS                                                                    \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

i64 hosted_clone_thread(u64 flags, void *stack, u32 *parent_tid, u32 *child_tid, void *tls);

_Noreturn void hosted_thread_main(struct gate_thread *t)
{
    hosted_set_self(t);
    t->in_gate = 0;
    if (gate_page->gated)
        gate_call(SYS_YIELD, GATE_ARGS(0), NULL, NULL);
    t->start.entry(t->start.arg);
    rx_thread_exit(NULL, 0);
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
    void **stack = s->stack_top;

    if (number < 0)
        return number;
    t = &gate_threads[number];
    t->start = *s;
    *s->tid = t->number;
    *--stack = t;
    res = hosted_clone_thread(THREAD_FLAGS, stack, &t->portal->host_tid, s->tid, s->tls);
    if (res < 0) {
        *s->tid = 0;
        gate_call(UMK_PORTAL_FREE, GATE_ARGS(t->number), NULL, NULL);
        return res == -EPERM ? -EAGAIN : res;
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

/*
 * The child keeps the parent's memory but none of its shared pages: it checks in on its own
 * control socket, gets its own, and goes on as the main thread, whatever thread called.
 */
static void become_child(int control)
{
    const u64 hello = 1;
    struct gate_thread *t = &gate_threads[0];
    u64 len;

    lx3(LX_WRITE, (u64)control, (u64)&hello, sizeof(hello));
    t->portal = hosted_boot(control, &len);
    t->number = 0;
    t->in_gate = 1;
    t->wait_word = NULL;
    hosted_set_self(t);
    gate_threaded = false;
    gate_start.pid = gate_page->pid;
    gate_forget();
    chan_forget_all();
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
    res = lx6(LX_CLONE, CLONE_PARENT | LX_SIGCHLD, 0, 0, 0, 0, 0);
    if (res == 0) {
        become_child(control);
        gate_leave(&gate_threads[0]);
        return 0;
    }
    lx_close(control);
    gate_leave(t);
    return res < 0 ? (res == -EPERM ? -EAGAIN : res) : pid;
}
