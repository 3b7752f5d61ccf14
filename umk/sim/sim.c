/* Driving the core from a test; see sim.h. */
#include "umk/sim/machine.h"
#include "umk/core/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

u32 sim_cpus;
bool sim_bare;
u64 sim_outside;

static u64 draw(void)
{
    /* splitmix64 */
    u64 z = (sim.seed += 0x9E3779B97F4A7C15ull);

    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ z >> 27) * 0x94D049BB133111EBull;
    return z ^ z >> 31;
}

/* Boot and end */

static size_t cpio_entry(char *out, const char *name, const char *data, size_t len)
{
    size_t at =
        (size_t)snprintf(out, 256, "070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s",
                         0u, 0100755u, 0u, 0u, 1u, 0u, (unsigned)len, 0u, 0u, 0u, 0u,
                         (unsigned)strlen(name) + 1, 0u, name) +
        1;

    for (; at % 4; at++)
        out[at] = 0;
    memcpy(out + at, data, len);
    for (at += len; at % 4; at++)
        out[at] = 0;
    return at;
}

i64 sim_boot_archive(u64 memory, const void *archive, size_t len, const char **why)
{
    struct core_config cfg = {
        .memory = memory, .cpus = sim_cpus, .initfs = &sim.initfs, .initfs_size = len};

    core_audit_reset();
    pool_watch = sim_watch_pools;
    sim.now = 1000000000;
    sim.initfs = (struct object){.size = page_up(len ? len : 1), .refs = 1};
    sim.initfs.m = calloc(1, sim.initfs.size);
    memcpy(sim.initfs.m, archive, len);
    return core_boot(sim_bare ? &sim_bare_machine : &sim_machine, &cfg, why);
}

i64 sim_boot(u64 memory, u64 seed)
{
    char archive[1024] = {0};
    const char *why;
    size_t n = cpio_entry(archive, "bin/init", "program", 7);
    i64 err;

    n += cpio_entry(archive + n, "TRAILER!!!", "", 0);
    sim.seed = seed;
    err = sim_boot_archive(memory, archive, n, &why);
    sim_settle();
    return err;
}

void sim_end(void)
{
    for (u32 pid = 1; pid < PID_MAX; pid++) {
        struct process *p = core.by_pid[pid];

        if (p && p->body)
            sim_machine.body_release(p->body);
        if (p && p->new_body)
            sim_machine.body_release(p->new_body);
    }
    /* what still has an event is a body that no process has any more; it takes its events along */
    while (sim.events)
        sim_machine.body_release(sim.events->b);
    while (sim.blocks) {
        struct sim_block *b = sim.blocks;

        sim.blocks = b->next;
        free(b->p);
        free(b);
    }
    while (sim.memories) {
        sim.memories->refs = 1;
        sim_memory_put(sim.memories);
    }
    free(sim.initfs.m);
    core_audit_reset();
    memset(&sim, 0, sizeof(sim));
    sim_console_len = 0;
}

/* Events */

static struct sim_pending *take_event(void)
{
    struct sim_pending **at = &sim.events, *e;
    u32 n = 0;

    for (e = sim.events; e; e = e->next)
        n++;
    if (n == 0)
        return NULL;
    for (u64 skip = sim.seed ? draw() % n : 0; skip; skip--)
        at = &(*at)->next;
    e = *at;
    *at = e->next;
    return e;
}

bool sim_event(void)
{
    struct sim_pending *e = take_event();

    if (!e)
        return false;
    if (e->kind == SIM_STARTED)
        core_body_started(e->b, e->arg);
    else
        core_body_died(e->b, (u32)e->arg, 0);
    free(e);
    core_audit_check();
    return true;
}

void sim_settle(void)
{
    while (sim_event())
        ;
}

void sim_advance(u64 ns)
{
    sim.now += ns;
    if (sim.timer && sim.timer <= sim.now)
        core_tick();
    core_audit_check();
}

void sim_fail_effect(u32 n)
{
    sim.fail_in = n;
}

u32 sim_fails_pending(void)
{
    return sim.fail_in;
}

bool sim_stopped(u32 *status)
{
    if (status)
        *status = sim.status;
    return sim.stopped;
}

void sim_type(const char *text)
{
    snprintf(sim.typed + strlen(sim.typed), sizeof(sim.typed) - strlen(sim.typed), "%s", text);
    core_console_ready(CONSOLE_IN);
}

/* Programs */

struct body *sim_body(u32 pid)
{
    struct process *p = process_find(pid);

    return p ? p->body : NULL;
}

bool sim_stopped_body(u32 pid)
{
    const struct body *b = sim_body(pid);

    return b && ((const struct sim_body *)b->m)->stopped;
}

struct portal *sim_portal(u32 pid, u32 portal)
{
    struct body *b = sim_body(pid);

    return b ? b->portal[portal] : NULL;
}

u8 *sim_payload(u32 pid, u32 portal)
{
    return (u8 *)sim_portal(pid, portal) + PORTAL_PAYLOAD_OFFSET;
}

bool sim_done(u32 pid, u32 portal, i64 *result)
{
    struct portal *p = sim_portal(pid, portal);

    if (!p || (p->state & WAIT_STATE) != WAIT_DONE)
        return false;
    *result = p->result;
    return true;
}

i64 sim_call(u32 pid, u32 portal, u32 op, const struct sim_args *args)
{
    struct body *b = sim_body(pid);
    struct portal *p = sim_portal(pid, portal);
    i64 result;

    p->op = op;
    p->cancel = 0;
    memcpy(p->args, args->a, sizeof(p->args));
    if (args->in_len)
        memcpy((u8 *)p + PORTAL_PAYLOAD_OFFSET, args->in, args->in_len);
    p->state = WAIT_PENDING;
    if (sim_bare && !(sim_outside >> portal & 1)) {
        core_call(b, portal);
    } else {
        b->page->posted[portal / 64] |= 1ull << (portal % 64);
        core_poll(b);
    }
    core_audit_check();
    return sim_done(pid, portal, &result) ? result : SIM_WAITS;
}

i64 sim_open(u32 pid, u32 portal, const char *scheme, const char *ref, u32 flags)
{
    struct sim_args a = {.a = {RX_FD_UPPER, flags, 0, strlen(scheme), 0, 0}};
    char path[512];

    a.in_len = (size_t)snprintf(path, sizeof(path), "%s%s", scheme, ref);
    a.in = path;
    a.a[5] = a.in_len;
    return sim_call(pid, portal, SYS_OPENAT, &a);
}

i64 sim_spawn(u32 pid)
{
    struct {
        struct spawn_args args;
        struct exec_block block;
        char strings[8];
    } in = {.args = {.sigallowed = UINT64_MAX},
            .block = {.magic = EXEC_BLOCK_MAGIC, .argc = 1, .strings_len = 7, .cwd_len = 2},
            .strings = "prog\0/"};
    struct sim_args a = {
        .a = {3, RX_ANON_FD, sizeof(in.block) + 8, 0}, .in = &in, .in_len = sizeof(in)};
    i64 res = sim_call(pid, 0, UMK_SPAWN, &a);

    if (res == SIM_WAITS) {
        sim_settle();
        if (!sim_done(pid, 0, &res))
            return SIM_WAITS;
    }
    return res;
}

i64 sim_fork(u32 pid)
{
    i64 res = sim_call(pid, 0, UMK_FORK, SIM_ARGS(0));

    sim_settle();
    return res;
}

void sim_kill_host(u32 pid)
{
    struct body *b = sim_body(pid);

    if (!b)
        return;
    core_body_died(b, 9, 0);
    core_audit_check();
}

void *sim_mapped(u32 pid, u64 address)
{
    struct body *b = sim_body(pid);
    const struct sim_body *sb = b ? b->m : NULL;

    for (u32 i = sb ? sb->nmaps : 0; i > 0; i--) {
        const struct sim_map *m = &sb->maps[i - 1];

        if (address >= m->addr && address < m->addr + m->len)
            return m->memory + (address - m->addr);
    }
    return NULL;
}

/* Servers */

static i64 publish(u32 pid, const char *name, i64 root)
{
    struct sim_args a = {.a = {RX_FD_UPPER, 8 + strlen(name), 0, 0}};
    u8 buf[64] = {NSDUP_REGISTER};
    u64 fd = (u64)root;
    i64 reg;

    memcpy(buf + 8, name, strlen(name));
    a.in = buf;
    a.in_len = 8 + strlen(name);
    reg = sim_call(pid, 0, SYS_DUP_INTO, &a);
    if (reg < 0)
        return reg;
    a = (struct sim_args){
        .a = {(u64)reg, 8, CALL_WRITE | CALL_FD | CALL_FD_CLONE, 0}, .in = &fd, .in_len = 8};
    return sim_call(pid, 0, SYS_CALL, &a);
}

i64 sim_server_make(u32 pid, const char *name, struct sim_server *s)
{
    struct rx_new_fd root = {.number = 1, .flags = RX_O_RDWR};
    i64 cap = sim_open(pid, 0, "namespace", "scheme-creation-cap", RX_O_RDWR), at;
    struct sim_args a = {.a = {(u64)cap, 13, 0, 0}, .in = "create-scheme", .in_len = 13};

    if (cap < 0)
        return cap;
    *s = (struct sim_server){.pid = pid, .sq_head = RING_INDEX_START, .cq_tail = RING_INDEX_START};
    s->socket = sim_call(pid, 0, SYS_DUP_INTO, &a);
    sim_call(pid, 0, SYS_CLOSE, SIM_ARGS((u64)cap));
    if (s->socket < 0)
        return s->socket;
    at = sim_call(
        pid, 0, SYS_FMAP,
        SIM_ARGS((u64)s->socket, 0, QUEUE_SIZE, RX_PROT_READ | RX_PROT_WRITE | RX_MAP_SHARED, 0));
    if (at < 0)
        return at;
    s->at = (u64)at;
    s->q = sim_mapped(pid, s->at);
    a = (struct sim_args){
        .a = {(u64)s->socket, sizeof(root), 0, 0}, .in = &root, .in_len = sizeof(root)};
    s->root = sim_call(pid, 0, SYS_DUP_INTO, &a);
    if (s->root < 0)
        return s->root;
    sim_call(pid, 0, UMK_LOOP, SIM_ARGS(0));
    return publish(pid, name, s->root);
}

bool sim_server_take(struct sim_server *s, struct queue_entry *e)
{
    const struct queue_entry *ring = (const void *)((u8 *)s->q + QUEUE_SQ_OFFSET);

    if (s->q->sq_tail == s->sq_head)
        return false;
    *e = ring[s->sq_head % QUEUE_SQ_ENTRIES];
    s->q->sq_head = ++s->sq_head;
    return true;
}

void sim_server_answer(struct sim_server *s, u32 kind, u32 tag, u64 result, u32 extra)
{
    struct cqe *ring = (void *)((u8 *)s->q + QUEUE_CQ_OFFSET);
    struct cqe c = {.flags = (u8)kind, .tag = tag, .result = result};

    c.extra[0] = (u8)extra;
    ring[s->cq_tail % QUEUE_CQ_ENTRIES] = c;
    s->q->cq_tail = ++s->cq_tail;
    core_poll(sim_body(s->pid));
    core_audit_check();
}

void sim_server_stat(struct sim_server *s, const struct queue_entry *e, u16 mode, u64 size)
{
    struct rx_stat st = {.mode = mode, .nlink = 1, .size = size};

    memcpy((u8 *)s->q + e->sqe.args[1], &st, sizeof(st));
    sim_server_answer(s, CQE_REGULAR, e->sqe.tag, 0, 0);
}
