/* Threads; see thread.h. */
#include "umk/x86_64/thread.h"
#include "umk/abi/metal.h"
#include "umk/core/core.h"
#include "umk/paging/frames.h"
#include "umk/x86_64/apic.h"
#include "umk/x86_64/body.h"
#include "umk/x86_64/clock.h"
#include "umk/x86_64/interrupts.h"
#include "umk/x86_64/kmap.h"
#include "umk/x86_64/power.h"
#include "umk/x86_64/smp.h"
#include "umk/x86_64/trap.h"

_Noreturn void enter_user(const struct regs *r); /* traps.S */
void idle_wait(void);

_Static_assert(offsetof(struct thread, regs) == 0, "thread_entered");
static struct pool threads = POOL_INIT(thread, 1u << 20);
static struct thread *queue, **queue_end = &queue;

static struct thread *make(struct metal_body *body, u32 portal)
{
    struct thread *t = pool_get(&threads);
    u32 f;

    if (!t)
        return NULL;
    if (!(f = frames_take(0))) {
        pool_put(&threads, t);
        return NULL;
    }
    t->body = body;
    t->portal = portal;
    t->fpu = frame_bytes(f);
    t->next = body->threads;
    body->threads = t;
    return t;
}

struct thread *thread_new(struct metal_body *body, u32 portal, u64 ip, u64 sp)
{
    struct thread *t = make(body, portal);

    if (!t)
        return NULL;
    fpu_fresh(t->fpu);
    t->regs.rip = ip;
    t->regs.rsp = sp;
    t->regs.cs = SEGMENT_USER_CODE;
    t->regs.ss = SEGMENT_USER_DATA;
    t->regs.rflags = RFLAGS_FIXED | RFLAGS_IF;
    return t;
}

struct thread *thread_copy(struct metal_body *body, struct thread *from)
{
    struct thread *t = make(body, 0);
    struct cpu *c = this_cpu();

    if (!t)
        return NULL;
    if (c->loaded == from)
        fpu_save(from->fpu);
    memcpy(t->fpu, from->fpu, PAGE_SIZE);
    t->regs = from->regs;
    t->fs_base = from->fs_base;
    t->gs_base = from->gs_base;
    return t;
}

static void enqueue(struct thread *t)
{
    t->state = THREAD_QUEUED;
    t->queue_next = NULL;
    t->queue_at = queue_end;
    *queue_end = t;
    queue_end = &t->queue_next;
}

static void dequeue(struct thread *t)
{
    *t->queue_at = t->queue_next;
    if (t->queue_next)
        t->queue_next->queue_at = t->queue_at;
    else
        queue_end = t->queue_at;
    t->state = THREAD_OFF;
}

void thread_give(struct thread *t)
{
    if (t->state != THREAD_OFF)
        return;
    t->in_call = false;
    enqueue(t);
}

static void stop_running(struct thread *t)
{
    struct cpu *c = &cpus[t->cpu];

    u64 used = rdtsc() - t->since;

    t->body->cpu_ticks += used;
    t->cpu_ticks += used;
    t->state = THREAD_OFF;
    c->current = NULL;
    if (c != this_cpu())
        smp_bring_in(c);
}

void thread_take(struct thread *t)
{
    if (t->state == THREAD_QUEUED)
        dequeue(t);
    else if (t->state == THREAD_RUNNING)
        stop_running(t);
}

void thread_free(struct thread *t)
{
    struct thread **at = &t->body->threads;

    thread_take(t);
    for (u32 i = 0; i < CPUS_MAX; i++)
        if (cpus[i].loaded == t)
            cpus[i].loaded = NULL;
    while (*at != t)
        at = &(*at)->next;
    *at = t->next;
    frame_put((u32)(direct_physical(t->fpu) / PAGE_SIZE));
    pool_put(&threads, t);
}

void thread_nudge(struct thread *t)
{
    t->nudged = true;
    if (t->state == THREAD_RUNNING && t->cpu != this_cpu()->id)
        apic_send(cpus[t->cpu].apic, VECTOR_WAKE);
}

/* Going on */

bool thread_upcall(struct thread *t, u64 entry)
{
    struct portal *p = t->body->b->portal[t->portal];
    u64 flags;

    if (!p || !t->at_home || !entry || entry >= USER_END)
        return false;
    flags = __atomic_load_n(&p->sig.control_flags, __ATOMIC_RELAXED);
    if (flags & SIGCTL_INHIBIT)
        return false;
    p->sig.saved_ip = t->regs.rip;
    p->sig.saved_flags = t->regs.rflags;
    __atomic_store_n(&p->sig.control_flags, flags | SIGCTL_INHIBIT, __ATOMIC_RELAXED);
    t->regs.rip = entry;
    t->regs.rflags &= ~(u64)(RFLAGS_TF | RFLAGS_DF | RFLAGS_NT | RFLAGS_RF | RFLAGS_AC);
    t->regs.vector = 0;
    return true;
}

static void load_bases(const struct thread *t)
{
    wrmsr(MSR_FS_BASE, t->fs_base);
    wrmsr(MSR_KERNEL_GS_BASE, t->gs_base);
}

void thread_set_bases(struct thread *t, const struct portal *p)
{
    u64 fs = p->fs_base, gs = p->gs_base;

    /* a base that is no address would fault in the kernel */
    if (fs < USER_END)
        t->fs_base = fs;
    if (gs < USER_END)
        t->gs_base = gs;
    t->at_home = true;
    if (this_cpu()->loaded == t)
        load_bases(t);
}

/* Unless it is there already: all that a thread has of the processor goes and comes together. */
static void load(struct cpu *c, struct thread *t)
{
    u32 root = t->body->space.table.root;

    if (c->loaded == t)
        return;
    c->loaded = t;
    fpu_load(t->fpu);
    load_bases(t);
    if (c->root != root) {
        c->root = root;
        write_cr3((u64)root * PAGE_SIZE);
    }
    c->regs_end = (u64)(&t->regs + 1);
    c->tss.rsp[0] = c->regs_end;
}

/* The processors that sleep are for those that still wait. */
static _Noreturn void go_on(struct cpu *c, struct thread *t)
{
    if (queue)
        smp_wake_idle();
    if (t->nudged && thread_upcall(t, t->body->b->page->upcall_nudge))
        t->nudged = false;
    load(c, t);
    kernel_leave();
    enter_user(&t->regs);
}

static void sleep(struct cpu *c)
{
    if (c->root) {
        c->root = 0;
        kmap_load();
    }
    c->idle = true;
    kernel_leave();
    idle_wait();
    kernel_enter();
    c->idle = false;
}

/* The processor's thread, taken from the queue if it has none; NULL: there is nobody. */
static struct thread *choose(struct cpu *c)
{
    struct thread *t = queue;

    if (c->current || !t)
        return c->current;
    dequeue(t);
    t->state = THREAD_RUNNING;
    t->cpu = c->id;
    t->since = rdtsc();
    return c->current = t;
}

_Noreturn void thread_next(void)
{
    struct cpu *c = this_cpu();

    for (;;) {
        struct thread *t = c->current;

        if (t && t->entered) {
            t->entered = false;
            trap_handle(t);
        }
        while (body_events() || interrupts_pending())
            ;
        power_check();
        t = choose(c);
        if (t && t->entered)
            continue;
        clock_arm();
        if (c->loaded && c->loaded != t) {
            fpu_save(c->loaded->fpu);
            c->loaded = NULL;
        }
        if (t)
            go_on(c, t);
        sleep(c);
    }
}
