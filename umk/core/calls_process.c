/* Calls on processes, clocks, portals, and faults. */
#include "umk/core/calls.h"
#include "umk/core/channel.h"
#include "umk/core/exchanged.h"
#include "umk/core/fmt.h"
#include "umk/core/kschemes.h"
#include "umk/core/signal.h"

/* Credentials and groups */

static bool one_of(u32 id, u32 a, u32 b, u32 c)
{
    return id == UINT32_MAX || id == a || id == b || id == c;
}

/* Servers know a channel's client by the credentials it was opened with, so a change ends the
 * channels. */
i64 process_set_ids(struct process *p, const struct process *by, const u32 ids[6])
{
    struct creds *cr = &p->cred;
    u32 *const field[6] = {&cr->ruid, &cr->euid, &cr->suid, &cr->rgid, &cr->egid, &cr->sgid};
    struct list *first;

    for (u32 i = 0; i < 6 && !is_root(by); i++)
        if (!(i < 3 ? one_of(ids[i], cr->ruid, cr->euid, cr->suid)
                    : one_of(ids[i], cr->rgid, cr->egid, cr->sgid)))
            return -EPERM;
    for (u32 i = 0; i < 6; i++)
        if (ids[i] != UINT32_MAX)
            *field[i] = ids[i];
    while ((first = list_first(&p->client_channels)))
        channel_close(LIST_ENTRY(first, struct channel, of_client));
    return 0;
}

/* Payload: the six ids. */
static i64 setresugid(struct context *c)
{
    u32 ids[6];

    memcpy(ids, c->call.payload, sizeof(ids));
    return process_set_ids(c->proc, c->proc, ids);
}

/* Closed at exec: the program that follows need not be trusted with it. */
static i64 own_handle(struct context *c)
{
    struct desc *d = proc_handle_new(c->proc);
    i64 fd;

    if (!d)
        return -ENOMEM;
    fd = proc_fd_install(c->proc, RX_FD_UPPER, d, true);
    if (fd < 0)
        desc_put(d);
    return fd;
}

/* pgid all-ones asks. */
static i64 setpgid(struct context *c, u64 pid, u64 pgid)
{
    struct process *self = c->proc;
    struct process *p = pid ? process_find((u32)pid) : self;

    if (pid >= PID_MAX || !p)
        return -ESRCH;
    if (pgid == UINT64_MAX || pgid == UINT32_MAX)
        return p->pgid;
    if (pgid >= PID_MAX)
        return -EINVAL;
    if (pgid == 0)
        pgid = p->pid;
    if (p != self && p->parent != self)
        return -ESRCH;
    if (p != self && p->execed)
        return -EACCES;
    if (p->sid != self->sid || p->sid == p->pid ||
        (pgid != p->pid && !process_group_in_session((u32)pgid, p->sid)))
        return -EPERM;
    p->pgid = (u32)pgid;
    return 0;
}

static i64 setsid(struct process *p)
{
    struct process *q;

    LIST_FOR_EACH (q, &core.processes, all)
        if (q->pgid == p->pid)
            return -EPERM;
    p->sid = p->pgid = p->pid;
    return (i64)p->sid;
}

static i64 credentials(struct context *c, u64 pid)
{
    struct process *p = pid ? process_find((u32)min_u64(pid, PID_MAX)) : c->proc;
    struct rx_proc_meta m;

    if (!p || p->state == PROC_ZOMBIE)
        return -ESRCH;
    if (p != c->proc && !is_root(c->proc))
        return -EPERM;
    m = (struct rx_proc_meta){.pid = p->pid,
                              .pgid = p->pgid,
                              .ppid = p->parent ? p->parent->pid : 0,
                              .ruid = p->cred.ruid,
                              .euid = p->cred.euid,
                              .suid = p->cred.suid,
                              .rgid = p->cred.rgid,
                              .egid = p->cred.egid,
                              .sgid = p->cred.sgid,
                              .ens = 1,
                              .rns = 1};
    memcpy(c->call.payload, &m, sizeof(m));
    return sizeof(m);
}

static i64 priority(struct context *c, u64 pid, u64 value, bool set)
{
    struct process *p = pid ? process_find((u32)min_u64(pid, PID_MAX)) : c->proc;

    if (!p)
        return -ESRCH;
    if (!set)
        return p->prio;
    if (value > 39)
        return -EINVAL;
    if (!is_root(c->proc) && (p->cred.ruid != c->proc->cred.euid || value < p->prio))
        return -EPERM;
    p->prio = (u32)value;
    return 0;
}

/* The verbs */

static i64 proc_exit(struct context *c, u64 status)
{
    u32 signal = (u32)status >> 8 & 0xFF;

    process_exit(c->proc, status <= 255 ? RX_STATUS_EXITED(status) : RX_STATUS_SIGNALED(signal));
    return PARKED;
}

static i64 rename_process(struct context *c)
{
    char name[33] = {0};

    memcpy(name, c->call.payload, 32);
    process_set_name(c->proc, name);
    return 0;
}

static i64 queue_signal(struct context *c, u64 pid, u64 sig)
{
    struct process *p = process_find((u32)min_u64(pid, PID_MAX));
    struct rx_rt_sig_info value;

    memcpy(&value, c->call.payload, sizeof(value));
    return p ? signal_queue(p, (u32)min_u64(sig, UINT32_MAX), c->proc, &value) : -ESRCH;
}

static i64 dequeue_signal(struct context *c)
{
    struct rx_rt_sig_info info;
    u32 index;
    i64 err;

    memcpy(&index, c->call.payload, sizeof(index));
    if ((err = sigqueue_take(c->proc, index, &info)))
        return err;
    memcpy(c->call.payload, &info, sizeof(info));
    return 0;
}

static i64 thread_kill(struct context *c, u64 portal, u64 sig)
{
    return signal_send_thread(c->proc, (u32)min_u64(portal, UINT32_MAX),
                              (u32)min_u64(sig, UINT32_MAX));
}

i64 sys_proc(struct context *c)
{
    const u64 *a = c->call.a;

    switch (a[0]) {
    case PROC_WAITPID:
        return proc_wait(c, a[1], (u32)a[2], false);
    case PROC_WAITPGID:
        return proc_wait(c, a[1], (u32)a[2], true);
    case PROC_EXIT:
        return proc_exit(c, a[1]);
    case PROC_SETRESUGID:
        return setresugid(c);
    case PROC_SETPGID:
        return setpgid(c, a[1], a[2]);
    case PROC_GETSID: {
        struct process *p = a[1] ? process_find((u32)min_u64(a[1], PID_MAX)) : c->proc;
        return p ? (i64)p->sid : -ESRCH;
    }
    case PROC_SETSID:
        return setsid(c->proc);
    case PROC_KILL:
        return signal_kill(c->proc, (i64)a[1], (u32)min_u64(a[2], UINT32_MAX));
    case PROC_SIGQ:
        return queue_signal(c, a[1], a[2]);
    case PROC_SIGDEQ:
        return dequeue_signal(c);
    case PROC_GETPPID:
        return c->proc->parent ? c->proc->parent->pid : 0;
    case PROC_RENAME:
        return rename_process(c);
    case PROC_DISABLE_SETPGID:
        c->proc->execed = true;
        return 0;
    case PROC_CREDENTIALS:
        return credentials(c, a[1]);
    case PROC_SETPRIORITY:
        return priority(c, a[1], a[2], true);
    case PROC_GETPRIORITY:
        return priority(c, a[1], 0, false);
    case PROC_HANDLE:
        return own_handle(c);
    case PROC_SIGNAL_THREAD:
        return thread_kill(c, a[1], a[2]);
    case PROC_GETLIMIT:
        return limit_get(c, a[1]);
    case PROC_SETLIMIT:
        return limit_set(c, a[1], (struct limit){a[2], a[3]});
    case PROC_SETRENS:
        return -EINVAL;
    default:
        return -ENOSYS;
    }
}

/* Faults */

static u32 signal_of_fault(u32 kind)
{
    switch (kind) {
    case FAULT_ACCESS:
        return RX_SIGSEGV;
    case FAULT_BUS:
        return RX_SIGBUS;
    case FAULT_ARITHMETIC:
        return RX_SIGFPE;
    case FAULT_ILLEGAL:
        return RX_SIGILL;
    case FAULT_TRAP:
        return RX_SIGTRAP;
    case FAULT_FORBIDDEN:
        return RX_SIGSYS;
    default:
        return RX_SIGABRT;
    }
}

/* A fault with a handler goes back as a signal to deliver; without one it is the end, reported. */
i64 sys_fault(struct context *c)
{
    struct process *p = c->proc;
    struct portal *pt = p->body->portal[c->portal];
    u32 sig = signal_of_fault(__atomic_load_n(&pt->fault.kind, __ATOMIC_RELAXED));
    u64 first = __atomic_load_n(&p->body->page->sig.actions[sig - 1].first, __ATOMIC_RELAXED);
    u64 word = __atomic_load_n(&pt->sig.word[(sig - 1) / 32], __ATOMIC_RELAXED);
    bool allowed = word >> 32 & 1ull << ((sig - 1) % 32);
    char text[1024] = "";
    struct fmt f = {text, sizeof(text), 0};

    if ((first & SIGACT_ADDRESS) && !(first & SIGACT_IGNORED) && allowed && sig != RX_SIGABRT)
        return sig;
    exchanged_describe(p, c->portal, &f);
    core.machine->report_fault(p->body, c->portal, text);
    process_end(p, RX_STATUS_SIGNALED(sig));
    return PARKED;
}

/* Clocks */

static bool thread_of(const struct process *p, u64 portal)
{
    return portal < PORTALS_MAX && p->by_portal[portal];
}

i64 sys_clock_gettime(struct context *c)
{
    u64 t;

    switch (c->call.a[0]) {
    case RX_CLOCK_REALTIME:
        t = core.machine->now() + core.machine->real_offset();
        break;
    case RX_CLOCK_MONOTONIC:
        t = core.machine->now();
        break;
    case RX_CLOCK_PROCESS_CPU:
        t = process_cpu(c->proc);
        break;
    case RX_CLOCK_THREAD_CPU:
        t = core.machine->thread_cpu(c->proc->body, c->portal);
        break;
    case RX_CLOCK_CHILDREN_CPU:
        t = c->proc->cpu_children;
        break;
    default:
        if (!RX_CLOCK_IS_THREAD(c->call.a[0]) || !thread_of(c->proc, c->call.a[0] - 0x1000))
            return -EINVAL;
        t = core.machine->thread_cpu(c->proc->body, (u32)(c->call.a[0] - 0x1000));
    }
    c->call.ret[0] = t / 1000000000;
    c->call.ret[1] = t % 1000000000;
    return 0;
}

static void sleep_over(struct timer *t)
{
    context_finish(CONTAINER_OF(t, struct context, timer), 0);
}

static void sleep_interrupted(struct context *c)
{
    u64 now = core.machine->now();
    u64 left = c->timer.at > now ? c->timer.at - now : 0;

    c->call.ret[0] = left / 1000000000;
    c->call.ret[1] = left % 1000000000;
    context_finish(c, -EINTR);
}

i64 sys_nanosleep(struct context *c)
{
    u64 sec = c->call.a[0], nsec = c->call.a[1], ns, at;

    if (sec > INT64_MAX || nsec >= 1000000000)
        return -EINVAL;
    if (sec == 0 && nsec == 0)
        return 0;
    if (mul_overflows(sec, 1000000000, &ns) || add_overflows(ns, nsec, &ns) ||
        add_overflows(ns, core.machine->now(), &at))
        at = UINT64_MAX;
    context_park(c, "sleep", sleep_interrupted);
    context_timeout(c, at, sleep_over);
    return PARKED;
}

/* Portals and the main loop */

i64 sys_loop(struct context *c)
{
    struct body *b = c->proc->body;
    i64 err;

    if (b->has_loop)
        return -EEXIST;
    if ((err = core.machine->loop(b)))
        return err;
    b->has_loop = true;
    return 0;
}

static void loop_wait_over(struct context *c)
{
    c->proc->loop_waiter = NULL;
    context_finish(c, 0);
}

static void loop_wait_timeout(struct timer *t)
{
    loop_wait_over(CONTAINER_OF(t, struct context, timer));
}

/* A ring that came before the wait ends it at once. */
i64 loop_wait(struct context *c, u64 ms)
{
    struct process *p = c->proc;
    u64 at;

    if (!p->body->has_loop || p->loop_waiter)
        return -EINVAL;
    if (p->loop_rung || ms == 0) {
        p->loop_rung = false;
        return 0;
    }
    context_park(c, "requests", loop_wait_over);
    p->loop_waiter = c;
    if (ms != UINT64_MAX && !mul_overflows(ms, 1000000, &at) &&
        !add_overflows(at, core.machine->now(), &at))
        context_timeout(c, at, loop_wait_timeout);
    return PARKED;
}

i64 sys_loop_wait(struct context *c)
{
    return loop_wait(c, c->call.a[0]);
}

void loop_ring(struct body *b)
{
    struct process *p = b->proc;

    if (core.config.cpus == 0)
        core.machine->ring(b);
    else if (p->loop_waiter)
        loop_wait_over(p->loop_waiter);
    else
        p->loop_rung = true;
}

i64 sys_portal_new(struct context *c)
{
    const struct thread_begin begin = {c->call.a[1], c->call.a[2], c->call.a[3]};

    return start_portal(c, c->call.a[0] == PORTAL_FOR_THREAD ? &begin : NULL);
}

i64 sys_portal_free(struct context *c)
{
    struct process *p = c->proc;
    u64 n = c->call.a[0];
    struct context *victim = n < PORTALS_MAX ? p->by_portal[n] : NULL;
    bool own = victim == c;

    if (!victim || (!own && !victim->async))
        return -EINVAL;
    if (own) {
        /* a thread ends: the process lives on while it has others */
        struct context *other;
        bool alone = true;

        LIST_FOR_EACH (other, &p->contexts, of_process)
            alone &= other == c || other->async;
        if (alone)
            return proc_exit(c, 0);
    }
    context_free(victim);
    if (n != 0) {
        core.machine->portal_remove(p->body, (u32)n);
        p->body->portal[n] = NULL;
    }
    return own ? PARKED : 0;
}
