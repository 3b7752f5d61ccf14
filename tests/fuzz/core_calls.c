/*
 * The core under arbitrary programs and servers. The input is a stream of operations: calls with
 * odd arguments from up to four processes, completions from a server that obeys nothing, events in
 * any order, deaths, time. After every step the audit's invariants hold; at the end everybody is
 * killed and nothing is left.
 */
#include "umk/sim/sim.h"
#include "umk/core/process.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct input {
    const u8 *p;
    size_t n;
};

static u64 take(struct input *in, size_t bytes)
{
    u64 v = 0;

    for (size_t i = 0; i < bytes && in->n; i++, in->p++, in->n--)
        v |= (u64)*in->p << (8 * i);
    return v;
}

static const u32 ops[] = {
    SYS_OPENAT,  SYS_UNLINKAT,     SYS_CLOSE,       SYS_DUP_INTO,      SYS_DUP2,     SYS_READ,
    SYS_READ2,   SYS_WRITE,        SYS_WRITE2,      SYS_LSEEK,         SYS_FCHOWN,   SYS_FCNTL,
    SYS_FEVENT,  SYS_CALL,         SYS_FMAP,        SYS_FUNMAP,        SYS_MPROTECT, SYS_FLINK,
    SYS_FRENAME, SYS_FPATH,        SYS_FSTAT,       SYS_FSYNC,         SYS_FUTEX,    SYS_NANOSLEEP,
    UMK_BIND,    UMK_SPAWN,        UMK_FORK,        UMK_EXEC,          UMK_PROC,     UMK_PORTAL_NEW,
    UMK_LOOP,    UMK_FAULT,        UMK_PORTAL_FREE, SYS_CLOCK_GETTIME, UMK_NULL,     UMK_WAIT,
    UMK_NOTIFY,  UMK_CHANNEL_DROP, UMK_MSYNC,
};

/* Small numbers most of the time, and the ones that programs get wrong. */
static u64 argument(struct input *in)
{
    static const u64 odd[] = {UINT64_MAX,
                              RX_FD_UPPER,
                              1ull << 47,
                              INT64_MAX,
                              0x20000,
                              PORTAL_PAYLOAD,
                              QUEUE_SIZE,
                              0x50003,
                              CALL_WRITE | CALL_FD | CALL_FD_CLONE,
                              CALL_READ | CALL_FD,
                              CALL_STD_FS | 3,
                              0x60001,
                              RX_FD_UPPER + 1,
                              4096,
                              0x40000000ull,
                              UINT32_MAX};
    u8 b = (u8)take(in, 1);

    if (b < 0xC0)
        return b & 0x1F;
    if (b < 0xF0)
        return odd[b % (sizeof(odd) / sizeof(odd[0]))];
    return take(in, 8);
}

static const char *const names[] = {
    "pipe",    "event",       "memory", "x",       "sys/context", "time/4/timer",
    "debug",   "debug/stdin", "irq/3",  "proc/ps", "x/some/file", "namespace/scheme-creation-cap",
    "sys/log", "namespace"};

static u32 live_pid(struct input *in)
{
    u32 want = take(in, 1) % 4, pid;

    for (pid = 1; pid < 200; pid++)
        if (sim_body(pid) && process_find(pid)->state == PROC_ALIVE && want-- == 0)
            return pid;
    return sim_body(1) ? 1 : 0;
}

static void payload_bytes(struct input *in, u32 pid, u32 portal)
{
    size_t n = take(in, 1) % 64;
    u8 *area = sim_payload(pid, portal);

    for (size_t i = 0; i < n && in->n; i++)
        area[i] = (u8)take(in, 1);
}

static void do_call(struct input *in)
{
    u32 pid = live_pid(in), portal = take(in, 1) % 3;
    struct sim_args a = {.in = NULL};
    u32 op;

    if (!pid || !sim_portal(pid, portal))
        return;
    op = ops[take(in, 1) % (sizeof(ops) / sizeof(ops[0]))];
    for (u32 i = 0; i < 6; i++)
        a.a[i] = argument(in);
    payload_bytes(in, pid, portal);
    sim_call(pid, portal, op, &a);
}

static void do_open(struct input *in)
{
    u32 pid = live_pid(in);
    const char *name = names[take(in, 1) % (sizeof(names) / sizeof(names[0]))];
    char scheme[16] = {0};
    size_t n = strcspn(name, "/");

    if (!pid || n >= sizeof(scheme))
        return;
    memcpy(scheme, name, n);
    sim_open(pid, 0, scheme, name + n, (u32)argument(in) | RX_O_RDWR);
}

/* A server's completion, well formed or not, and its indices. */
static void do_serve(struct input *in, struct sim_server *s)
{
    u32 kind = (u32)take(in, 1);
    u32 tag = (u32)argument(in);
    struct queue_entry e;

    if (!sim_body(s->pid) || !s->q || s->pid == 1 || list_empty(&process_find(s->pid)->schemes))
        return;
    if (kind & 0x80) {
        while (sim_server_take(s, &e))
            tag = e.sqe.tag;
    }
    if ((kind & 0x78) == 0x78)
        s->cq_tail += (u32)argument(in);
    sim_server_answer(s, kind & 7, tag, argument(in), (u32)take(in, 1));
}

static void do_action(struct input *in, struct sim_server *s)
{
    u32 pid;

    switch (take(in, 1) % 12) {
    case 0:
    case 1:
    case 2:
        do_open(in);
        break;
    case 3:
        do_serve(in, s);
        break;
    case 4:
        sim_event();
        break;
    case 5:
        sim_advance(take(in, 1) * 1000000);
        break;
    case 6:
        pid = live_pid(in);
        if (pid > 1)
            sim_kill_host(pid);
        break;
    case 7:
        sim_fail_effect((u32)take(in, 1) % 16);
        break;
    case 8:
        core_console_signal(RX_SIGINT);
        break;
    default:
        do_call(in);
    }
}

static void make_world(struct sim_server *server)
{
    if (sim_boot(256u << 20, 0)) {
        fprintf(stderr, "sim does not boot\n");
        abort();
    }
    server->pid = (u32)sim_spawn(1);
    if (sim_server_make(server->pid, "x", server) < 0)
        abort();
    sim_spawn(1);
    sim_spawn(1);
}

/* Everybody but init ends; what they held is gone. */
static void end_world(void)
{
    struct audit_counts c;

    sim_fail_effect(0);
    for (u32 pid = 2; pid < PID_MAX; pid++)
        if (process_find(pid))
            core_kill_process(pid, RX_SIGKILL);
    sim_settle();
    core_audit_check();
    if (!sim_body(1))
        return;
    core_audit_counts(&c);
    for (u32 i = 0; i < c.n; i++)
        if (strcmp(c.name[i], "channel") == 0 && c.live[i]) {
            fprintf(stderr, "%u channels without processes\n", c.live[i]);
            abort();
        }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input in = {data, size};
    struct sim_server server = {0};

    make_world(&server);
    for (u32 steps = 0; in.n && steps < 400 && sim_body(1); steps++)
        do_action(&in, &server);
    end_world();
    sim_end();
    return 0;
}
