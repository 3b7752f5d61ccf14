/* The schemes that the core serves itself: debug, pipe, irq, time, sys, proc. */
#include "tests/unit/core_test.h"
#include "umk/abi/tty.h"

#include <stdio.h>

#define MS 1000000ull

static void interrupt_call(u32 pid, u32 portal)
{
    sim_portal(pid, portal)->cancel = 1;
    sim_body(pid)->page->posted[portal / 64] |= 1ull << (portal % 64);
    core_poll(sim_body(pid));
}

static void become(u32 pid, u32 uid)
{
    u32 ids[6] = {uid, uid, uid, uid, uid, uid};

    assert_int_equal(CALL_IN(pid, UMK_PROC, ids, sizeof(ids), PROC_SETRESUGID), 0);
}

static i64 getdents(u64 fd, u64 len, u64 at)
{
    return CALL(1, SYS_CALL, fd, len, CALL_STD_FS | 3, STD_GETDENTS, at, RX_DIRENT_HEADER);
}

static const char *text_of(const char *scheme, const char *file)
{
    static char text[PORTAL_PAYLOAD + 1];
    u64 fd = open_ok(1, scheme, file, RX_O_RDONLY);
    i64 n = CALL(1, SYS_READ, fd, PORTAL_PAYLOAD);

    assert_true(n >= 0);
    memcpy(text, sim_payload(1, 0), (size_t)n);
    text[n] = '\0';
    close_ok(1, fd);
    return text;
}

/* Debug */

static void console_input(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(CALL(1, SYS_READ, 0, 3), SIM_WAITS);
    assert_int_equal(CALL(a, SYS_READ, 0, 100), SIM_WAITS);
    sim_type("abcdef");
    assert_int_equal(done(1), 3);
    assert_memory_equal(sim_payload(1, 0), "abc", 3);
    assert_int_equal(done(a), 3);
    assert_int_equal(CALL(a, SYS_READ, 0, 100), SIM_WAITS);
    reap(a); /* while it waits */
    sim_type("for the next one");
    assert_int_equal(CALL(1, SYS_READ, 0, 100), 16);
    assert_int_equal(CALL(1, SYS_READ, 0, 100), SIM_WAITS);
    interrupt_call(1, 0);
    assert_int_equal(done(1), -EINTR);
    assert_int_equal(write_text(1, 0, "x"), -EBADF);
    assert_int_equal(CALL(1, SYS_READ, 1, 1), -EBADF);
    assert_counts();
}

static void console_input_event(void **state)
{
    u64 q = open_ok(1, "event", "", RX_O_RDWR | RX_O_NONBLOCK);
    struct rx_event e = {0, EVENT_READ, 5};

    (void)state;
    assert_int_equal(CALL_IN(1, SYS_WRITE, &e, sizeof(e), q, sizeof(e)), sizeof(e));
    assert_int_equal(CALL(1, SYS_READ, q, 24), -EAGAIN);
    sim_type("x");
    assert_int_equal(CALL(1, SYS_READ, q, 24), 24);
    assert_int_equal(CALL(1, SYS_READ, 0, 9), 1);
    /* what is there already is told to whoever asks now */
    sim_type("yz");
    close_ok(1, q);
    q = open_ok(1, "event", "", RX_O_RDWR | RX_O_NONBLOCK);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &e, sizeof(e), q, sizeof(e)), sizeof(e));
    assert_int_equal(CALL(1, SYS_READ, q, 24), 24);
    assert_int_equal(CALL(1, SYS_READ, 0, 9), 2);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &e, sizeof(e), q, sizeof(e)), sizeof(e));
    assert_int_equal(CALL(1, SYS_READ, q, 24), -EAGAIN);
    close_ok(1, q);
    assert_counts();
}

/* Input comes by every stream that is the terminal, and by stdin alone where that is none. */
static void one_terminal(void **state)
{
    u64 err = open_ok(1, "debug", "stderr", RX_O_RDWR);
    u64 q = open_ok(1, "event", "", RX_O_RDWR | RX_O_NONBLOCK);
    struct rx_event e = {err, EVENT_READ, 5};

    (void)state;
    core.config.console_ttys = 1u << CONSOLE_ERR;
    sim_type("a");
    assert_int_equal(CALL(1, SYS_READ, err, 9), -EBADF);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &e, sizeof(e), q, sizeof(e)), sizeof(e));
    assert_int_equal(CALL(1, SYS_READ, q, 24), -EAGAIN);
    core.config.console_ttys |= 1u << CONSOLE_IN;
    sim_type("b");
    assert_int_equal(CALL(1, SYS_READ, q, 24), 24);
    assert_int_equal(CALL(1, SYS_READ, err, 9), 2);
    assert_int_equal(write_text(1, err, "x"), 1);
    close_ok(1, q);
    close_ok(1, err);
    core.config.console_ttys = 0;
    assert_counts();
}

static void log_file(void **state)
{
    u64 fd = open_ok(1, "debug", "", RX_O_RDWR);
    char line[600];

    (void)state;
    assert_int_equal(write_text(1, fd, "one\ntw"), 6);
    assert_non_null(strstr(text_of("sys", "log"), "one\n"));
    assert_null(strstr(text_of("sys", "log"), "tw"));
    assert_int_equal(write_text(1, fd, "o\n"), 2);
    assert_non_null(strstr(text_of("sys", "log"), "two\n"));
    memset(line, 'L', sizeof(line));
    assert_int_equal(CALL_IN(1, SYS_WRITE, line, sizeof(line), fd, sizeof(line)), sizeof(line));
    assert_int_equal(write_text(1, fd, "end"), 3);
    close_ok(1, fd); /* what is unfinished appears */
    assert_non_null(strstr(text_of("sys", "log"), "LLLend\n"));
    assert_counts();
}

static void debug_for_root_only(void **state)
{
    u32 a = spawn(1);

    (void)state;
    assert_int_equal(sim_open(a, 0, "debug", "other", RX_O_RDWR), -ENOENT);
    become(a, 1000);
    assert_int_equal(sim_open(a, 0, "debug", "", RX_O_RDWR), -EPERM);
    assert_int_equal(sim_open(a, 0, "irq", "3", RX_O_RDWR), -EACCES);
    assert_int_equal(sim_open(a, 0, "sys", "kstop", RX_O_RDWR), -EPERM);
    assert_int_equal(sim_open(a, 0, "sys", "entropy", RX_O_RDONLY), -EPERM);
    assert_int_equal(write_text(a, 1, "inherited"), 9);
    reap(a);
    assert_counts();
}

static void terminal_group(void **state)
{
    u32 a = spawn(1), group = a;
    i64 fd = CALL_IN(1, SYS_DUP_INTO, "pgrp", 4, 0, 4, 0, 0);

    (void)state;
    assert_true(fd > 0);
    assert_false(core_console_signal(RX_SIGINT)); /* before anybody has it */
    CALL(1, UMK_PROC, PROC_SETPGID, a, 0);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &group, 4, (u64)fd, 4), 4);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &group, 4, (u64)fd, 3), -EINVAL);
    group = 0;
    assert_int_equal(CALL(1, SYS_READ, (u64)fd, 4), 4);
    memcpy(&group, sim_payload(1, 0), 4);
    assert_int_equal(group, a);
    assert_int_equal(core_console_session(), process_find(a)->sid);
    assert_true(core_console_signal(RX_SIGINT));
    sim_settle();
    assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, a, 0), a);
    assert_int_equal(sim_portal(1, 0)->ret[0], RX_STATUS_SIGNALED(RX_SIGINT));
    core_console_signal(RX_SIGINT); /* nobody there */
    assert_int_equal(core_console_session(), 0);
    assert_int_equal(CALL_IN(1, SYS_DUP_INTO, "prgp", 4, 0, 4, 0, 0), -EINVAL);
    close_ok(1, (u64)fd);
    assert_counts();
}

static void terminal_settings(void **state)
{
    struct rx_winsize size;
    struct rx_termios termios = {.lflag = RX_ECHO, .cc[RX_VEOF] = 4};
    u64 tty = (u64)sim_open(1, 0, "debug", "stdin", RX_O_RDWR);
    i64 fd = CALL_IN(1, SYS_DUP_INTO, "winsize", 7, tty, 7, 0, 0);

    (void)state;
    assert_int_equal(fd, -EINVAL); /* a stream that is no terminal */
    core.config.console_ttys = 1u << CONSOLE_IN;
    fd = CALL_IN(1, SYS_DUP_INTO, "winsize", 7, tty, 7, 0, 0);
    assert_true(fd > 0);
    assert_int_equal(CALL(1, SYS_READ, (u64)fd, sizeof(size) - 1), -EINVAL);
    assert_int_equal(CALL(1, SYS_READ, (u64)fd, 100), sizeof(size));
    memcpy(&size, sim_payload(1, 0), sizeof(size));
    assert_int_equal(size.columns, 80);
    close_ok(1, (u64)fd);
    fd = CALL_IN(1, SYS_DUP_INTO, "termios", 7, tty, 7, 0, 0);
    assert_true(fd > 0);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &termios, sizeof(termios), (u64)fd, sizeof(termios)),
                     sizeof(termios));
    assert_int_equal(CALL_IN(1, SYS_WRITE, &termios, sizeof(termios), (u64)fd, 5), -EINVAL);
    memset(&termios, 0, sizeof(termios));
    assert_int_equal(CALL(1, SYS_READ, (u64)fd, sizeof(termios)), sizeof(termios));
    memcpy(&termios, sim_payload(1, 0), sizeof(termios));
    assert_int_equal(termios.lflag, RX_ECHO);
    assert_int_equal(termios.cc[RX_VEOF], 4);
    /* A handle is no stream: it gives no further handles. */
    assert_int_equal(CALL_IN(1, SYS_DUP_INTO, "winsize", 7, (u64)fd, 7, 0, 0), -EINVAL);
    close_ok(1, (u64)fd);
    close_ok(1, tty);
    core.config.console_ttys = 0;
    assert_counts();
}

/* Pipe */

static void pipe_ends(void **state)
{
    u64 r, w, root;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(CALL_IN(1, SYS_DUP_INTO, "write", 5, r, 5, 0, 0), -EBADF); /* only once */
    assert_int_equal(CALL_IN(1, SYS_DUP_INTO, "write", 5, w, 5, 0, 0), -EBADF);
    assert_int_equal(CALL_IN(1, SYS_DUP_INTO, "read", 4, r, 4, 0, 0), -EINVAL);
    close_ok(1, w);
    assert_int_equal(CALL(1, SYS_READ, r, 5), 0);
    close_ok(1, r);
    make_pipe(1, &r, &w);
    close_ok(1, r);
    assert_int_equal(write_text(1, w, "x"), -EPIPE);
    close_ok(1, w);
    root = open_ok(1, "pipe", "scheme-root", RX_O_RDWR);
    assert_int_equal(CALL(1, SYS_READ, root, 5), -EBADF);
    assert_int_equal(write_text(1, root, "x"), -EBADF);
    assert_int_equal(sim_open(1, 0, "pipe", "else", RX_O_RDWR), -ENOENT);
    close_ok(1, root);
    assert_counts();
}

static void pipe_fills_and_drains(void **state)
{
    u64 r, w, total = 0;
    i64 n, res;

    (void)state;
    make_pipe(1, &r, &w);
    CALL(1, SYS_FCNTL, w, RX_F_SETFL, RX_O_NONBLOCK);
    while ((n = CALL(1, SYS_WRITE, w, 50000)) > 0)
        total += (u64)n;
    assert_int_equal(n, -EAGAIN);
    assert_int_equal(total, 65536);
    CALL(1, SYS_FCNTL, w, RX_F_SETFL, 0);
    for (u32 i = 1; i <= 2; i++) {
        CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
        memset(sim_payload(1, i), 'a' + (int)i, 10);
        assert_int_equal(sim_call(1, i, SYS_WRITE, SIM_ARGS(w, 10)), SIM_WAITS);
    }
    assert_int_equal(CALL(1, SYS_READ, r, 15), 15);
    assert_true(sim_done(1, 1, &res) && res == 10);
    assert_true(sim_done(1, 2, &res) && res == 5);
    assert_int_equal(CALL(1, SYS_READ, r, PORTAL_PAYLOAD), 65536);
    assert_memory_equal(sim_payload(1, 0) + 65536 - 15, "bbbbbbbbbbccccc", 15);
    CALL(1, UMK_PORTAL_FREE, 1);
    CALL(1, UMK_PORTAL_FREE, 2);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* Against a model: what goes in comes out, across the ring's end. */
static void pipe_is_a_queue(void **state)
{
    u64 r, w, seed = 7, written = 0, taken = 0;

    (void)state;
    make_pipe(1, &r, &w);
    CALL(1, SYS_FCNTL, r, RX_F_SETFL, RX_O_NONBLOCK);
    CALL(1, SYS_FCNTL, w, RX_F_SETFL, RX_O_NONBLOCK);
    for (u32 i = 0; i < 400; i++) {
        u64 len;
        i64 n;

        seed = seed * 6364136223846793005ull + 1442695040888963407ull;
        len = seed >> 48;
        if (seed >> 40 & 1) {
            for (u64 k = 0; k < len; k++)
                sim_payload(1, 0)[k] = (u8)((written + k) % 251);
            n = CALL(1, SYS_WRITE, w, len);
            written += n > 0 ? (u64)n : 0;
            assert_true(n > 0 || len == 0 || written - taken == 65536);
        } else {
            n = CALL(1, SYS_READ, r, len);
            for (i64 k = 0; k < n; k++)
                assert_int_equal(sim_payload(1, 0)[k], (taken + (u64)k) % 251);
            taken += n > 0 ? (u64)n : 0;
            assert_true(n > 0 || len == 0 || written == taken);
        }
    }
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* Both ends close while somebody waits on them. */
static void pipe_closed_under_a_waiter(void **state)
{
    u64 r, w;
    i64 res;

    (void)state;
    make_pipe(1, &r, &w);
    CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
    assert_int_equal(sim_call(1, 1, SYS_READ, SIM_ARGS(r, 5)), SIM_WAITS);
    close_ok(1, r); /* the waiter holds it */
    assert_int_equal(write_text(1, w, "x"), 1);
    assert_true(sim_done(1, 1, &res) && res == 1);
    assert_int_equal(write_text(1, w, "x"), -EPIPE);
    close_ok(1, w);
    make_pipe(1, &r, &w);
    sim_call(1, 1, SYS_READ, SIM_ARGS(r, 5));
    close_ok(1, r);
    close_ok(1, w);
    assert_true(sim_done(1, 1, &res) && res == 0);
    CALL(1, UMK_PORTAL_FREE, 1);
    assert_counts();
}

static void pipe_writers_lose_their_reader(void **state)
{
    u64 r, w;
    i64 res;

    (void)state;
    make_pipe(1, &r, &w);
    assert_int_equal(CALL(1, SYS_WRITE, w, PORTAL_PAYLOAD), 65536);
    for (u32 i = 1; i <= 2; i++) {
        CALL(1, UMK_PORTAL_NEW, PORTAL_FOR_ASYNC);
        assert_int_equal(sim_call(1, i, SYS_WRITE, SIM_ARGS(w, 5)), SIM_WAITS);
    }
    close_ok(1, w);
    close_ok(1, r);
    for (u32 i = 1; i <= 2; i++) {
        assert_true(sim_done(1, i, &res));
        assert_int_equal(res, -EPIPE);
        CALL(1, UMK_PORTAL_FREE, i);
    }
    assert_counts();
}

static void pipe_without_a_buffer(void **state)
{
    u64 r, w;

    (void)state;
    make_pipe(1, &r, &w);
    core_audit_pool("pipe_buffer")->fail_in = 1;
    assert_int_equal(write_text(1, w, "x"), -ENOMEM);
    memory_reserve(core.config.memory - before.memory_used);
    assert_int_equal(write_text(1, w, "x"), -ENOMEM);
    memory_release(core.config.memory - before.memory_used);
    assert_int_equal(write_text(1, w, "x"), 1);
    close_ok(1, r);
    close_ok(1, w);
    assert_counts();
}

/* Irq */

static void interrupts(void **state)
{
    u64 fd = open_ok(1, "irq", "5", RX_O_RDWR), count;
    u64 q = open_ok(1, "event", "", RX_O_RDWR | RX_O_NONBLOCK);
    struct rx_event e = {fd, EVENT_READ, 1};

    (void)state;
    CALL_IN(1, SYS_WRITE, &e, sizeof(e), q, sizeof(e));
    assert_int_equal(CALL(1, SYS_READ, fd, 8), 0);
    core_irq(4);
    core_irq(99);
    assert_int_equal(CALL(1, SYS_READ, q, 24), -EAGAIN);
    core_irq(5);
    core_irq(5);
    assert_int_equal(CALL(1, SYS_READ, q, 24), 24);
    assert_int_equal(CALL(1, SYS_READ, fd, 7), -EINVAL);
    assert_int_equal(CALL(1, SYS_READ, fd, 8), 8);
    memcpy(&count, sim_payload(1, 0), 8);
    assert_int_equal(count, 2);
    count = 1;
    assert_int_equal(CALL_IN(1, SYS_WRITE, &count, 8, fd, 8), 0);
    count = 2;
    assert_int_equal(CALL_IN(1, SYS_WRITE, &count, 8, fd, 8), 8);
    assert_int_equal(CALL(1, SYS_READ, fd, 8), 0);
    assert_int_equal(CALL(1, SYS_FPATH, fd, 100), 13);
    assert_memory_equal(sim_payload(1, 0), "/scheme/irq/5", 13);
    close_ok(1, fd);
    close_ok(1, q);
    assert_counts();
}

static void irq_paths(void **state)
{
    static const char *const bad[] = {"16", "100", "x", "1x", "-1", "cpu-00", "05x"};
    u64 dir;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(sim_open(1, 0, "irq", bad[i], RX_O_RDWR), -ENOENT);
    assert_int_equal(sim_open(1, 0, "irq", "", RX_O_RDONLY), -EISDIR);
    dir = open_ok(1, "irq", "", RX_O_RDONLY | RX_O_DIRECTORY);
    assert_true(getdents(dir, 4096, 0) > 0);
    assert_int_equal(getdents(dir, 4096, 16), 0);
    assert_int_equal(CALL(1, SYS_READ, dir, 8), -EISDIR);
    close_ok(1, dir);
    assert_counts();
}

/* Time */

static void clock_files(void **state)
{
    static const char *const bad[] = {"", "2", "1x", "4/", "4/other", "44", "4/timer/"};
    u64 fd = open_ok(1, "time", "4/gettime", RX_O_RDWR);
    struct rx_timespec ts[2];

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        if (strcmp(bad[i], "4/"))
            assert_int_equal(sim_open(1, 0, "time", bad[i], RX_O_RDWR), -ENOENT);
    assert_int_equal(CALL(1, SYS_READ, fd, 35), 32);
    memcpy(ts, sim_payload(1, 0), sizeof(ts));
    assert_int_equal(ts[1].sec, core.machine->now() / 1000000000);
    assert_int_equal(CALL(1, SYS_READ, fd, 15), -EINVAL);
    assert_int_equal(CALL(1, SYS_WRITE, fd, 16), -EINVAL);
    close_ok(1, fd);
    fd = open_ok(1, "time", "1", RX_O_RDWR);
    assert_int_equal(CALL(1, SYS_READ, fd, 16), 16);
    memcpy(ts, sim_payload(1, 0), sizeof(ts[0]));
    assert_true(ts[0].sec >= 1700000000);
    close_ok(1, fd);
    assert_counts();
}

static void timer_files(void **state)
{
    u64 fd = open_ok(1, "time", "4/timer", RX_O_RDWR);
    u64 q = open_ok(1, "event", "", RX_O_RDWR | RX_O_NONBLOCK), now = core.machine->now();
    struct rx_event e = {fd, EVENT_READ, 1};
    struct rx_timespec at = {.sec = (i64)(now / 1000000000), .nsec = (i32)(now % 1000000000)};
    struct rx_timespec bad = {.sec = 1, .nsec = 1000000000}, past = {.sec = 0};

    (void)state;
    CALL_IN(1, SYS_WRITE, &e, sizeof(e), q, sizeof(e));
    assert_int_equal(CALL(1, SYS_READ, fd, 16), -EINVAL);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &bad, 16, fd, 16), -EINVAL);
    bad = (struct rx_timespec){.sec = -1};
    assert_int_equal(CALL_IN(1, SYS_WRITE, &bad, 16, fd, 16), -EINVAL);
    at.sec += 2;
    assert_int_equal(CALL_IN(1, SYS_WRITE, &at, 16, fd, 16), 16);
    at.sec += 2;
    assert_int_equal(CALL_IN(1, SYS_WRITE, &at, 16, fd, 16), 16);
    sim_advance(1999 * MS);
    assert_int_equal(CALL(1, SYS_READ, q, 24), -EAGAIN);
    sim_advance(2 * MS);
    assert_int_equal(CALL(1, SYS_READ, q, 24), 24);
    sim_advance(2000 * MS);
    assert_int_equal(CALL(1, SYS_READ, q, 24), 24);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &past, 16, fd, 16), 16);
    sim_advance(1);
    assert_int_equal(CALL(1, SYS_READ, q, 24), 24);
    at.sec += 1000;
    for (u32 i = 0; i < 8; i++)
        assert_int_equal(CALL_IN(1, SYS_WRITE, &at, 16, fd, 16), 16);
    assert_int_equal(CALL_IN(1, SYS_WRITE, &at, 16, fd, 16), -EAGAIN);
    close_ok(1, fd);
    assert_null(core.timers);
    close_ok(1, q);
    assert_counts();
}

/* Sys and proc */

static void sys_files(void **state)
{
    static const char *const names[] = {"block", "context", "cpu",  "env",     "iostat",
                                        "log",   "scheme",  "stat", "syscall", "uname"};
    u64 fd;

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        assert_true(strlen(text_of("sys", names[i])) > 0 || strcmp(names[i], "env") == 0 ||
                    strcmp(names[i], "log") == 0);
        fd = open_ok(1, "sys", names[i], RX_O_RDWR);
        assert_int_equal(write_text(1, fd, "x"), -EISDIR);
        assert_int_equal(CALL(1, SYS_READ2, fd, 100, 1ull << 62, UINT64_MAX), 0);
        close_ok(1, fd);
    }
    assert_memory_equal(text_of("sys", "uname"), "Redox\n", 6);
    assert_non_null(strstr(text_of("sys", "uname"), "\nsim\n"));
    assert_string_equal(text_of("sys", "exe"), "init");
    assert_non_null(strstr(text_of("sys", "context"), "init"));
    assert_int_equal(sim_open(1, 0, "sys", "nothing", RX_O_RDONLY), -ENOENT);
    assert_int_equal(sim_open(1, 0, "sys", "cpu", RX_O_RDONLY | RX_O_DIRECTORY), -ENOTDIR);
    assert_counts();
}

/* When this system was booted, not the machine that it runs on. */
static void sys_boot_time(void **state)
{
    static const char said[] = "boot_time: 1700000001\n";

    (void)state;
    assert_memory_equal(text_of("sys", "stat"), said, sizeof(said) - 1);
    sim_advance(5000000000);
    assert_memory_equal(text_of("sys", "stat"), said, sizeof(said) - 1);
}

static void sys_positions(void **state)
{
    u64 fd = open_ok(1, "sys", "uname", RX_O_RDONLY);
    i64 size = CALL(1, SYS_LSEEK, fd, 0, RX_SEEK_END);

    (void)state;
    assert_int_equal(size, strlen(text_of("sys", "uname")));
    assert_int_equal(CALL(1, SYS_READ, fd, 10), 0);
    assert_int_equal(CALL(1, SYS_LSEEK, fd, (u64)-size, RX_SEEK_CUR), 0);
    assert_int_equal(CALL(1, SYS_LSEEK, fd, (u64)-1, RX_SEEK_CUR), -EINVAL);
    assert_int_equal(CALL(1, SYS_LSEEK, fd, INT64_MAX, RX_SEEK_END), -EOVERFLOW);
    assert_int_equal(CALL(1, SYS_LSEEK, fd, 0, 3), -EINVAL);
    assert_int_equal(CALL(1, SYS_READ, fd, 3), 3);
    assert_int_equal(CALL(1, SYS_READ, fd, 3), 3);
    assert_memory_equal(sim_payload(1, 0), "ox\n", 3);
    assert_int_equal(CALL(1, SYS_READ2, fd, 2, 0, UINT64_MAX), 2);
    assert_memory_equal(sim_payload(1, 0), "Re", 2);
    assert_int_equal(CALL(1, SYS_LSEEK, fd, 0, RX_SEEK_CUR), 6);
    close_ok(1, fd);
    assert_counts();
}

static void sys_entropy(void **state)
{
    u64 fd = open_ok(1, "sys", "entropy", RX_O_RDONLY);

    (void)state;
    assert_int_equal(CALL(1, SYS_READ, fd, 32), 32);
    assert_int_equal(CALL(1, SYS_READ, fd, 7), 7);
    assert_int_equal(CALL(1, SYS_READ, fd, 4096), 32);
    assert_int_equal(CALL(1, SYS_READ2, fd, 32, 0), -ESPIPE);
    close_ok(1, fd);
    assert_counts();
}

static void sys_directory(void **state)
{
    u64 dir = open_ok(1, "sys", "/", RX_O_RDONLY | RX_O_DIRECTORY);
    struct rx_dirent d;
    u32 n = 0;

    (void)state;
    for (u64 at = 0; getdents(dir, 48, at) > 0; n++) {
        memcpy(&d, sim_payload(1, 0), sizeof(d));
        assert_true(d.next > at);
        at = d.next;
    }
    assert_int_equal(n, 14);
    assert_int_equal(getdents(dir, 20, 0), -EINVAL);
    assert_int_equal(getdents(dir, 4096, UINT64_MAX), 0);
    close_ok(1, dir);
    assert_counts();
}

static void stopping_the_system(void **state)
{
    static const char *const bad[] = {
        "", "shutdow", "shutdownx", "shutdown x", "shutdown 1x", "shutdown 99999", "halt"};
    u64 fd = open_ok(1, "sys", "kstop", RX_O_WRONLY);
    u32 status = 0;

    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
        assert_int_equal(write_text(1, fd, bad[i]), -EINVAL);
    assert_int_equal(CALL(1, SYS_WRITE, fd, 65), -EINVAL);
    assert_false(sim_stopped(&status));
    assert_int_equal(write_text(1, fd, "shutdown 42 \n"), 13);
    assert_true(sim_stopped(&status));
    assert_int_equal(status, 42);
}

static void process_table(void **state)
{
    u32 a = spawn(1);
    u64 fd = open_ok(1, "proc", "ps", RX_O_RDONLY);

    (void)state;
    assert_non_null(strstr(text_of("proc", "ps"), "init"));
    assert_non_null(strstr(text_of("proc", "ps"), "prog"));
    assert_int_equal(CALL(1, SYS_READ2, fd, 100, INT64_MAX, UINT64_MAX), 0);
    assert_int_equal(CALL(1, SYS_READ2, fd, 100, UINT64_MAX - 1, UINT64_MAX), 0);
    assert_int_equal(sim_open(1, 0, "proc", "1", RX_O_RDONLY), -ENOENT);
    close_ok(1, fd);
    reap(a);
    assert_counts();
}

/* Every file can be looked at, and says where it is. */
static void stat_and_path(void **state)
{
    static const char *const files[][2] = {{"debug", ""},  {"debug", "stdin"}, {"event", ""},
                                           {"memory", ""}, {"pipe", ""},       {"irq", "3"},
                                           {"time", "4"},  {"sys", "cpu"},     {"proc", "ps"}};

    (void)state;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        u64 fd = open_ok(1, files[i][0], files[i][1], RX_O_RDONLY);
        struct rx_stat st;

        assert_int_equal(CALL(1, SYS_FSTAT, fd), 0);
        memcpy(&st, sim_payload(1, 0), sizeof(st));
        assert_true(st.mode & MODE_TYPE);
        assert_true(st.dev > 0 && st.dev < 16);
        assert_int_equal(CALL(1, SYS_CALL, fd, sizeof(st), CALL_STD_FS | 3, STD_FSTAT, 0, 0), 0);
        assert_int_equal(CALL(1, SYS_CALL, fd, 103, CALL_STD_FS | 3, STD_FSTAT, 0, 0), -EINVAL);
        assert_true(CALL(1, SYS_FPATH, fd, 100) > 8);
        assert_memory_equal(sim_payload(1, 0), "/scheme/", 8);
        assert_int_equal(CALL(1, SYS_FPATH, fd, 3), 3);
        close_ok(1, fd);
    }
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(console_input),
        TEST(console_input_event),
        TEST(one_terminal),
        TEST(log_file),
        TEST(debug_for_root_only),
        TEST(terminal_group),
        TEST(terminal_settings),
        TEST(pipe_ends),
        TEST(pipe_fills_and_drains),
        TEST(pipe_is_a_queue),
        TEST(pipe_closed_under_a_waiter),
        TEST(pipe_writers_lose_their_reader),
        TEST(pipe_without_a_buffer),
        TEST(interrupts),
        TEST(irq_paths),
        TEST(clock_files),
        TEST(timer_files),
        TEST(sys_files),
        TEST(sys_boot_time),
        TEST(sys_positions),
        TEST(sys_entropy),
        TEST(sys_directory),
        TEST(stopping_the_system),
        TEST(process_table),
        TEST(stat_and_path),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
