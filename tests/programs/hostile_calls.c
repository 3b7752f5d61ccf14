/*
 * Every call of the kernel, with every argument at values that nobody checks for until it is too
 * late.
 *
 *     hostile_calls sweep          each argument at each value, beside the others at 0 and at 1
 *     hostile_calls random SEED N  N calls with all arguments and the payload at random
 *     hostile_calls end I          call I of those that may end or silence the caller
 *
 * sweep and random print how many calls were answered; status 1: one was not.
 */
#include "tests/programs/raw.h"

static const u32 operations[] = {
    SYS_OPENAT,    SYS_UNLINKAT,   SYS_CLOSE,       SYS_DUP_INTO, SYS_DUP2,          SYS_READ,
    SYS_READ2,     SYS_WRITE,      SYS_WRITE2,      SYS_LSEEK,    SYS_FCHOWN,        SYS_FCNTL,
    SYS_FEVENT,    SYS_CALL,       SYS_FMAP,        SYS_FUNMAP,   SYS_MPROTECT,      SYS_FLINK,
    SYS_FRENAME,   SYS_FPATH,      SYS_FSTAT,       SYS_FSYNC,    SYS_CLOCK_GETTIME, SYS_FUTEX,
    SYS_NANOSLEEP, SYS_YIELD,      UMK_BIND,        UMK_SPAWN,    UMK_FORK,          UMK_EXEC,
    UMK_PROC,      UMK_PORTAL_NEW, UMK_PORTAL_FREE, UMK_LOOP,     UMK_NULL,          0,
    UINT32_MAX,    0x7E00000Bu,
};
static const u64 values[] = {
    0,
    1,
    UINT64_MAX,
    2,
    4097,
    65535,
    65536,
    65537,
    0x7fffffff,
    0xffffffff,
    1ull << 47,
    1ull << 62,
    (1ull << 62) + 1,
    INT64_MAX,
    1ull << 63,
    (u64)-4096,
};
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Where a copy of stdout is kept: the sweep closes the small numbers. */
#define REPORT_SLOT 60000u
/* A call that has to wait is taken back after this many ms. */
#define PATIENCE_MS 2u

static u64 answered, stuck, report_fd;

/* Calls after which this program is not there to report. */
static bool is_lethal(u32 op, const u64 args[6])
{
    u32 verb = (u32)args[0];

    if (op == UMK_PROC)
        return verb == PROC_EXIT || verb == PROC_KILL || verb == PROC_SIGQ;
    return op == UMK_PORTAL_FREE && (u32)args[0] == raw.portal->number;
}

static void try(u32 op, const u64 args[6], const void *in, u64 in_len)
{
    if (is_lethal(op, args))
        return;
    if (raw_call_for(PATIENCE_MS, op, args, in, in_len) != RAW_STUCK) {
        answered++;
        return;
    }
    stuck++;
    raw_print_number(report_fd, "stuck in call ", op);
    raw_exit(1);
}

static void sweep_call(u32 op)
{
    static const char path[] = "../..//\xff\0x";
    u64 args[6];

    for (u64 rest = 0; rest < 2; rest++) {
        for (u32 a = 0; a < 6; a++) {
            for (u32 v = 0; v < COUNT(values); v++) {
                for (u32 i = 0; i < 6; i++)
                    args[i] = rest;
                args[a] = values[v];
                try(op, args, path, sizeof(path));
            }
        }
    }
    for (u32 v = 0; v < COUNT(values); v++) {
        for (u32 i = 0; i < 6; i++)
            args[i] = values[v];
        try(op, args, path, sizeof(path));
    }
}

static void random_calls(u64 n)
{
    u64 args[6], payload[64];

    while (n-- > 0) {
        for (u32 i = 0; i < 6; i++)
            args[i] = raw_random() & 1 ? values[raw_random() % COUNT(values)] : raw_random() & 15;
        for (u32 i = 0; i < COUNT(payload); i++)
            payload[i] = raw_random() & 3 ? raw_random() : raw_random() & 3;
        try(operations[raw_random() % COUNT(operations)], args, payload, sizeof(payload));
    }
}

static void lethal_call(u64 which)
{
    static const struct {
        u32 op;
        u64 args[6];
    } calls[] = {
        {UMK_PORTAL_FREE, {0}},
        {UMK_FAULT, {0}},
        {UMK_FAULT, {UINT64_MAX, UINT64_MAX, UINT64_MAX}},
        {UMK_EXEC, {0, RX_ANON_FD, UINT64_MAX, UINT64_MAX, UINT64_MAX}},
        {UMK_PROC, {PROC_KILL, UINT64_MAX, 9}},
        {UMK_PROC, {PROC_KILL, 0, UINT64_MAX}},
        {UMK_PROC, {PROC_KILL, 1, 9}},
        {UMK_PROC, {PROC_SIGQ, 1, 9, UINT64_MAX}},
        {UMK_PROC, {PROC_EXIT, UINT64_MAX, UINT64_MAX}},
    };

    if (which >= COUNT(calls))
        return;
    for (u64 i = 0; i < sizeof(struct fault_record) / 8; i++)
        ((volatile u64 *)&raw.portal->fault)[i] = raw_random();
    raw_fill(calls[which].op, calls[which].args, values, sizeof(values));
    raw_post();
    raw_wait(200);
}

static void raw_main(void)
{
    i64 fd = raw_call(SYS_DUP_INTO, RAW_ARGS(1, 0, REPORT_SLOT, 0, 0, 0), NULL, 0);
    const char *mode = raw_argument(1);

    report_fd = fd < 0 ? 1 : (u64)fd;
    raw_close_streams();
    if (raw_same(mode, "end")) {
        lethal_call(raw_number(raw_argument(2)));
        return;
    }
    if (raw_same(mode, "random")) {
        raw.seed = raw_number(raw_argument(2)) * 2 + 1;
        random_calls(raw_number(raw_argument(3)));
    } else {
        for (u32 i = 0; i < COUNT(operations); i++)
            sweep_call(operations[i]);
    }
    raw_print_number(report_fd, "calls answered: ", (i64)answered);
    raw_exit(stuck != 0);
}
