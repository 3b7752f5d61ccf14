/* Areas, threads and fork with emulated paging; see paged.h. */
#include "frame.h"
#include "paged.h"

/* Areas that are mapped. */
static u64 made[PORTALS_MAX / 64];

i64 paged_area_make(u64 n, const struct area *like)
{
    struct area *a = paged_area(n);
    i64 r = 0;

    if (!(made[n / 64] >> (n % 64) & 1)) {
        r = lx_mmap((u64)a, PAGED_AREA_SIZE, LX_PROT_READ | LX_PROT_WRITE,
                    LX_MAP_PRIVATE | LX_MAP_ANONYMOUS | LX_MAP_FIXED | LX_MAP_NORESERVE, -1, 0);
        if (r < 0)
            return r;
        __atomic_fetch_or(&made[n / 64], 1ull << (n % 64), __ATOMIC_RELAXED);
    }
    a->number = (u32)n;
    a->ram = like->ram;
    a->bell = like->bell;
    a->portal = like->portal;
    return 0;
}

HOSTED_BARE void paged_use_area(const struct area *a)
{
    struct {
        u64 sp;
        int flags;
        size_t size;
    } ss = {paged_stack(a), 0, PAGED_AREA_SIZE - GATE_STACK_TOP};

    lx3(LX_SIGALTSTACK, (u64)&ss, 0, 0);
}

i64 paged_call(i64 (*fn)(u64), u64 arg)
{
    struct area *a = paged_area(gate_self()->number);
    u64 here = (u64)__builtin_frame_address(0);

    return here - (u64)a < PAGED_AREA_SIZE ? fn(arg) : hosted_call_on(paged_stack(a), fn, arg);
}

/* Threads */

static i64 enter_thread(u64 area)
{
    const struct area *a = (const struct area *)area;
    struct gate_thread *t;

    paged_use_area(a);
    t = &gate_threads[a->number];
    return hosted_call_on((u64)t->start.stack_top, hosted_thread_main, (u64)t);
}

/* The area may have served a thread that is not quite gone. */
static void wait_until_free(u32 *busy)
{
    u32 is;

    while ((is = __atomic_load_n(busy, __ATOMIC_ACQUIRE)))
        lx_futex_wait(busy, is);
}

static i64 start_thread(struct gate_thread *t)
{
    struct area like = *paged_area(0), *a = paged_area(t->number);
    u64 *stack = (u64 *)paged_stack(a);
    i64 r;

    like.portal = t->portal;
    if ((r = paged_area_make(t->number, &like)))
        return r;
    wait_until_free(&a->busy);
    a->busy = 1;
    *--stack = (u64)enter_thread;
    *--stack = (u64)a;
    block_nudges();
    r = hosted_clone_thread(THREAD_FLAGS, stack, &t->portal->host_tid, &a->busy, t->start.tls);
    unblock_nudges();
    if (r < 0)
        a->busy = 0;
    return hosted_clone_error(r);
}

i64 paged_thread_create(const struct rx_thread_start *s)
{
    i64 number = hosted_thread_new(), r;

    if (number < 0)
        return number;
    gate_threads[number].start = *s;
    *s->tid = (u32)number;
    r = start_thread(&gate_threads[number]);
    if (r < 0) {
        *s->tid = 0;
        gate_call(UMK_PORTAL_FREE, GATE_ARGS((u64)number), NULL, NULL);
        return r;
    }
    return number;
}

/* The kernel forgets the thread as soon as it sees this, and answers no question of it any more:
 * nothing of the program's memory is touched after it. */
static _Noreturn void last_call(struct portal *p, u32 n, int bell)
{
    struct proc_page *process = (struct proc_page *)PROCESS_BASE;

    p->args[0] = n;
    p->op = UMK_PORTAL_FREE;
    p->cancel = 0;
    /* pairs: the kernel's acquire load of state in call_take */
    __atomic_store_n(&p->state, WAIT_PENDING, __ATOMIC_RELEASE);
    __atomic_fetch_or(&process->posted[n / 64], 1ull << (n % 64), __ATOMIC_SEQ_CST);
    lx_ring(bell);
    hosted_unmap_exit(NULL, 0);
}

static i64 end_thread(u64 area)
{
    const struct area *a = (const struct area *)area;
    struct gate_thread *t = gate_self();
    struct sig_control *sig = &t->portal->sig;
    u32 *tid = t->number ? t->start.tid : NULL;

    gate_enter(t);
    __atomic_store_n(&sig->control_flags, sig->control_flags | SIGCTL_INHIBIT, __ATOMIC_SEQ_CST);
    if ((u64)tid - (u64)a->unmap < a->unmap_len)
        tid = NULL;
    if (a->unmap_len)
        gate_call(SYS_FUNMAP, GATE_ARGS((u64)a->unmap, a->unmap_len), NULL, NULL);
    if (tid) {
        __atomic_store_n(tid, 0, __ATOMIC_SEQ_CST);
        gate_call(SYS_FUTEX, GATE_ARGS(FUTEX_OP_WAKE, (u64)tid, INT32_MAX), NULL, NULL);
    }
    last_call(t->portal, t->number, a->bell);
}

void paged_thread_exit(void *unmap, size_t len)
{
    struct area *a = paged_area(gate_self()->number);

    a->unmap = unmap;
    a->unmap_len = (len + PAGE_MASK) & ~(u64)PAGE_MASK;
    paged_call(end_thread, (u64)a);
}

/* Fork */

/* In the child: until its boot message is taken, only areas and registers are there. */
static HOSTED_BARE void become_child(struct area *own, int control)
{
    struct area *a = paged_area(0);
    const u64 hello = 1;
    struct hosted_boot b;
    int old_ram = own->ram;

    lx3(LX_WRITE, (u64)control, (u64)&hello, sizeof(hello));
    hosted_receive_boot(control, false, &b);
    a->lock = 0;
    a->ram = own->ram = b.ram;
    a->bell = own->bell = b.bell;
    a->portal = own->portal = b.portal;
    paged_use_area(a);
    lx_close(old_ram);
    hosted_take_boot(&b);
    hosted_become_main(b.portal);
    for (u32 n = 0; n < PORTALS_MAX; n++)
        if (made[n / 64] >> (n % 64) & 1)
            paged_area(n)->busy = 0;
}

static HOSTED_BARE i64 fork_on_own_stack(u64 area)
{
    struct area *own = (struct area *)area;
    i64 pid = gate_call(UMK_FORK, GATE_ARGS(0), NULL, NULL), r;
    int control;

    if (pid < 0)
        return pid;
    control = hosted_take_forked();
    block_nudges();
    r = lx6(LX_CLONE, FORK_FLAGS, 0, 0, 0, 0, 0);
    if (r == 0)
        become_child(own, control);
    unblock_nudges();
    if (r == 0)
        return 0;
    lx_close(control);
    return r < 0 ? hosted_fork_failed(pid, r) : pid;
}

/* The memory that the child gets is that of the moment in which the kernel took the call, in which
 * nothing of it may be needed for the way back. */
i64 paged_fork(void)
{
    struct gate_thread *t = gate_self();
    i64 pid;

    gate_enter(t);
    pid = paged_call(fork_on_own_stack, (u64)paged_area(t->number));
    gate_leave(pid ? t : &gate_threads[0]);
    return pid;
}
