/* Processes: birth, names, descriptors, stop and end; the states are in process.h. */
#include "umk/core/process.h"
#include "umk/core/channel.h"
#include "umk/core/kschemes.h"
#include "umk/core/namespace.h"
#include "umk/core/sched.h"
#include "umk/core/scheme.h"
#include "umk/core/signal.h"
#include "umk/core/spare.h"

struct pool process_pool = POOL_INIT(process, PID_MAX);
struct pool body_pool = POOL_INIT(body, PID_MAX);

static u32 pid_take(void)
{
    if (core.nprocesses >= PID_MAX - 2)
        return 0;
    do {
        if (++core.next_pid >= PID_MAX)
            core.next_pid = 2;
    } while (core.by_pid[core.next_pid] || core.next_pid == 0);
    return core.next_pid;
}

struct process *process_new(struct process *parent)
{
    u32 pid = pid_take();
    struct process *p = pid ? pool_get(&process_pool) : NULL;

    if (!p)
        return NULL;
    p->pid = pid;
    p->serial = ++core.last_serial;
    p->parent = parent;
    p->prio = 20;
    p->pgid = p->sid = pid;
    if (parent) {
        p->cred = parent->cred;
        p->pgid = parent->pgid;
        p->sid = parent->sid;
        p->prio = parent->prio;
        memcpy(p->name, parent->name, sizeof(p->name));
    }
    list_init(&p->children);
    list_init(&p->siblings);
    list_init(&p->contexts);
    list_init(&p->schemes);
    list_init(&p->queued_signals);
    list_init(&p->client_channels);
    list_init(&p->roots);
    list_init(&p->server_channels);
    list_init(&p->closed_channels);
    aspace_init(&p->aspace);
    process_limits_init(p, parent);
    if (parent)
        list_add(&parent->children, &p->siblings);
    list_add(&core.processes, &p->all);
    core.by_pid[pid] = p;
    core.nprocesses++;
    return p;
}

struct process *process_find(u32 pid)
{
    return pid < PID_MAX ? core.by_pid[pid] : NULL;
}

void process_set_name(struct process *p, const char *name)
{
    size_t n = min_u64(strlen(name), sizeof(p->name) - 1);

    memset(p->name, 0, sizeof(p->name));
    for (size_t i = 0; i < n; i++)
        p->name[i] = name[i] >= ' ' && name[i] < 127 ? name[i] : '?';
}

u64 process_window(struct process *p)
{
    if (!p->window) {
        u64 base = p->body ? __atomic_load_n(&p->body->page->window_base, __ATOMIC_RELAXED) : 0;

        if (base & PAGE_MASK || base > (1ull << 46))
            base = 0;
        p->window = base ? base : WINDOW_DEFAULT;
    }
    return p->window;
}

/* Descriptors */

static void slot_added(struct process *p, struct desc *d)
{
    binding_slot_added(p, d);
    pipe_slot_changed(p, d);
}

static void slot_removed(struct process *p, struct desc *d)
{
    binding_slot_removed(p, d);
    if (namespace_is(d))
        roots_end(p);
    pipe_slot_changed(p, d);
}

i64 proc_fd_install(struct process *p, u64 from, struct desc *d, bool cloexec)
{
    i64 fd;

    if (!(from & RX_FD_UPPER))
        spare_yield(p);
    fd = fd_install(&p->fds, from, d, cloexec);

    if (fd >= 0)
        slot_added(p, d);
    return fd;
}

void proc_fd_drop(struct process *p, struct desc *d)
{
    struct request *msg;

    slot_removed(p, d);
    if (d->notify_detach && !d->scheme->dead && (msg = request_new(d->scheme, OP_DETACH))) {
        msg->entry.sqe.args[0] = d->number;
        msg->entry.sqe.caller = p->pid;
        request_post(msg);
    }
    desc_put(d);
}

i64 proc_fd_replace(struct process *p, u64 fd, struct desc *d, bool cloexec)
{
    struct desc *old = NULL;
    i64 res;

    if (fd == p->fds.spare_fd)
        spare_end(p);
    res = fd_replace(&p->fds, fd, d, cloexec, &old);
    if (res < 0)
        return res;
    slot_added(p, d);
    if (old)
        proc_fd_drop(p, old);
    return res;
}

/* The lowest free number is the spare's no more once a lower one is given back. */
static struct desc *take(struct process *p, u64 fd)
{
    struct desc *d = fd_take(&p->fds, fd);

    if (d && fd < p->fds.spare_fd)
        spare_end(p);
    return d;
}

struct desc *proc_fd_take(struct process *p, u64 fd)
{
    struct desc *d = take(p, fd);

    if (d)
        slot_removed(p, d);
    return d;
}

i64 proc_fd_close(struct process *p, u64 fd)
{
    struct desc *d = take(p, fd);

    if (!d)
        return -EBADF;
    proc_fd_drop(p, d);
    return 0;
}

static void close_all(struct process *p)
{
    spare_forget(p);
    for (u64 fd = fd_next(&p->fds, 0); fd != RX_FD_NONE; fd = fd_next(&p->fds, fd))
        proc_fd_close(p, fd);
    fd_table_free_chunks(&p->fds);
}

/* The end */

static void let_go(struct process *p)
{
    struct context *c, *tmp;
    struct list *first;

    LIST_FOR_EACH_SAFE (c, tmp, &p->contexts, of_process)
        context_free(c);
    while ((first = list_first(&p->schemes)))
        scheme_die(LIST_ENTRY(first, struct scheme, of_owner));
    channel_close_all(p);
    sigqueue_clear(p);
    close_all(p);
    aspace_clear(p, &p->aspace);
}

static void orphan_children(struct process *p)
{
    struct process *child, *tmp;

    LIST_FOR_EACH_SAFE (child, tmp, &p->children, siblings) {
        list_remove(&child->siblings);
        child->parent = core.init;
        if (core.init && core.init != p)
            list_add(&core.init->children, &child->siblings);
        if (child->state == PROC_ZOMBIE && (core.init == p || !core.init))
            process_reap(child);
    }
    if (core.init && core.init != p)
        wait_check(core.init);
}

void process_reap(struct process *p)
{
    core_assert(list_empty(&p->contexts) && list_empty(&p->children) && !p->body);
    list_remove(&p->siblings);
    list_remove(&p->all);
    core.by_pid[p->pid] = NULL;
    core.nprocesses--;
    if (core.asking == p)
        core.asking = NULL;
    pool_put(&process_pool, p);
}

void process_abort(struct process *p)
{
    struct process *parent = p->parent;

    let_go(p);
    process_reap(p);
    if (parent && parent->state == PROC_ALIVE)
        wait_check(parent);
}

/* SIGCHLD set to be ignored: nobody will wait (POSIX, sigaction). */
static bool ignores_children(const struct process *p)
{
    return p->body &&
           (__atomic_load_n(&p->body->page->sig.actions[RX_SIGCHLD - 1].first, __ATOMIC_RELAXED) &
            SIGACT_IGNORED);
}

static void become_zombie(struct process *p)
{
    struct process *parent = p->parent;

    p->state = PROC_ZOMBIE;
    p->status = p->exit_status;
    if (p == core.init) {
        klog("init has ended with status %x", p->status);
        core_shutdown(1);
        return;
    }
    if (!parent || parent->state == PROC_ZOMBIE || parent->state == PROC_DYING) {
        process_reap(p);
        return;
    }
    if (ignores_children(parent))
        process_reap(p);
    else
        signal_send(parent, RX_SIGCHLD, NULL);
    wait_check(parent);
}

void process_stillborn(struct process *p, u32 status)
{
    if (!p->exit_status)
        p->exit_status = status;
    p->state = PROC_DYING;
    let_go(p);
    become_zombie(p);
}

bool process_group_in_session(u32 pgid, u32 sid)
{
    struct process *p;

    LIST_FOR_EACH (p, &core.processes, all)
        if (p->pgid == pgid && p->sid == sid)
            return true;
    return false;
}

u64 process_cpu(const struct process *p)
{
    bool counts = p->body && p->state == PROC_ALIVE; /* otherwise it was added up before */

    return p->cpu_before + (counts ? core.machine->body_cpu(p->body) : 0);
}

void process_end(struct process *p, u32 status)
{
    if (p->state == PROC_DYING || p->state == PROC_ZOMBIE)
        return;
    p->exit_status = status;
    if (p->state == PROC_NEW) {
        /* One that is spawned ends when it has started: its parent is to be told a pid. */
        if (p->forked && p->new_body)
            core.machine->body_kill(p->new_body);
        return;
    }
    p->cpu_before = process_cpu(p);
    p->state = PROC_DYING;
    let_go(p);
    orphan_children(p);
    start_drop(p);
    if (p->body)
        core.machine->body_kill(p->body);
    else
        become_zombie(p);
}

bool process_has_one_thread(const struct process *p)
{
    struct context *c;
    u32 n = 0;

    LIST_FOR_EACH (c, &p->contexts, of_process)
        n += !c->async;
    return n == 1;
}

void process_exit(struct process *p, u32 status)
{
    struct body *b = p->body;
    bool over = process_has_one_thread(p);

    process_end(p, status);
    if (!over)
        return;
    p->body = NULL;
    b->proc = NULL;
    become_zombie(p);
}

void core_body_died(struct body *b, u32 signal, u32 code)
{
    struct process *p = b->proc;

    b->dead = true;
    if (p && p->body == b) {
        process_end(p, signal ? RX_STATUS_SIGNALED(signal) : RX_STATUS_EXITED(code));
        p->body = NULL;
        become_zombie(p);
    } else if (p && p->new_body == b) {
        /* it was started and then ended before the start was reported */
        core_body_started(b, -ENOEXEC);
        return;
    }
    core.machine->body_release(b);
    pool_put(&body_pool, b);
}

/* Stop and continue */

static void tell_parent_of_stop(struct process *p)
{
    u64 first = 0;

    if (!p->parent || !p->parent->body)
        return;
    first = p->parent->body->page->sig.actions[RX_SIGCHLD - 1].first;
    if (!(first & SIGACT_DEFAULT_IS_STOP))
        signal_send(p->parent, RX_SIGCHLD, NULL);
    wait_check(p->parent);
}

void process_stop(struct process *p, u32 sig)
{
    if (p->stopped || (p->state != PROC_ALIVE && p->state != PROC_NEW))
        return;
    p->stopped = true;
    p->stop_signal = sig;
    p->report_stop = true;
    p->report_cont = false;
    if (p->body) /* otherwise it stops as soon as it has started */
        core.machine->body_stop(p->body, true);
    sched_hold(p);
    tell_parent_of_stop(p);
}

void process_continue(struct process *p)
{
    if (!p->stopped)
        return;
    p->stopped = false;
    p->report_stop = false;
    p->report_cont = true;
    if (p->body)
        core.machine->body_stop(p->body, false);
    sched_resume(p);
    tell_parent_of_stop(p);
}

i64 core_kill_process(u32 pid, u32 sig)
{
    struct process *p = process_find(pid);

    if (!p || p->state == PROC_ZOMBIE)
        return -ESRCH;
    return signal_send(p, sig, NULL);
}

bool process_in_loop(const struct process *p)
{
    return p->body && p->body->has_loop &&
           __atomic_load_n(&p->body->page->loop_need_ring, __ATOMIC_RELAXED);
}

void core_each_process(void (*fn)(const struct core_process_info *, void *), void *arg)
{
    struct process *p;
    struct context *c;
    struct list *l;

    LIST_FOR_EACH (p, &core.processes, all) {
        struct core_process_info i = {.pid = p->pid, .uid = p->cred.euid};
        bool running = false;

        i.ppid = p->parent ? p->parent->pid : 0;
        i.body_id = p->body ? p->body->id : 0;
        memcpy(i.name, p->name, sizeof(i.name));
        i.private_bytes = p->aspace.private_bytes;
        i.shared_bytes = p->aspace.shared_bytes;
        LIST_FOR_EACH (c, &p->contexts, of_process) {
            const char *what = c->waiting_for ? c->waiting_for : "";

            i.threads += !c->async;
            running |= c->state == CTX_USER && !c->async && !process_in_loop(p);
            if (c->state == CTX_USER && !c->async && process_in_loop(p))
                what = "requests";
            if (*what && !c->async)
                memcpy(i.waiting_for, what, min_u64(strlen(what), sizeof(i.waiting_for) - 1));
        }
        for (l = p->client_channels.next; l != &p->client_channels; l = l->next)
            i.channels++;
        for (l = p->server_channels.next; l != &p->server_channels; l = l->next)
            i.channels++;
        i.state = p->state == PROC_ZOMBIE ? 'Z' : p->stopped ? 'T' : running ? 'R' : 'S';
        fn(&i, arg);
    }
}
