/* Programs and servers that do anything; see chaos.h. */
#include "umk/sim/chaos.h"
#include "umk/core/process.h"
#include "umk/core/scheme.h"

#include <string.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define PIDS 64u

static const char *const server_names[2] = {"x", "y"};

static u64 pick(struct chaos *c, u64 below)
{
    return c->draw(c->arg) % below;
}

static bool alive(u32 pid)
{
    return sim_body(pid) && process_find(pid)->state == PROC_ALIVE;
}

static u32 some_pid(struct chaos *c)
{
    u32 first = 2 + (u32)pick(c, PIDS), found = 0;

    for (u32 i = 0; i < PIDS; i++) {
        u32 pid = 2 + (first + i) % PIDS;

        if (!alive(pid))
            continue;
        found = pid;
        /* servers mostly serve: what they do else tends to end them */
        if (list_empty(&process_find(pid)->schemes) || pick(c, 16) == 0)
            break;
    }
    return found;
}

/* A descriptor number: mostly an open one, preferring files of servers; sometimes no number at all.
 */
static u64 some_fd(struct chaos *c, u32 pid)
{
    struct fd_table *t = &process_find(pid)->fds;
    u64 b = pick(c, 32), fd, best = RX_FD_NONE;

    if (b >= 28)
        return b < 31 ? RX_FD_UPPER | (b - 28) : c->draw(c->arg);
    fd = fd_next(t, b);
    for (u32 i = 0; i < 6 && fd != RX_FD_NONE; i++, fd = fd_next(t, fd + 1)) {
        best = fd;
        if (!fd_lookup(t, fd)->scheme->ops)
            break;
    }
    return best != RX_FD_NONE ? best : b;
}

static u64 some_value(struct chaos *c)
{
    static const u64 odd[] = {UINT64_MAX,          RX_FD_UPPER, 1ull << 47, INT64_MAX,
                              PORTAL_PAYLOAD,      QUEUE_SIZE,  0x60001,    0x40000000ull,
                              UINT32_MAX,          8192,        0x50003,    4096,
                              CALL_WRITE | CALL_FD};
    u64 b = pick(c, 40);

    return b < 24 ? b : b < 37 ? odd[b - 24] : c->draw(c->arg);
}

/* Programs */

/* A thread in the middle of a call makes no other; but it may be interrupted. */
static bool busy(struct chaos *c, u32 pid, u32 portal)
{
    const struct context *t = process_find(pid)->by_portal[portal];

    if (!t || t->state != CTX_WAITING)
        return !t;
    if (pick(c, 3) == 0) {
        sim_portal(pid, portal)->cancel = 1;
        sim_body(pid)->page->posted[0] |= 1ull << portal;
        core_poll(sim_body(pid));
    }
    return true;
}

static void call(struct chaos *c, u32 pid, u32 op, const struct sim_args *a)
{
    u32 portal = pick(c, 3) ? 0 : (u32)pick(c, 4);

    if (sim_portal(pid, portal) && !busy(c, pid, portal))
        sim_call(pid, portal, op, a);
}

/* Closes without waiting, of an open descriptor or of anything, more than are kept or fewer. */
static void act_closes(struct chaos *c, u32 pid)
{
    struct proc_page *page = sim_body(pid)->page;
    u32 n = pick(c, 12) ? 1 : (u32)some_value(c);

    page->closes[page->close_tail % CLOSES_KEPT] = some_fd(c, pid);
    page->close_tail += n;
    core_poll(sim_body(pid));
}

static void act_open(struct chaos *c, u32 pid)
{
    static const char *const refs[][2] = {
        {"x", "file"},     {"y", "file"},       {"pipe", ""},       {"event", ""}, {"memory", ""},
        {"debug", ""},     {"time", "4/timer"}, {"sys", "context"}, {"irq", "3"},  {"proc", "ps"},
        {"namespace", ""}, {"x", ""},           {"debug", "stdin"}};
    const char *const *r = refs[pick(c, COUNT(refs))];

    if (!busy(c, pid, 0))
        sim_open(pid, 0, r[0], r[1], RX_O_RDWR | (pick(c, 2) ? RX_O_CLOEXEC : 0));
}

static void act_words(struct chaos *c, u32 pid)
{
    static const u32 ops[] = {
        SYS_CLOSE, SYS_CLOSE,      SYS_READ,        SYS_WRITE,  SYS_READ2,     SYS_DUP2,
        SYS_LSEEK, SYS_FCNTL,      SYS_FEVENT,      SYS_FMAP,   SYS_FUNMAP,    SYS_MPROTECT,
        SYS_FPATH, SYS_FSTAT,      SYS_FSYNC,       SYS_FUTEX,  SYS_NANOSLEEP, UMK_LOOP_WAIT,
        UMK_BIND,  UMK_PORTAL_NEW, UMK_PORTAL_FREE, UMK_LOOP,   UMK_FAULT,     UMK_PROC,
        SYS_CALL,  SYS_DUP_INTO,   SYS_FCHOWN,      SYS_FRENAME};
    struct sim_args a = {.a = {some_fd(c, pid)}};
    u32 op;

    for (u32 i = 1; i < 6; i++)
        a.a[i] = some_value(c);
    op = ops[pick(c, COUNT(ops))];
    if (op == UMK_FAULT && pick(c, 8)) /* mostly the end */
        op = UMK_NULL;
    call(c, pid, op, &a);
}

static void act_bind(struct chaos *c, u32 pid)
{
    call(c, pid, UMK_BIND, SIM_ARGS(some_fd(c, pid)));
}

/* Asks for a spare, or does anything with the one there is. */
static void act_spare(struct chaos *c, u32 pid)
{
    struct spare *s = &sim_body(pid)->page->spare;

    if (pick(c, 4) == 0) {
        call(c, pid, UMK_SPARE, SIM_ARGS(pick(c, 3)));
        return;
    }
    s->word = pick(c, 8) ? SPARE_IN_STATE(s->word, pick(c, 4)) : some_value(c);
    if (pick(c, 2))
        s->word = SPARE_OPENED(s->word, pick(c, 2) ? RX_O_RDWR | RX_O_CLOEXEC : some_value(c));
}

/* Waits for a word, notifies one or drops a channel, by call and past the portal. */
static void act_wait(struct chaos *c, u32 pid)
{
    static const u32 ops[] = {UMK_WAIT, UMK_NOTIFY, UMK_CHANNEL_DROP};
    u64 word = WORD(pick(c, 5), pick(c, 3), pick(c, 4));
    struct body *b = sim_body(pid);
    u32 op = ops[pick(c, COUNT(ops))];

    if (pick(c, 8) == 0)
        word = some_value(c);
    if (op == UMK_CHANNEL_DROP || !core.config.cpus || !core.machine->resume || pick(c, 3) == 0)
        call(c, pid, op, SIM_ARGS(op == UMK_CHANNEL_DROP ? pick(c, 3) : word, pick(c, 2)));
    else if (op == UMK_NOTIFY)
        core_notify(b, word);
    else if (core_may_run(b, 0))
        core_wait(b, 0, word, pick(c, 2));
}

static void act_bind_root(struct chaos *c, u32 pid)
{
    struct sim_args a = {.a = {RX_FD_UPPER, 1}, .in = server_names[pick(c, 2)], .in_len = 1};

    call(c, pid, UMK_BIND, &a);
}

static void act_dup(struct chaos *c, u32 pid)
{
    static const char *const words[] = {"", "write", "pgrp", "listen"};
    const char *w = words[pick(c, COUNT(words))];
    struct sim_args a = {
        .a = {some_fd(c, pid), strlen(w), pick(c, 20), pick(c, 2) ? RX_FD_CLOEXEC : 0},
        .in = w,
        .in_len = strlen(w)};

    call(c, pid, SYS_DUP_INTO, &a);
}

/* Sends or receives descriptors, or a call on two files. */
static void act_pass(struct chaos *c, u32 pid)
{
    u64 fds[4], n = 1 + pick(c, 4);
    struct sim_args a = {.a = {some_fd(c, pid), 8 * n}, .in = fds, .in_len = 8 * n};

    for (u32 i = 0; i < n; i++)
        fds[i] = pick(c, 3) ? some_fd(c, pid) : RX_FD_NONE;
    a.a[2] = CALL_FD | (pick(c, 2) ? CALL_WRITE : CALL_READ) | (u32)pick(c, 8) * CALL_FD_EXCLUSIVE;
    call(c, pid, SYS_CALL, &a);
}

static void act_register(struct chaos *c, u32 pid)
{
    struct rx_event e[3];
    u64 n = 1 + pick(c, 3);
    struct sim_args a = {.a = {some_fd(c, pid), n * sizeof(e[0])}, .in = e, .in_len = sizeof(e)};

    for (u32 i = 0; i < 3; i++)
        e[i] = (struct rx_event){pick(c, 8) ? some_fd(c, pid) : EVENT_TIMEOUT_ID, pick(c, 4), 3};
    call(c, pid, SYS_WRITE, &a);
}

static void act_start(struct chaos *c, u32 pid)
{
    struct {
        struct spawn_args args;
        struct exec_block block;
        char strings[8];
    } in = {.args = {.sigallowed = UINT64_MAX, .flags = (u32)pick(c, 8), .pgid = (u32)pick(c, 9)},
            .block = {.magic = EXEC_BLOCK_MAGIC, .argc = 1, .strings_len = 7, .cwd_len = 2},
            .strings = "prog\0/"};
    struct sim_args a = {.a = {pick(c, 2) ? 3 : some_fd(c, pid), RX_ANON_FD, sizeof(in.block) + 8},
                         .in = &in,
                         .in_len = sizeof(in)};

    if (core.nprocesses < 24)
        call(c, pid, pick(c, 3) ? UMK_SPAWN : UMK_EXEC, &a);
}

static void act_process(struct chaos *c, u32 pid)
{
    u32 ids[6] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    struct sim_args a = {.a = {PROC_SETRESUGID}, .in = ids, .in_len = sizeof(ids)};

    switch (pick(c, 6)) {
    case 0:
        if (core.nprocesses < 24)
            call(c, pid, UMK_FORK, SIM_ARGS(0));
        break;
    case 1:
        call(c, pid, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, pick(c, 2)));
        break;
    case 2:
        call(c, pid, UMK_PROC, &a);
        break;
    case 3:
        call(c, pid, UMK_PROC,
             SIM_ARGS(PROC_KILL, 2 + pick(c, PIDS), pick(c, 8) ? RX_SIGUSR1 : pick(c, 33)));
        break;
    case 4:
        sim_body(pid)->page->sig.actions[RX_SIGUSR1 - 1].first = 0x1000;
        sim_body(pid)->page->sig.actions[pick(c, 64)].first = pick(c, 3) * 0x1000;
        sim_body(pid)->page->sig.pending = 0;
        break;
    default:
        sim_portal(pid, 0)->cancel = 1;
        sim_body(pid)->page->posted[0] |= 1;
        core_poll(sim_body(pid));
    }
}

static void program(struct chaos *c)
{
    static void (*const acts[])(struct chaos *, u32) = {
        act_open, act_open,      act_words, act_words, act_bind,     act_closes, act_dup,
        act_pass, act_bind_root, act_spare, act_wait,  act_register, act_start,  act_process};
    u32 pid = some_pid(c);

    if (pid)
        acts[pick(c, COUNT(acts))](c, pid);
}

/* Servers */

/* The server has its queue mapped still: it may have ended, or run another program. */
static bool serving(const struct sim_server *s)
{
    return s->q && alive(s->pid) && sim_mapped(s->pid, s->at) == (void *)s->q;
}

static void revive(struct chaos *c, u32 i)
{
    struct sim_server *s = &c->servers[i];
    u32 pid = pick(c, 4) ? 0 : some_pid(c);
    i64 made;

    if (!pid && core.nprocesses < 24 && (made = sim_spawn(1)) > 0)
        pid = (u32)made;
    s->q = NULL;
    c->ntags[i] = 0;
    if (pid && sim_portal(pid, 0))
        sim_server_make(pid, server_names[i], s);
}

static u64 good_result(struct chaos *c, const struct sim_server *s, const struct queue_entry *e)
{
    switch (e->sqe.opcode) {
    case OP_MMAP_PREP:
        return s->at; /* refused: it is the queue */
    case OP_READ:
    case OP_WRITE:
        return pick(c, e->sqe.args[2] + 1);
    default:
        return pick(c, 5);
    }
}

static void move_fds(struct chaos *c, struct sim_server *s, u32 tag)
{
    u64 fds[2] = {some_fd(c, s->pid), some_fd(c, s->pid)}, n = 1 + pick(c, 2);

    sim_call(
        s->pid, 0, SYS_CALL,
        &(struct sim_args){.a = {(u64)s->socket, 8 * n, CALL_WRITE | CALL_FD | CALL_FD_CLONE | 2,
                                 SOCKET_MOVE_FD, tag},
                           .in = fds,
                           .in_len = 8 * n});
    if (serving(s))
        sim_server_answer(s, CQE_WITH_MULTIPLE_FDS, tag, n, 0);
}

static void obtain_fds(struct chaos *c, struct sim_server *s, const struct queue_entry *e)
{
    u64 anywhere[4] = {RX_FD_NONE, RX_FD_NONE, RX_FD_NONE, RX_FD_NONE}, n = e->sqe.args[3];

    if (pick(c, 2) || n > 4)
        sim_server_answer(s, CQE_OBTAIN_FD, e->sqe.tag, 30 + pick(c, 9), 0);
    else
        sim_call(s->pid, 0, SYS_CALL,
                 &(struct sim_args){.a = {(u64)s->socket, 8 * n, CALL_READ | CALL_FD | 2,
                                          SOCKET_OBTAIN_FD, e->sqe.tag},
                                    .in = anywhere,
                                    .in_len = 8 * n});
    if (serving(s))
        sim_server_answer(s, CQE_REGULAR, e->sqe.tag, 0, 0);
}

static void answer(struct chaos *c, struct sim_server *s, const struct queue_entry *e)
{
    u64 how = pick(c, 8);

    if (how == 0)
        sim_server_answer(s, CQE_REGULAR, e->sqe.tag, (u64) - (i64)pick(c, 140), 0);
    else if (how == 1)
        sim_server_answer(s, CQE_WITH_FD, e->sqe.tag, some_fd(c, s->pid), 0);
    else if (e->sqe.opcode == OP_SENDFD)
        obtain_fds(c, s, e);
    else if (e->sqe.opcode == OP_RECVFD)
        move_fds(c, s, e->sqe.tag);
    else if (e->sqe.opcode == OP_FSTAT)
        sim_server_stat(s, e, (u16)(how == 2 ? some_value(c) : MODE_FILE | 0755), 4096);
    else
        sim_server_answer(s, how == 2 ? CQE_NOTIFY_ON_DETACH : CQE_REGULAR, e->sqe.tag,
                          good_result(c, s, e), (u32)pick(c, 2));
}

static void serve(struct chaos *c, u32 i)
{
    struct sim_server *s = &c->servers[i];
    struct queue_entry e;

    if (!serving(s)) {
        revive(c, i);
        return;
    }
    if (c->ntags[i] && pick(c, 3) == 0) { /* a late answer */
        e.sqe.tag = c->tags[i][--c->ntags[i]];
        sim_server_answer(s, CQE_REGULAR, e.sqe.tag, pick(c, 9), 0);
    } else if (pick(c, 40) == 0) { /* nonsense */
        sim_server_answer(s, (u32)pick(c, 8), (u32)some_value(c), some_value(c), (u32)pick(c, 4));
    } else if (pick(c, 400) == 0) {
        s->q->sq_head += (u32)some_value(c);
        s->q->cq_tail += (u32)some_value(c);
        core_poll(sim_body(s->pid));
    } else if (!sim_server_take(s, &e)) {
        sim_server_answer(s, CQE_FEVENT, (u32)pick(c, 4), pick(c, 5), 0);
    } else if (e.sqe.opcode == OP_CLOSE_MSG || (e.sqe.flags & SQE_ONEWAY)) {
        core_poll(sim_body(s->pid));
    } else if (c->ntags[i] < 8 && pick(c, 4) == 0) {
        c->tags[i][c->ntags[i]++] = e.sqe.tag;
    } else {
        answer(c, s, &e);
    }
}

/* Everything else */

static void fail_allocation(struct chaos *c)
{
    struct audit_counts now;

    core_audit_counts(&now);
    core_audit_pool(now.name[pick(c, now.n)])->fail_in = 1 + (u32)pick(c, 4);
}

static void world(struct chaos *c)
{
    u32 pid;

    switch (pick(c, 16)) {
    case 0:
        sim_advance(pick(c, 100) * 1000000);
        break;
    case 1:
        if ((pid = some_pid(c)) && pick(c, 5) == 0)
            sim_kill_host(pid);
        break;
    case 2:
        sim_fail_effect(1 + (u32)pick(c, 6));
        break;
    case 3:
        fail_allocation(c);
        break;
    case 4:
        sim_type("x");
        break;
    case 5:
        core_irq((u32)pick(c, 17));
        break;
    case 6:
        sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, RX_WNOHANG));
        break;
    case 7:
        if (!some_pid(c))
            sim_spawn(1);
        break;
    default:
        sim_event();
    }
}

void chaos_begin(struct chaos *c)
{
    sim_cpus = (u32)pick(c, 3);
    sim_bare = pick(c, 2);
    sim_boot(64u << 20, 0);
    sim_cpus = 0;
    sim_bare = false;
    core_audit_counts(&c->before);
    revive(c, 0);
    revive(c, 1);
    sim_spawn(1);
    sim_spawn(1);
}

bool chaos_step(struct chaos *c)
{
    u64 what = pick(c, 8);

    if (what < 4)
        program(c);
    else if (what < 6)
        serve(c, (u32)what - 4);
    else
        world(c);
    core_audit_check();
    return sim_body(1);
}

static void stop_failing(void)
{
    struct audit_counts now;

    sim_fail_effect(0);
    core_audit_counts(&now);
    for (u32 i = 0; i < now.n; i++)
        core_audit_pool(now.name[i])->fail_in = 0;
}

static void unlink_name(const char *name)
{
    sim_call(1, 0, SYS_UNLINKAT,
             &(struct sim_args){.a = {RX_FD_UPPER, 0, strlen(name), 0, 0, strlen(name)},
                                .in = name,
                                .in_len = strlen(name)});
}

const char *chaos_end(struct chaos *c)
{
    struct audit_counts after;
    const char *left = NULL;

    stop_failing();
    for (u32 pid = 2; pid < PID_MAX; pid++)
        if (process_find(pid))
            core_kill_process(pid, RX_SIGKILL);
    sim_settle();
    if (!sim_body(1)) {
        sim_end();
        return NULL;
    }
    while (sim_call(1, 0, UMK_PROC, SIM_ARGS(PROC_WAITPID, 0, RX_WNOHANG)) > 0)
        ;
    for (u32 i = 0; i < 2; i++)
        unlink_name(server_names[i]);
    core_audit_check();
    core_audit_counts(&after);
    for (u32 i = 0; i < after.n; i++)
        if (after.live[i] != c->before.live[i])
            left = after.name[i];
    if (after.memory_used != c->before.memory_used)
        left = "memory";
    sim_end();
    return left;
}
