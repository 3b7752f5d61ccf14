/*
 * What the unit tests of the core share: a booted sim per test, calls in short form, a server
 * played by the test, and the rule that every test ends with the counts it began with.
 */
#ifndef TESTS_UNIT_CORE_TEST_H
#define TESTS_UNIT_CORE_TEST_H

#include "umk/core/process.h"
#include "umk/core/scheme.h"
#include "umk/sim/sim.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
/* A call of pid through portal 0; and one with bytes in the payload. */
#define CALL(pid, op, ...) sim_call(pid, 0, op, SIM_ARGS(__VA_ARGS__))
#define CALL_IN(pid, op, data, len, ...) \
    sim_call(pid, 0, op, &(struct sim_args){.a = {__VA_ARGS__}, .in = (data), .in_len = (len)})
#define MUST(cond) assert_true(cond)

static struct audit_counts before;

static inline int setup(void **state)
{
    (void)state;
    assert_int_equal(sim_boot(64u << 20, 0), 0);
    core_audit_counts(&before);
    return 0;
}

static inline int teardown(void **state)
{
    (void)state;
    sim_end();
    return 0;
}

/* Whatever was made since the test began is gone. */
static inline void assert_counts(void)
{
    struct audit_counts after;

    core_audit_counts(&after);
    for (u32 i = 0; i < after.n; i++)
        if (after.live[i] != before.live[i])
            fail_msg("%s: %u before, %u after", after.name[i], before.live[i], after.live[i]);
    assert_int_equal(after.memory_used, before.memory_used);
}

/* The result of a call that waited. */
static inline i64 done(u32 pid)
{
    i64 result = 0;

    assert_true(sim_done(pid, 0, &result));
    return result;
}

static inline bool waits(u32 pid)
{
    i64 result;

    return !sim_done(pid, 0, &result);
}

static inline u32 spawn(u32 parent)
{
    i64 pid = sim_spawn(parent);

    assert_true(pid > 1);
    return (u32)pid;
}

/* Kills from outside and waits in init, whose child it is or becomes. */
static inline void reap(u32 pid)
{
    sim_kill_host(pid);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, pid, 0), pid);
}

/* Waits in init for whichever child. */
static inline void reap_any(void)
{
    i64 pid = CALL(1, UMK_PROC, PROC_WAITPID, 0, 0);

    assert_true(pid > 1);
}

static inline u64 open_ok(u32 pid, const char *scheme, const char *ref, u32 flags)
{
    i64 fd = sim_open(pid, 0, scheme, ref, flags);

    if (fd < 0)
        fail_msg("open of %s/%s: %ld", scheme, ref, fd);
    return (u64)fd;
}

static inline void close_ok(u32 pid, u64 fd)
{
    assert_int_equal(CALL(pid, SYS_CLOSE, fd), 0);
}

static inline void make_pipe(u32 pid, u64 *reader, u64 *writer)
{
    *reader = open_ok(pid, "pipe", "", RX_O_RDONLY);
    *writer = (u64)CALL_IN(pid, SYS_DUP_INTO, "write", 5, *reader, 5, 0, 0);
    assert_true((i64)*writer > 0);
}

static inline i64 write_text(u32 pid, u64 fd, const char *text)
{
    return CALL_IN(pid, SYS_WRITE, text, strlen(text), fd, strlen(text));
}

/* A server */

static inline struct queue_entry expect(struct sim_server *s, u8 opcode)
{
    struct queue_entry e = {0};

    assert_true(sim_server_take(s, &e));
    assert_int_equal(e.sqe.opcode, opcode);
    return e;
}

static inline void nothing(struct sim_server *s)
{
    struct queue_entry e;

    assert_false(sim_server_take(s, &e));
}

static inline void answer(struct sim_server *s, const struct queue_entry *e, i64 result)
{
    sim_server_answer(s, CQE_REGULAR, e->sqe.tag, (u64)result, 0);
}

static inline void serve(struct sim_server *s, u8 opcode, i64 result)
{
    struct queue_entry e = expect(s, opcode);

    answer(s, &e, result);
}

/* Answers OP_FSTAT for a program of this size; an error when it is negative. */
static inline void serve_stat(struct sim_server *s, i64 size)
{
    struct queue_entry e = expect(s, OP_FSTAT);

    if (size < 0)
        answer(s, &e, size);
    else
        sim_server_stat(s, &e, MODE_FILE | 0755, (u64)size);
}

/* A process that serves a scheme. */
static inline void make_server(struct sim_server *s, const char *name)
{
    assert_int_equal(sim_server_make(spawn(1), name, s), 1);
}

static inline i64 drop_name(const char *name)
{
    return CALL_IN(1, SYS_UNLINKAT, name, strlen(name), RX_FD_UPPER, 0, strlen(name), 0, 0,
                   strlen(name));
}

static inline void end_server(struct sim_server *s, const char *name)
{
    reap(s->pid);
    assert_int_equal(drop_name(name), 0);
}

/* Opens a file that the server numbers. Result: the descriptor. */
static inline u64 open_at(struct sim_server *s, u32 client, const char *name, u64 number)
{
    assert_int_equal(sim_open(client, 0, name, "file", RX_O_RDWR), SIM_WAITS);
    serve(s, OP_OPENAT, (i64)number);
    assert_true(done(client) >= 0);
    return (u64)done(client);
}

/* A program's file at a server of scheme x. */
static inline u64 image_at_server(struct sim_server *s, u32 client)
{
    return open_at(s, client, "x", 50);
}

/* Where the server keeps the program. */
static inline u64 server_memory(const struct sim_server *s, u64 size)
{
    u64 fd = open_ok(s->pid, "memory", "", RX_O_RDWR);
    i64 at = CALL(s->pid, SYS_FMAP, fd, 0, size, 0x60000 | RX_MAP_SHARED, 0);

    assert_true(at > 0);
    return (u64)at;
}

#endif
