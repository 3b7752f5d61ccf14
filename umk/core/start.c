/*
 * Starting programs and threads: spawn, exec, fork, new portals, and the first process.
 *
 * Spawn and exec are steps on one record: ask what the file is and whether the caller may execute
 * it, have its server give the pages, start a body from them, and commit when the body has started.
 * What the record holds is in struct start; start_undo() gives it all back, from any step. Until
 * the commit the caller waits, and an exec that fails leaves the old program as it was.
 *
 *     STAT --file known--> PAGES --object known--> BODY --core_body_started--> committed
 *       any of them --error, caller's death--> undone
 */
#include "umk/core/calls.h"
#include "umk/core/channel.h"
#include "umk/core/kschemes.h"
#include "umk/core/sched.h"
#include "umk/core/scheme.h"
#include "umk/core/signal.h"
#include "umk/core/spare.h"

extern struct pool body_pool;

struct start {
    struct context *ctx;   /* who waits; NULL when it died, or for the first process */
    struct process *child; /* the process that gets the new body (spawn: new; exec: the caller) */
    bool exec;
    struct desc *image;
    struct object *object; /* of the program */
    bool mapped;           /* its server was asked for it, and is to be told when it is done with */
    u64 offset, size;
    struct rx_stat stat;         /* what the image's server says of it */
    struct object *block_object; /* the exec block, when it did not fit the payload */
    u64 block_off, block_len;
    u64 sigallowed, sigignored;
    char name[32];
};

struct pool start_pool = POOL_INIT(start, 4096);

/* The machine has made of the program what it needs, or will not: for the server that is the end of
 * the mapping it was asked for. */
static void tell_server(const struct start *s)
{
    const struct scheme *scheme = s->image->scheme;
    struct request *msg = scheme->dead ? NULL : request_new(s->image->scheme, OP_MUNMAP);

    if (!msg)
        return;
    msg->entry.sqe.args[0] = s->image->number;
    msg->entry.sqe.args[1] = s->size;
    request_post(msg);
}

static void start_free(struct start *s)
{
    if (s->mapped)
        tell_server(s);
    if (s->image)
        desc_put(s->image);
    if (s->object)
        object_put(s->object);
    if (s->block_object)
        object_put(s->block_object);
    if (s->ctx)
        s->ctx->start = NULL;
    pool_put(&start_pool, s);
}

/* Ends a start that did not come to be. */
static void start_undo(struct start *s, i64 err)
{
    struct context *c = s->ctx;

    if (!s->exec)
        process_abort(s->child);
    start_free(s);
    if (c) {
        c->request = NULL;
        context_finish(c, err);
    }
}

/* A caller that dies cannot take back what is under way: the child goes when it has started. */
static void start_interrupted(struct context *c)
{
    (void)c;
}

/* The new body */

/* The program's name for people: the last part of argv[0], from the block. */
static void name_from_block(char name[32], const u8 *block, u64 len)
{
    u64 at = sizeof(struct exec_block), begin = at;
    u32 n = 0;

    for (; at < len && block[at]; at++)
        if (block[at] == '/')
            begin = at + 1;
    for (; begin < at && n < 31; begin++)
        name[n++] = block[begin] >= ' ' && block[begin] < 127 ? (char)block[begin] : '?';
    name[n] = '\0';
}

static void init_signals(struct body *b, u64 sigallowed, u64 sigignored)
{
    for (u32 sig = 1; sig <= RX_SIG_MAX; sig++)
        if (sigignored & RX_SIGBIT(sig))
            b->page->sig.actions[sig - 1].first = SIGACT_IGNORED;
    b->portal[0]->sig.word[0] = sigallowed << 32;
    b->portal[0]->sig.word[1] = sigallowed & 0xFFFFFFFF00000000ull;
}

/* What the gate of a new body finds in its process page. */
static void introduce(struct body *b, u32 pid)
{
    b->page->pid = pid;
    b->page->gated = core.config.cpus > 0;
}

static struct context *main_thread(struct process *p)
{
    struct context *c = context_new(p, 0, false);

    if (c)
        sched_started(c);
    return c;
}

static i64 body_new(struct process *p, struct body **out)
{
    struct body *b = pool_get(&body_pool);

    if (!b)
        return -ENOMEM;
    b->proc = p;
    *out = b;
    return 0;
}

static const u8 *block_of(const struct start *s)
{
    if (s->block_object) {
        const u8 *alias = core.machine->object_alias(s->block_object, s->block_object->size);
        return alias ? alias + s->block_off : NULL;
    }
    return s->ctx->call.payload + s->block_off;
}

static i64 launch(struct start *s)
{
    struct body_image image = {.object = s->object, .offset = s->offset, .size = s->size};
    struct body *b;
    i64 err;

    image.block = block_of(s);
    image.block_len = s->block_len;
    image.name = s->name;
    image.privileged = is_root(s->ctx->proc);
    if (!image.block)
        return -ENOMEM;
    if (s->child->new_body) /* another thread's exec came first */
        return -EBUSY;
    name_from_block(s->name, image.block, s->block_len);
    if ((err = body_new(s->child, &b)))
        return err;
    s->child->new_body = b;
    s->child->start = s;
    if ((err = core.machine->body_start(b, &image))) {
        s->child->new_body = NULL;
        s->child->start = NULL;
        core.machine->body_release(b);
        pool_put(&body_pool, b);
        return err;
    }
    introduce(b, s->child->pid);
    init_signals(b, s->sigallowed, s->sigignored);
    return 0;
}

/* Commit */

static void close_on_exec(struct process *p)
{
    for (u64 fd = fd_next(&p->fds, 0); fd != RX_FD_NONE; fd = fd_next(&p->fds, fd + 1))
        if (fd_slot(&p->fds, fd)->flags & RX_FD_CLOEXEC)
            proc_fd_close(p, fd);
}

/* The caller's old body gives way to b; its threads end. */
static void drop_old_body(struct process *p, struct body *b)
{
    struct context *c, *tmp;
    struct body *old = p->body;
    struct list *first;

    /* pairs: the new program's atomic claim of a pending bit (POSIX, exec: pending signals stay) */
    __atomic_fetch_or(&b->page->sig.pending,
                      __atomic_load_n(&old->page->sig.pending, __ATOMIC_RELAXED), __ATOMIC_SEQ_CST);

    spare_end(p);
    LIST_FOR_EACH_SAFE (c, tmp, &p->contexts, of_process)
        context_free(c);
    while ((first = list_first(&p->schemes)))
        scheme_die(LIST_ENTRY(first, struct scheme, of_owner));
    channel_close_all(p);
    pipe_rings_end(p, true);
    aspace_clear(p, &p->aspace);
    p->window = 0;
    p->cpu_before = process_cpu(p);
    p->body = NULL;
    old->proc = NULL;
    core.machine->body_kill(old);
}

static void commit(struct process *p, struct body *b)
{
    struct start *s = p->start;
    struct context *caller = s ? s->ctx : NULL;
    bool exec = s && s->exec;

    p->new_body = NULL;
    p->start = NULL;
    if (exec) {
        if (caller)
            start_caller_gone(caller);
        drop_old_body(p, b);
        p->execed = true;
    }
    if (s) {
        process_set_name(p, s->name);
        if (caller && !exec)
            caller->request = NULL;
        start_free(s);
    }
    p->body = b;
    p->state = PROC_ALIVE;
    close_on_exec(p);
    core.machine->body_limit(b, p->aspace.private_bytes);
    if (!main_thread(p)) {
        process_end(p, RX_STATUS_SIGNALED(RX_SIGKILL));
    } else if (p->stopped) {
        core.machine->body_stop(b, true);
    }
    if (caller && !exec)
        context_finish(caller, (i64)p->pid);
    signal_started(p);
}

static void commit_fork(struct process *p, struct body *b)
{
    p->new_body = NULL;
    p->body = b;
    p->state = PROC_ALIVE;
    core.machine->body_limit(b, p->aspace.private_bytes);
    if (!main_thread(p))
        process_end(p, RX_STATUS_SIGNALED(RX_SIGKILL));
    else if (p->stopped)
        core.machine->body_stop(b, true);
    signal_started(p);
}

void core_body_started(struct body *b, i64 result)
{
    struct process *p = b->proc;
    struct start *s;

    if (!p || p->new_body != b) {
        /* nobody wants it any more */
        if (result < 0) {
            core.machine->body_release(b);
            pool_put(&body_pool, b);
        }
        return;
    }
    s = p->start;
    if (result == 0) {
        introduce(b, p->pid);
        if (p->state == PROC_NEW && p->exit_status) {
            /* killed while it was starting */
            u32 status = p->exit_status;
            p->early_signals = 0;
            (s || p == core.init ? commit : commit_fork)(p, b);
            process_end(p, status);
            return;
        }
        if (p->forked && !s)
            commit_fork(p, b);
        else
            commit(p, b);
        return;
    }
    p->new_body = NULL;
    p->start = NULL;
    core.machine->body_release(b);
    pool_put(&body_pool, b);
    if (p == core.init && !p->body) {
        klog("init could not be started: error %d", (int)-result);
        core_shutdown(1);
    } else if (s) {
        start_undo(s, result);
    } else {
        klog("a fork of %s did not check in: error %d", p->name, (int)-result);
        process_stillborn(p, RX_STATUS_SIGNALED(RX_SIGKILL));
    }
}

void start_caller_gone(struct context *c)
{
    if (c->start)
        c->start->ctx = NULL;
    c->start = NULL;
}

void start_drop(struct process *p)
{
    struct body *b = p->new_body;

    if (p->start)
        start_free(p->start);
    p->start = NULL;
    p->new_body = NULL;
    if (b) {
        b->proc = NULL;
        core.machine->body_kill(b);
    }
}

/* Steps */

static void pages_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    struct start *s = (struct start *)(uintptr_t)r->w[0];

    (void)extra;
    if (fd)
        desc_put(fd);
    if (s->ctx)
        s->ctx->request = NULL;
    if (result >= 0)
        result = server_pages(r->scheme, (u64)result, s->size, &s->object, &s->offset);
    s->mapped = result >= 0;
    if (result >= 0) {
        object_get(s->object);
        result = s->ctx ? launch(s) : -EINTR;
    }
    if (result < 0)
        start_undo(s, result);
}

/* Like request_go, for a context that may already wait. */
static void step(struct start *s, struct request *r,
                 void (*done)(struct request *, i64, struct desc *, u32))
{
    r->w[0] = (u64)(uintptr_t)s;
    r->done = done;
    s->ctx->request = r;
    request_post(r);
}

/* Whether this process may execute a file of that kind (POSIX, exec: EACCES). */
static i64 may_execute(const struct process *p, const struct rx_stat *st)
{
    u32 bits = st->mode;

    if ((bits & MODE_TYPE) != MODE_FILE)
        return -EACCES;
    if (is_root(p))
        return bits & 0111 ? 0 : -EACCES;
    if (p->cred.euid == st->uid)
        bits >>= 6;
    else if (p->cred.egid == st->gid)
        bits >>= 3;
    return bits & 1 ? 0 : -EACCES;
}

static void stat_done(struct request *r, i64 result, struct desc *fd, u32 extra)
{
    struct start *s = (struct start *)(uintptr_t)r->w[0];
    struct request *next;

    (void)extra;
    if (fd)
        desc_put(fd);
    if (s->ctx)
        s->ctx->request = NULL;
    if (result >= 0 && s->ctx)
        result = may_execute(s->ctx->proc, &s->stat);
    if (result >= 0 && s->stat.size == 0)
        result = -ENOEXEC;
    if (result < 0 || !s->ctx) {
        start_undo(s, result < 0 ? result : -EINTR);
        return;
    }
    s->size = s->stat.size;
    next = request_for(s->ctx, s->image, OP_MMAP_PREP);
    if (!next) {
        start_undo(s, -ENOMEM);
        return;
    }
    next->entry.sqe.args[1] = s->size;
    next->entry.sqe.args[2] = RX_PROT_READ | RX_PROT_EXEC | RX_MAP_PRIVATE;
    step(s, next, pages_done);
}

/* The caller is parked; the program's file is at a server, or is a memory object. */
static i64 first_step(struct start *s)
{
    struct context *c = s->ctx;
    struct object *o = memory_desc_object(s->image, &s->size);
    struct request *r;
    i64 err;

    if (s->image->scheme->ops && !o)
        return -EACCES;
    context_park(c, s->exec ? "exec" : "spawn", start_interrupted);
    c->start = s;
    if (o) {
        object_get(o);
        s->object = o;
        if ((err = launch(s)))
            start_undo(s, err);
        return PARKED;
    }
    if (!(r = request_for(c, s->image, OP_FSTAT))) {
        start_undo(s, -ENOMEM);
        return PARKED;
    }
    /* the answer is for the record: the caller's payload holds the exec block */
    r->payload = (u8 *)&s->stat;
    r->out_fixed = sizeof(s->stat);
    r->entry.sqe.args[2] = sizeof(s->stat);
    step(s, r, stat_done);
    return PARKED;
}

/* Decoding */

static i64 find_block(struct start *s, struct context *c, u64 fd, u64 len, u64 off)
{
    struct desc *d;
    struct object *o;
    u64 size;

    if (len < sizeof(struct exec_block) || len > EXEC_BLOCK_MAX)
        return -EINVAL;
    s->block_len = len;
    s->block_off = off;
    if (fd == RX_ANON_FD)
        return len > PORTAL_PAYLOAD - off ? -E2BIG : 0;
    d = fd_lookup(&c->proc->fds, fd);
    o = d ? memory_desc_object(d, &size) : NULL;
    if (!o || size < len)
        return -EINVAL;
    object_get(o);
    s->block_object = o;
    s->block_off = 0;
    return 0;
}

static i64 start_new(struct context *c, bool exec, struct start **out, struct spawn_args *args)
{
    const u64 *a = c->call.a;
    u64 nactions = exec ? 0 : a[3];
    struct desc *image = fd_lookup(&c->proc->fds, a[0]);
    struct start *s;
    i64 err;

    if (!image)
        return -EBADF;
    if (nactions > (PORTAL_PAYLOAD - sizeof(*args)) / sizeof(struct spawn_action))
        return -E2BIG;
    if (!(s = pool_get(&start_pool)))
        return -ENOMEM;
    memcpy(args, c->call.payload, sizeof(*args));
    desc_get(image);
    s->image = image;
    s->exec = exec;
    s->sigallowed = args->sigallowed;
    s->sigignored = args->sigignored;
    err = find_block(s, c, a[1], a[2], sizeof(*args) + nactions * sizeof(struct spawn_action));
    if (err) {
        start_free(s);
        return err;
    }
    s->ctx = c;
    *out = s;
    return 0;
}

/* Actions are applied to the child's full copy of the table, then close-on-exec slots go. */
static i64 apply_actions(struct context *c, struct process *child, u64 n)
{
    for (u64 i = 0; i < n; i++) {
        struct spawn_action act;
        struct desc *d;
        i64 res = 0;

        memcpy(&act, c->call.payload + sizeof(struct spawn_args) + i * sizeof(act), sizeof(act));
        switch (act.kind) {
        case SPAWN_DUP2:
            if (!(d = fd_lookup(&child->fds, act.from)))
                return -EBADF;
            if (act.from == act.to) {
                fd_slot(&child->fds, act.to)->flags = 0;
                break;
            }
            desc_get(d);
            res = proc_fd_replace(child, act.to, d, false);
            if (res < 0) {
                desc_put(d);
                return res;
            }
            break;
        case SPAWN_CLOSE:
            proc_fd_close(child, act.from);
            break;
        default:
            return -EINVAL;
        }
    }
    return 0;
}

static i64 apply_args(struct process *parent, struct process *child, const struct spawn_args *args)
{
    if (args->flags & ~(SPAWN_SETPGID | SPAWN_SETSID | SPAWN_SETIDS))
        return -EINVAL;
    if (args->flags & SPAWN_SETIDS) {
        if (!is_root(parent))
            return -EPERM;
        child->cred =
            (struct creds){args->uid, args->uid, args->uid, args->gid, args->gid, args->gid};
    }
    if (args->flags & SPAWN_SETSID) {
        child->sid = child->pgid = child->pid;
    } else if (args->flags & SPAWN_SETPGID) {
        if (args->pgid && !process_group_in_session(args->pgid, child->sid))
            return -EPERM;
        child->pgid = args->pgid ? args->pgid : child->pid;
    }
    return 0;
}

/* What a child has of its own at its start, it pays for itself: its descriptor table, and after a
 * fork its regions. */
static i64 copy_parent(struct process *child, struct process *parent, bool regions)
{
    i64 err;

    core.asking = child;
    err = fd_copy_all(&child->fds, &parent->fds);
    if (!err && regions)
        err = aspace_copy(child, &child->aspace, &parent->aspace);
    core.asking = parent;
    return err;
}

i64 start_spawn(struct context *c)
{
    struct spawn_args args;
    struct process *child;
    struct start *s;
    i64 err = start_new(c, false, &s, &args);

    if (err)
        return err;
    child = process_new(c->proc);
    if (!child) {
        start_free(s);
        return -EAGAIN;
    }
    s->child = child;
    if ((err = copy_parent(child, c->proc, false)) ||
        (err = apply_actions(c, child, c->call.a[3])) ||
        (err = apply_args(c->proc, child, &args)) || (err = first_step(s)) != PARKED) {
        process_abort(child);
        start_free(s);
    }
    return err;
}

i64 start_exec(struct context *c)
{
    struct spawn_args args;
    struct start *s;
    i64 err;

    if (c->proc->start)
        return -EBUSY;
    if ((err = start_new(c, true, &s, &args)))
        return err;
    s->child = c->proc;
    if ((err = first_step(s)) != PARKED)
        start_free(s);
    return err;
}

/* Fork and portals */

i64 start_fork(struct context *c)
{
    struct process *parent = c->proc, *child = process_new(parent);
    struct body *b = NULL;
    i64 err;

    if (!child)
        return -EAGAIN;
    child->window = parent->window;
    child->forked = true;
    if ((err = copy_parent(child, parent, true)) || (err = body_new(child, &b)))
        goto undo;
    child->new_body = b;
    if ((err = core.machine->body_fork(parent->body, c->portal, b))) {
        core.machine->body_release(b);
        goto undo;
    }
    introduce(b, child->pid);
    b->page->sig = parent->body->page->sig;
    b->page->sig.pending = 0;
    b->page->window_base = parent->window;
    b->portal[0]->sig = parent->body->portal[c->portal]->sig;
    b->portal[0]->sig.word[0] &= ~0xFFFFFFFFull;
    b->portal[0]->sig.word[1] &= ~0xFFFFFFFFull;
    return (i64)child->pid;
undo:
    child->new_body = NULL;
    if (b)
        pool_put(&body_pool, b);
    process_abort(child);
    return err;
}

i64 start_portal(struct context *c, const struct thread_begin *begin)
{
    struct process *p = c->proc;
    struct body *b = p->body;
    u32 n = 1;
    struct context *made;
    i64 err;

    while (n < PORTALS_MAX && p->by_portal[n])
        n++;
    if (n == PORTALS_MAX)
        return -EAGAIN;
    if (!(made = context_new(p, n, !begin)))
        return -EAGAIN;
    b->portal_addr[n] = process_window(p) + WINDOW_PORTALS + n * WINDOW_PORTAL_SPAN;
    if ((err = core.machine->portal_add(b, n, begin))) {
        context_free(made);
        return err;
    }
    b->portal[n]->number = n;
    if (begin) {
        pipe_rings_end(p, false);
        sched_started(made);
        /* a new thread starts with its maker's mask */
        b->portal[n]->sig.word[0] = b->portal[c->portal]->sig.word[0] & ~0xFFFFFFFFull;
        b->portal[n]->sig.word[1] = b->portal[c->portal]->sig.word[1] & ~0xFFFFFFFFull;
    }
    c->call.ret[0] = n;
    return (i64)b->portal_addr[n];
}

/* The first process */

i64 start_first(struct process *p, struct object *o, u64 offset, u64 size, const void *block,
                u64 block_len)
{
    struct body_image image = {o, offset, size, "init", block, block_len, true};
    struct body *b;
    i64 err;

    if ((err = body_new(p, &b)))
        return err;
    process_set_name(p, "init");
    p->new_body = b;
    if ((err = core.machine->body_start(b, &image))) {
        p->new_body = NULL;
        core.machine->body_release(b);
        pool_put(&body_pool, b);
        return err;
    }
    introduce(b, p->pid);
    init_signals(b, UINT64_MAX, 0);
    return 0;
}
