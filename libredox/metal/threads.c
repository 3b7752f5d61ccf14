/* Threads and fork on bare hardware. */
#include "metal.h"
#include "umk/abi/program.h"
#include <string.h>

static volatile bool is_child; /* set in the child of a fork, in its copy of the memory */

void metal_ring_kernel(void)
{
    if (metal_process(0) == METAL_PROCESS_CHILD)
        is_child = true;
}

_Noreturn void metal_thread_main(u32 number, struct portal *portal,
                                 const struct rx_thread_start *start);

_Noreturn void metal_thread_main(u32 number, struct portal *portal,
                                 const struct rx_thread_start *start)
{
    struct gate_thread *t = &gate_threads[number];

    t->portal = portal;
    t->number = number;
    t->in_gate = 0;
    t->wait_word = NULL;
    t->due = 0;
    t->start = *start;
    t->tls = start->tls;
    t->fault_low = t->fault_top = 0;
    metal_set_self(t);
    t->start.entry(t->start.arg);
    rx_thread_exit(NULL, 0);
}

/* The new thread may run, and end, before the kernel's answer is here: it finds all it needs on its
 * stack, and the kernel has put its number where it belongs. */
i64 metal_thread_create(const struct rx_thread_start *s)
{
    struct rx_thread_start *start = (struct rx_thread_start *)((u8 *)s->stack_top - sizeof(*start));
    u64 ret[4];
    i64 addr;

    *start = *s;
    gate_threaded = true;
    addr = gate_call(UMK_PORTAL_NEW,
                     GATE_ARGS(PORTAL_FOR_THREAD, (u64)metal_thread_entry, (u64)start, (u64)s->tid),
                     NULL, ret);
    return addr < 0 ? addr : (i64)ret[0];
}

/* The stack goes on the way, so nothing may come in between that would use it. A word for the
 * thread's number that goes with it has nobody who waits. */
void metal_thread_exit(void *unmap, size_t len)
{
    struct gate_thread *t = gate_self();
    struct sig_control *sig = &t->portal->sig;
    u32 *tid = t->number ? t->start.tid : NULL;

    if ((u64)tid - (u64)unmap < len)
        tid = NULL;

    gate_settle();
    gate_enter(t);
    __atomic_store_n(&sig->control_flags, sig->control_flags | SIGCTL_INHIBIT, __ATOMIC_SEQ_CST);
    metal_end_thread(t->portal, &gate_page->posted[t->number / 64], 1ull << (t->number % 64), tid,
                     unmap, (len + PAGE_MASK) & ~(size_t)PAGE_MASK);
}

/* The child has the parent's memory but shared pages of its own, at the same place; it goes on as
 * the main thread, whatever thread called. */
static void become_child(struct gate_thread *caller)
{
    struct gate_thread *t = &gate_threads[0];

    is_child = false;
    t->tls = caller->tls;
    t->portal = (struct portal *)(PROCESS_BASE + PAGE_SIZE);
    t->number = 0;
    t->in_gate = 1;
    t->wait_word = NULL;
    t->due = 0;
    metal_set_self(t);
    gate_threaded = false;
    gate_start.pid = gate_page->pid;
    gate_forget();
    chan_forget_all();
}

i64 metal_fork(void)
{
    struct gate_thread *t = gate_self();
    struct portal *p = t->portal;
    i64 pid;

    gate_enter(t);
    memset(p->args, 0, sizeof(p->args));
    gate_post(p, t->number, UMK_FORK);
    /* pairs: the kernel's exchange of state after it wrote the reply */
    while (!is_child && (__atomic_load_n(&p->state, __ATOMIC_ACQUIRE) & WAIT_STATE) != WAIT_DONE)
        metal_ring_kernel();
    if (is_child) {
        become_child(t);
        gate_leave(&gate_threads[0]);
        return 0;
    }
    pid = p->result;
    gate_leave(t);
    return pid;
}
