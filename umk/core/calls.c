/* From a call's number to its handler. */
#include "umk/core/calls.h"
#include "umk/core/futex.h"
#include "umk/core/sched.h"
#include "umk/core/spare.h"
#include "umk/core/trace.h"
#include "umk/core/words.h"

const struct trace_hooks *core_trace;

static i64 sys_futex(struct context *c)
{
    return futex_call(c, (u32)c->call.a[0], c->call.a[1], c->call.a[2], c->call.a[3]);
}

static i64 sys_yield(struct context *c)
{
    sched_entered(c);
    return 0;
}

static i64 sys_null(struct context *c)
{
    (void)c;
    return 0;
}

static const struct call_entry {
    u32 op;
    const char *name;
    i64 (*fn)(struct context *c);
} table[] = {
    {SYS_READ, "read", sys_read},
    {SYS_READ2, "read2", sys_read},
    {SYS_WRITE, "write", sys_write},
    {SYS_WRITE2, "write2", sys_write},
    {SYS_OPENAT, "openat", sys_openat},
    {SYS_CLOSE, "close", sys_close},
    {SYS_CALL, "call", sys_call},
    {SYS_FSTAT, "fstat", sys_fstat},
    {SYS_LSEEK, "lseek", sys_lseek},
    {SYS_FCNTL, "fcntl", sys_fcntl},
    {SYS_DUP_INTO, "dup", sys_dup_into},
    {SYS_DUP2, "dup2", sys_dup2},
    {SYS_FMAP, "fmap", sys_fmap},
    {SYS_FUNMAP, "funmap", sys_funmap},
    {SYS_MPROTECT, "mprotect", sys_mprotect},
    {SYS_UNLINKAT, "unlinkat", sys_unlinkat},
    {SYS_FCHOWN, "fchown", sys_fchown},
    {SYS_FEVENT, "fevent", sys_fevent},
    {SYS_FLINK, "flink", sys_flink},
    {SYS_FRENAME, "frename", sys_frename},
    {SYS_FPATH, "fpath", sys_fpath},
    {SYS_FSYNC, "fsync", sys_fsync},
    {SYS_CLOCK_GETTIME, "clock_gettime", sys_clock_gettime},
    {SYS_FUTEX, "futex", sys_futex},
    {SYS_NANOSLEEP, "nanosleep", sys_nanosleep},
    {SYS_YIELD, "yield", sys_yield},
    {UMK_BIND, "bind", sys_bind},
    {UMK_SPAWN, "spawn", start_spawn},
    {UMK_FORK, "fork", start_fork},
    {UMK_EXEC, "exec", start_exec},
    {UMK_PROC, "proc", sys_proc},
    {UMK_PORTAL_NEW, "portal_new", sys_portal_new},
    {UMK_PORTAL_FREE, "portal_free", sys_portal_free},
    {UMK_LOOP, "loop", sys_loop},
    {UMK_LOOP_WAIT, "loop_wait", sys_loop_wait},
    {UMK_FAULT, "fault", sys_fault},
    {UMK_SPARE, "spare", sys_spare},
    {UMK_WAIT, "wait", sys_wait},
    {UMK_NOTIFY, "notify", sys_notify},
    {UMK_CHANNEL_DROP, "channel_drop", sys_channel_drop},
    {UMK_MSYNC, "msync", sys_msync},
    {UMK_NULL, "null", sys_null},
};

#define NCALLS (sizeof(table) / sizeof(table[0]))

/* Where a number's entry is: at the number's place or one of the next. */
#define PLACES 128u
static const struct call_entry *places[PLACES];
_Static_assert(2 * NCALLS <= PLACES, "few share a place");

static u32 place(u32 op)
{
    return (op ^ op >> 20) % PLACES;
}

void calls_init(void)
{
    memset(places, 0, sizeof(places));
    for (u32 i = 0; i < NCALLS; i++) {
        u32 at = place(table[i].op);

        while (places[at])
            at = (at + 1) % PLACES;
        places[at] = &table[i];
    }
}

/* NULL: there is no such call. */
static const struct call_entry *find(u32 op)
{
    u32 at = place(op);

    while (places[at] && places[at]->op != op)
        at = (at + 1) % PLACES;
    return places[at];
}

i64 call_dispatch(struct context *c)
{
    const struct call_entry *e = find(c->call.op);

    return e ? e->fn(c) : -ENOSYS;
}

const char *call_name(u32 op)
{
    const struct call_entry *e = find(op);

    return e ? e->name : "?";
}

void trace_this_call(const struct context *c)
{
    core_trace->call(c->proc->pid, c->portal, c->proc->name, call_name(c->call.op), c->call.a);
}
