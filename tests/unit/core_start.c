/* Starting: spawn and exec, from memory and from a server's file, and all that goes wrong. */
#include "tests/unit/core_test.h"
#include "umk/core/signal.h"
#include "umk/sim/machine.h"

#define ARCHIVE 3u

struct request_block {
    struct spawn_args args;
    struct spawn_action actions[4];
    u32 nactions;
    char arg0[16];
    u64 block_len; /* 0: what it is */
};

static struct sim_server s;

/* The payload of a spawn or exec, and the call. */
static i64 start(u32 pid, u32 portal, u32 op, u64 image, const struct request_block *r)
{
    struct exec_block b = {.magic = EXEC_BLOCK_MAGIC, .argc = 1, .cwd_len = 2};
    size_t n = strlen(r->arg0) + 1, at = sizeof(r->args);
    u8 in[1024] = {0};

    memcpy(in, &r->args, sizeof(r->args));
    memcpy(in + at, r->actions, r->nactions * sizeof(r->actions[0]));
    at += r->nactions * sizeof(r->actions[0]);
    b.strings_len = n + 2;
    memcpy(in + at, &b, sizeof(b));
    memcpy(in + at + sizeof(b), r->arg0, n);
    memcpy(in + at + sizeof(b) + n, "/", 2);
    return sim_call(
        pid, portal, op,
        &(struct sim_args){
            .a = {image, RX_ANON_FD, r->block_len ? r->block_len : sizeof(b) + n + 2, r->nactions},
            .in = in,
            .in_len = at + sizeof(b) + n + 2});
}

static struct request_block plain(const char *arg0)
{
    struct request_block r = {.args = {.sigallowed = UINT64_MAX}};

    strcpy(r.arg0, arg0);
    return r;
}

static i64 portal_result(u32 pid, u32 portal)
{
    i64 res = SIM_WAITS;

    sim_done(pid, portal, &res);
    return res;
}

/* Spawn */

static void spawn_from_memory(void **state)
{
    struct request_block r = plain("/bin/some\tname");
    i64 pid;

    (void)state;
    r.args.sigallowed = RX_SIGBIT(RX_SIGTERM) | RX_SIGBIT(40);
    r.args.sigignored = RX_SIGBIT(RX_SIGINT) | RX_SIGBIT(64);
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), SIM_WAITS);
    sim_settle();
    pid = done(1);
    assert_true(pid > 1);
    assert_string_equal(process_find((u32)pid)->name, "some?name");
    assert_int_equal(sim_portal((u32)pid, 0)->sig.word[0] >> 32, RX_SIGBIT(RX_SIGTERM));
    assert_int_equal(sim_portal((u32)pid, 0)->sig.word[1] >> 32, 1u << (40 - 33));
    assert_int_equal(sim_body((u32)pid)->page->sig.actions[RX_SIGINT - 1].first, SIGACT_IGNORED);
    assert_int_equal(sim_body((u32)pid)->page->sig.actions[63].first, SIGACT_IGNORED);
    assert_int_equal(sim_body((u32)pid)->page->pid, pid);
    reap((u32)pid);
    assert_counts();
}

static void descriptors_of_a_child(void **state)
{
    struct request_block r = plain("p");
    u64 rd, wr;
    u32 pid;

    (void)state;
    make_pipe(1, &rd, &wr);
    assert_int_equal(CALL(1, SYS_FCNTL, rd, RX_F_SETFD, RX_FD_CLOEXEC), 0);
    assert_int_equal(CALL(1, SYS_FCNTL, wr, RX_F_SETFD, RX_FD_CLOEXEC), 0);
    r.nactions = 4;
    r.actions[0] = (struct spawn_action){SPAWN_DUP2, 0, wr, 1};
    r.actions[1] = (struct spawn_action){SPAWN_CLOSE, 0, 2, 0};
    r.actions[2] = (struct spawn_action){SPAWN_DUP2, 0, rd, rd};
    r.actions[3] = (struct spawn_action){SPAWN_CLOSE, 0, 999, 0};
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), SIM_WAITS);
    sim_settle();
    pid = (u32)done(1);
    assert_int_equal(write_text(pid, 1, "to the pipe"), 11);
    assert_int_equal(CALL(pid, SYS_CLOSE, 2), -EBADF);
    assert_int_equal(CALL(pid, SYS_CLOSE, wr), -EBADF);
    assert_int_equal(CALL(pid, SYS_READ, rd, 100), 11); /* the dup to itself kept it */
    assert_int_equal(CALL(1, SYS_FCNTL, 1, RX_F_GETFD, 0), 0);
    close_ok(1, rd);
    close_ok(1, wr);
    reap(pid);
    assert_counts();
}

static void wrong_spawns(void **state)
{
    struct request_block r = plain("p");
    u64 rd, wr;

    (void)state;
    make_pipe(1, &rd, &wr);
    assert_int_equal(start(1, 0, UMK_SPAWN, rd, &r), -EACCES); /* no program can be there */
    assert_int_equal(start(1, 0, UMK_EXEC, rd, &r), -EACCES);
    r.block_len = sizeof(struct exec_block) - 1;
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), -EINVAL);
    r.block_len = EXEC_BLOCK_MAX + 1;
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), -EINVAL);
    r.block_len = PORTAL_PAYLOAD;
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), -E2BIG);
    r.block_len = 0;
    assert_int_equal(CALL(1, UMK_SPAWN, ARCHIVE, RX_ANON_FD, 100, 1u << 30), -E2BIG);
    assert_int_equal(CALL(1, UMK_SPAWN, ARCHIVE, rd, 100, 0), -EINVAL); /* block is no memory */
    assert_int_equal(CALL(1, UMK_SPAWN, ARCHIVE, ARCHIVE, 1u << 20, 0), -EINVAL); /* too short */
    r.nactions = 1;
    r.actions[0].kind = 9;
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), -EINVAL);
    r.actions[0] = (struct spawn_action){SPAWN_DUP2, 0, 999, 1};
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), -EBADF);
    r.actions[0] = (struct spawn_action){SPAWN_DUP2, 0, 1, RX_FD_MAX};
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), -EBADF);
    r.nactions = 0;
    r.args.flags = 8;
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), -EINVAL);
    r.args.flags = SPAWN_SETPGID;
    r.args.pgid = 4000;
    assert_int_equal(start(1, 0, UMK_SPAWN, ARCHIVE, &r), -EPERM);
    close_ok(1, rd);
    close_ok(1, wr);
    assert_counts();
}

static void ids_and_groups(void **state)
{
    struct request_block r = plain("p");
    u32 a, b, c;

    (void)state;
    r.args = (struct spawn_args){SPAWN_SETIDS | SPAWN_SETPGID, 0, 100, 200, UINT64_MAX, 0};
    start(1, 0, UMK_SPAWN, ARCHIVE, &r);
    sim_settle();
    a = (u32)done(1);
    assert_int_equal(process_find(a)->pgid, a);
    assert_int_equal(process_find(a)->cred.suid, 100);
    assert_int_equal(process_find(a)->cred.rgid, 200);
    assert_int_equal(start(a, 0, UMK_SPAWN, ARCHIVE, &r), -EPERM);
    r.args.flags = SPAWN_SETPGID;
    r.args.pgid = a;
    start(1, 0, UMK_SPAWN, ARCHIVE, &r);
    sim_settle();
    b = (u32)done(1);
    assert_int_equal(process_find(b)->pgid, a);
    r.args.flags = SPAWN_SETSID | SPAWN_SETPGID;
    start(1, 0, UMK_SPAWN, ARCHIVE, &r);
    sim_settle();
    c = (u32)done(1);
    assert_int_equal(process_find(c)->pgid, c);
    assert_int_equal(process_find(c)->sid, c);
    reap(a);
    reap(b);
    reap(c);
    assert_counts();
}

/* From a server */

static void spawn_from_a_server(void **state)
{
    struct request_block r = plain("p");
    struct queue_entry e;
    u64 image, at;
    i64 pid;

    (void)state;
    make_server(&s, "x");
    at = server_memory(&s, 8192);
    image = image_at_server(&s, 1);
    assert_int_equal(start(1, 0, UMK_SPAWN, image, &r), SIM_WAITS);
    serve_stat(&s, 5000);
    e = expect(&s, OP_MMAP_PREP);
    assert_int_equal(e.sqe.args[1], 5000);
    assert_int_equal(e.sqe.args[3], 0);
    answer(&s, &e, (i64)at);
    assert_true(waits(1));
    sim_settle();
    pid = done(1);
    assert_true(pid > 1);
    reap((u32)pid);
    close_ok(1, image);
    end_server(&s, "x");
    assert_counts();
}

static void server_answers_nonsense(void **state)
{
    static const struct {
        i64 size, pages, seen;
    } all[] = {{0, 0, -ENOEXEC},        {-EIO, 0, -EIO},    {5000, -EACCES, -EACCES},
               {5000, 0x1234, -EINVAL}, {5000, 0, -EINVAL}, {INT64_MAX, 0, -EINVAL},
               {1 << 20, 0, -EINVAL},   {5000, 1, -EINVAL}};
    struct request_block r = plain("p");
    u64 image, at;

    (void)state;
    make_server(&s, "x");
    at = server_memory(&s, 8192);
    image = image_at_server(&s, 1);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        for (u32 exec = 0; exec < 2; exec++) {
            assert_int_equal(start(1, 0, exec ? UMK_EXEC : UMK_SPAWN, image, &r), SIM_WAITS);
            serve_stat(&s, all[i].size);
            if (all[i].size > 0)
                serve(&s, OP_MMAP_PREP, all[i].size > 8192 ? (i64)at : all[i].pages);
            assert_int_equal(done(1), all[i].seen);
        }
    }
    close_ok(1, image);
    end_server(&s, "x");
    assert_counts();
}

/* The image must be a regular file that the caller may execute; the server says what it is. */
static void image_that_may_not_be_executed(void **state)
{
    static const struct {
        u16 mode;
        u32 uid;
        bool may;
    } all[] = {{MODE_FILE | 0755, 0, true},
               {MODE_FILE | 0644, 0, false},
               {MODE_FILE | 0001, 0, true},
               {MODE_DIR | 0755, 0, false},
               {0755, 0, false},
               {MODE_FILE | 0755, 1000, true},
               {MODE_FILE | 0700, 1000, false},
               {MODE_FILE | 0001, 1000, true},
               {MODE_FILE | 0010, 1000, false},
               {MODE_FILE | 0776, 1000, false}};
    struct request_block r = plain("p");
    u64 at;

    (void)state;
    make_server(&s, "x");
    at = server_memory(&s, 8192);
    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        u32 client = spawn(1);
        u64 image = image_at_server(&s, client);
        u32 ids[6] = {all[i].uid, all[i].uid, all[i].uid, all[i].uid, all[i].uid, all[i].uid};
        struct queue_entry e;

        assert_int_equal(CALL_IN(client, UMK_PROC, ids, sizeof(ids), PROC_SETRESUGID), 0);
        assert_int_equal(start(client, 0, UMK_EXEC, image, &r), SIM_WAITS);
        e = expect(&s, OP_FSTAT);
        sim_server_stat(&s, &e, all[i].mode, 5000);
        if (all[i].may)
            serve(&s, OP_MMAP_PREP, (i64)at);
        else
            assert_int_equal(done(client), -EACCES);
        sim_settle();
        assert_string_equal(process_find(client)->name, all[i].may ? "p" : "prog");
        if (all[i].may) {
            /* the mapping it was asked for has an end */
            e = expect(&s, OP_MUNMAP);
            assert_int_equal(e.sqe.args[1], 5000);
        }
        reap(client);
        expect(&s, OP_CLOSE_MSG);
    }
    end_server(&s, "x");
    assert_counts();
}

/* A process whose only thread exits is over for its parent at once; one that is killed, or has
 * other threads, when the machine says that it is dead. */
static void exit_is_not_waited_for(void **state)
{
    for (u32 threads = 1; threads < 3; threads++) {
        u32 a = spawn(1);

        (void)state;
        if (threads > 1)
            assert_true(CALL(a, UMK_PORTAL_NEW, PORTAL_FOR_THREAD) > 0);
        assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, a), SIM_WAITS);
        assert_int_equal(CALL(a, UMK_PROC, PROC_EXIT, 3), SIM_WAITS);
        assert_int_equal(waits(1), threads > 1);
        sim_settle();
        assert_int_equal(done(1), a);
        assert_int_equal(sim_portal(1, 0)->ret[0], RX_STATUS_EXITED(3));
    }
    assert_counts();
}

/* Answers one message about the image, if there is any. */
static bool serve_any(u64 at)
{
    struct queue_entry e;

    if (!sim_server_take(&s, &e))
        return false;
    if (e.sqe.opcode == OP_FSTAT)
        sim_server_stat(&s, &e, MODE_FILE | 0755, 5000);
    else if (e.sqe.opcode == OP_MMAP_PREP)
        answer(&s, &e, (i64)at);
    return true;
}

/* Somebody dies at each step: who = the caller, the server, or (later) the child. */
static void deaths_while_starting(void **state)
{
    struct request_block r = plain("p");

    (void)state;
    for (u32 exec = 0; exec < 2; exec++)
        for (u32 who = 0; who < 3; who++)
            for (u32 step = 0; step < 4; step++) {
                u32 client = spawn(1), child;
                u64 image, at;

                make_server(&s, "x");
                at = server_memory(&s, 8192);
                image = image_at_server(&s, client);
                child = core.next_pid + 1;
                start(client, 0, exec ? UMK_EXEC : UMK_SPAWN, image, &r);
                if (step > 0)
                    serve_stat(&s, 5000);
                if (step > 1)
                    serve(&s, OP_MMAP_PREP, (i64)at);
                if (step > 2)
                    sim_settle();
                if (who == 0)
                    sim_kill_host(client);
                else if (who == 1)
                    sim_kill_host(s.pid);
                else
                    core_kill_process(exec ? client : child, RX_SIGKILL);
                core_audit_check();
                while (sim_body(s.pid) && who != 1 && serve_any(at))
                    ;
                sim_settle();
                for (u32 pid = 2; pid < child + 8; pid++)
                    if (process_find(pid))
                        core_kill_process(pid, RX_SIGKILL);
                sim_settle();
                while (CALL(1, UMK_PROC, PROC_WAITPID, 0, RX_WNOHANG) > 0)
                    ;
                assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, 0, RX_WNOHANG), -ECHILD);
                assert_int_equal(drop_name("x"), 0);
                assert_counts();
            }
}

/* Exec */

static void exec_replaces_the_program(void **state)
{
    struct request_block r = plain("/bin/second");
    u32 a = spawn(1);
    u64 rd, wr;
    struct body *old = sim_body(a);

    (void)state;
    make_pipe(a, &rd, &wr);
    CALL(a, SYS_FCNTL, rd, RX_F_SETFD, RX_FD_CLOEXEC);
    CALL(a, SYS_FMAP, RX_ANON_FD, 0, 4096, 0x60000, 0);
    CALL(a, UMK_PORTAL_NEW, PORTAL_FOR_THREAD);
    sim_call(a, 1, SYS_NANOSLEEP, SIM_ARGS(1000, 0));
    ((struct sim_body *)old->m)->cpu_ns = 40;
    assert_int_equal(start(a, 0, UMK_EXEC, ARCHIVE, &r), SIM_WAITS);
    assert_ptr_equal(sim_body(a), old);
    sim_settle();
    assert_ptr_not_equal(sim_body(a), old);
    assert_int_equal(process_cpu(process_find(a)), 40);
    assert_string_equal(process_find(a)->name, "second");
    assert_int_equal(process_find(a)->aspace.nregions, 0);
    assert_null(sim_portal(a, 1));
    assert_int_equal(CALL(a, SYS_CLOSE, rd), -EBADF);
    assert_int_equal(CALL(a, SYS_FCNTL, wr, RX_F_GETFD, 0), 0);
    assert_true(process_find(a)->execed);
    reap(a);
    assert_counts();
}

static void exec_fails_and_changes_nothing(void **state)
{
    struct request_block r = plain("second");
    u32 a = spawn(1);
    struct body *old = sim_body(a);

    (void)state;
    for (u32 n = 1; n <= 2; n++) {
        sim_fail_effect(n);
        assert_int_equal(start(a, 0, UMK_EXEC, ARCHIVE, &r) < 0, 1);
        sim_settle();
        assert_true(done(a) < 0);
        assert_ptr_equal(sim_body(a), old);
        assert_int_equal(CALL(a, UMK_NULL, 0), 0);
    }
    reap(a);
    assert_counts();
}

static void two_execs(void **state)
{
    struct request_block r = plain("p"), q = plain("q");
    u32 a;
    u64 image, at;

    (void)state;
    make_server(&s, "x");
    at = server_memory(&s, 8192);
    a = spawn(1);
    image = image_at_server(&s, a);
    CALL(a, UMK_PORTAL_NEW, PORTAL_FOR_THREAD);
    assert_int_equal(start(a, 0, UMK_EXEC, image, &r), SIM_WAITS);
    assert_int_equal(start(a, 1, UMK_EXEC, image, &q), SIM_WAITS);
    serve_stat(&s, 5000);
    serve_stat(&s, 5000);
    serve(&s, OP_MMAP_PREP, (i64)at);
    serve(&s, OP_MMAP_PREP, (i64)at);
    assert_int_equal(portal_result(a, 1), -EBUSY);
    assert_int_equal(start(a, 1, UMK_EXEC, ARCHIVE, &q), -EBUSY);
    sim_settle();
    assert_string_equal(process_find(a)->name, "p");
    reap(a);
    end_server(&s, "x");
    assert_counts();
}

/* The asynchronous call that asked for it is freed before the new program has started. */
static void exec_without_its_caller(void **state)
{
    struct request_block r = plain("second");
    u32 a = spawn(1);

    (void)state;
    CALL(a, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
    assert_int_equal(start(a, 1, UMK_EXEC, ARCHIVE, &r), SIM_WAITS);
    assert_int_equal(CALL(a, UMK_PORTAL_FREE, 1), 0);
    sim_settle();
    assert_string_equal(process_find(a)->name, "second");
    assert_int_equal(CALL(a, UMK_NULL, 0), 0);
    reap(a);
    assert_counts();
}

static void exec_of_a_server_ends_its_scheme(void **state)
{
    struct request_block r = plain("second");
    u32 client;

    (void)state;
    make_server(&s, "x");
    client = spawn(1);
    assert_int_equal(sim_open(client, 0, "x", "f", RX_O_RDONLY), SIM_WAITS);
    assert_int_equal(start(s.pid, 0, UMK_EXEC, ARCHIVE, &r), SIM_WAITS);
    sim_settle();
    assert_int_equal(done(client), -ENODEV);
    reap(client);
    end_server(&s, "x");
    assert_counts();
}

static void old_program_dies_during_exec(void **state)
{
    struct request_block r = plain("second");
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(start(a, 0, UMK_EXEC, ARCHIVE, &r), SIM_WAITS);
    sim_kill_host(a);
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, a, 0), a);
    assert_counts();
}

static void block_from_memory(void **state)
{
    struct exec_block b = {.magic = EXEC_BLOCK_MAGIC, .argc = 1, .strings_len = 8, .cwd_len = 2};
    u64 fd = open_ok(1, "memory", "", RX_O_RDWR);
    i64 at = CALL(1, SYS_FMAP, fd, 0, 4096, 0x60000 | RX_MAP_SHARED, 0), pid;
    u8 *m = sim_mapped(1, (u64)at);

    (void)state;
    memcpy(m, &b, sizeof(b));
    memcpy(m + sizeof(b), "a/block\0/", 10);
    memset(sim_payload(1, 0), 0, 64);
    assert_int_equal(CALL(1, UMK_SPAWN, ARCHIVE, fd, sizeof(b) + 10, 0), SIM_WAITS);
    sim_settle();
    pid = done(1);
    assert_string_equal(process_find((u32)pid)->name, "block");
    close_ok(1, fd);
    reap((u32)pid);
    CALL(1, SYS_FUNMAP, (u64)at, 4096);
    assert_counts();
}

/* A signal for a group reaches the member that is being spawned; its parent gets the pid, and then
 * the status. */
static void signals_to_a_spawn_under_way(void **state)
{
    static const u32 signals[] = {RX_SIGINT, RX_SIGKILL, RX_SIGTSTP, RX_SIGCHLD, RX_SIGUSR1};
    struct request_block r = plain("p");

    (void)state;
    for (u32 i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        for (u32 step = 0; step < 3; step++) {
            u32 sig = signals[i];
            u64 image, at;
            i64 child;

            make_server(&s, "x");
            at = server_memory(&s, 8192);
            image = image_at_server(&s, 1);
            r.args.sigignored = sig == RX_SIGUSR1 ? RX_SIGBIT(sig) : 0;
            r.args.flags = SPAWN_SETPGID;
            start(1, 0, UMK_SPAWN, image, &r);
            child = core.next_pid;
            if (step > 0)
                serve_stat(&s, 5000);
            if (step > 1)
                serve(&s, OP_MMAP_PREP, (i64)at);
            assert_non_null(process_find((u32)child));
            signal_group((u32)child, sig);
            while (serve_any(at))
                ;
            sim_settle();
            assert_int_equal(done(1), child);
            if (sig == RX_SIGINT || sig == RX_SIGKILL) {
                assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, (u64)child, 0), child);
                assert_int_equal(sim_portal(1, 0)->ret[0], RX_STATUS_SIGNALED(sig));
            } else {
                assert_int_equal(sim_stopped_body((u32)child), sig == RX_SIGTSTP);
                assert_int_equal(sim_body((u32)child)->page->sig.pending, 0);
                reap((u32)child);
            }
            while (serve_any(at))
                ;
            close_ok(1, image);
            end_server(&s, "x");
            assert_counts();
        }
}

/* A thread waits for children while another's spawn is the only child, and fails. */
static void waiter_learns_of_a_failed_spawn(void **state)
{
    struct request_block r = plain("p");

    (void)state;
    CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
    sim_fail_effect(2);
    assert_int_equal(start(1, 1, UMK_SPAWN, ARCHIVE, &r), SIM_WAITS);
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, 0, 0), SIM_WAITS);
    sim_settle();
    assert_int_equal(portal_result(1, 1), -ENOEXEC);
    assert_int_equal(done(1), -ECHILD);
    CALL(1, UMK_PORTAL_FREE, 1);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(spawn_from_memory),
        TEST(descriptors_of_a_child),
        TEST(wrong_spawns),
        TEST(ids_and_groups),
        TEST(spawn_from_a_server),
        TEST(server_answers_nonsense),
        TEST(image_that_may_not_be_executed),
        TEST(exit_is_not_waited_for),
        TEST(deaths_while_starting),
        TEST(exec_replaces_the_program),
        TEST(exec_fails_and_changes_nothing),
        TEST(two_execs),
        TEST(exec_without_its_caller),
        TEST(exec_of_a_server_ends_its_scheme),
        TEST(old_program_dies_during_exec),
        TEST(block_from_memory),
        TEST(signals_to_a_spawn_under_way),
        TEST(waiter_learns_of_a_failed_spawn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
