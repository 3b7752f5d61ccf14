/* Pipes' rings: who gets one, what ends it, and that no byte is lost or doubled on the way. */
#include "tests/unit/core_test.h"
#include "umk/abi/pipe.h"

static u32 reader, writer;
static u64 rfd, wfd; /* the reader's, the writer's */

#define CODE_TAKE_RING (-ENOTCONN)

/* A pipe with an end in each of two processes, which nobody else holds. */
static void begin(void)
{
    u64 fds[2];
    u32 parent = spawn(1);

    make_pipe(parent, &fds[0], &fds[1]);
    reader = (u32)sim_fork(parent);
    writer = (u32)sim_fork(parent);
    reap(parent);
    rfd = fds[0];
    wfd = fds[1];
    close_ok(reader, wfd);
    close_ok(writer, rfd);
}

static void end(void)
{
    reap(reader);
    reap(writer);
    assert_counts();
}

/* Ends a child of the reader's. */
static void bury(u32 pid)
{
    sim_kill_host(pid);
    sim_settle();
    assert_int_equal(CALL(reader, UMK_PROC, PROC_WAITPID, pid, 0), pid);
}

static u64 place(u32 pid)
{
    return sim_portal(pid, 0)->ret[0];
}

static bool has_ring(u32 pid)
{
    return BINDING_CHANNEL(place(pid)) == BINDING_PIPE;
}

static struct pipe_ring *ring_of(u32 pid)
{
    u32 n = BINDING_HANDLE(place(pid)) & ~BINDING_PIPE_WRITER;

    return sim_mapped(pid, WINDOW_DEFAULT + WINDOW_PIPES + n * WINDOW_PIPE_SPAN);
}

static u8 *byte_at(struct pipe_ring *r, u32 index)
{
    return (u8 *)r + PIPE_RING_OFFSET + index % PIPE_RING_SIZE;
}

static void ring_write(struct pipe_ring *r, const char *text)
{
    for (; *text; text++, r->tail = RING_COUNT(r->tail + 1))
        *byte_at(r, r->tail) = (u8)*text;
}

static void assert_read(u32 pid, u64 fd, const char *text)
{
    assert_int_equal(CALL(pid, SYS_READ, fd, 100), strlen(text));
    assert_memory_equal(sim_payload(pid, 0), text, strlen(text));
}

/* Both have asked; the writer was first, and is told at its next write. */
static struct pipe_ring *make_ring(void)
{
    struct pipe_ring *r;

    assert_int_equal(CALL(writer, UMK_BIND, wfd), -EAGAIN);
    assert_int_equal(CALL(reader, UMK_BIND, rfd), 0);
    assert_true(has_ring(reader));
    r = ring_of(reader);
    assert_non_null(r);
    assert_int_equal(write_text(writer, wfd, "no"), CODE_TAKE_RING);
    assert_true(has_ring(writer) && (BINDING_HANDLE(place(writer)) & BINDING_PIPE_WRITER));
    assert_ptr_equal(ring_of(writer), r);
    return r;
}

static void two_get_a_ring(void **state)
{
    struct pipe_ring *r;

    (void)state;
    begin();
    assert_int_equal(write_text(writer, wfd, "before"), 6);
    r = make_ring();
    /* what was written before is there, and the indices wrap soon */
    assert_int_equal(RING_COUNT(r->tail - r->head), 6);
    assert_memory_equal(byte_at(r, r->head), "before", 6);
    assert_true(r->head > RING_COUNT(0u - 2 * PIPE_RING_SIZE));
    /* one that asks again hears the same */
    assert_int_equal(CALL(reader, UMK_BIND, rfd), 0);
    assert_ptr_equal(ring_of(reader), r);
    end();
}

static void who_waits_is_sent_on(void **state)
{
    (void)state;
    begin();
    assert_int_equal(CALL(reader, UMK_BIND, rfd), -EAGAIN);
    assert_int_equal(CALL(reader, SYS_READ, rfd, 10), SIM_WAITS);
    assert_int_equal(CALL(writer, UMK_BIND, wfd), 0);
    assert_true(has_ring(writer));
    assert_int_equal(done(reader), CODE_TAKE_RING);
    assert_true(has_ring(reader));
    end();
    /* and the other way round: the pipe is full */
    begin();
    assert_int_equal(CALL(writer, UMK_BIND, wfd), -EAGAIN);
    assert_int_equal(CALL(writer, SYS_WRITE, wfd, PORTAL_PAYLOAD), PORTAL_PAYLOAD);
    assert_int_equal(CALL(writer, SYS_WRITE, wfd, 5), SIM_WAITS);
    assert_int_equal(CALL(reader, UMK_BIND, rfd), 0);
    assert_int_equal(done(writer), CODE_TAKE_RING);
    assert_int_equal(RING_COUNT(ring_of(reader)->tail - ring_of(reader)->head), PIPE_RING_SIZE);
    end();
}

/* Everything that makes the kernel's way the right one, by one of the two or a third. */
enum ender { DUP, FORK, CLOSE, EXEC, DEATH, FLAGS, EVENTS, THREAD, KERNELS_WAY, SENT, ENDERS };

static void bring_about(enum ender what)
{
    u64 r, w, queue;
    struct rx_event ev = {.flags = EVENT_READ};

    switch (what) {
    case DUP:
        assert_true(CALL(reader, SYS_DUP_INTO, rfd, 0, 0, 0) > 0);
        break;
    case FORK:
        bury((u32)sim_fork(reader));
        break;
    case CLOSE:
        close_ok(writer, wfd);
        break;
    case EXEC: {
        struct {
            struct spawn_args args;
            struct exec_block block;
            char text[2];
        } q = {.args.sigallowed = UINT64_MAX,
               .block = {.magic = EXEC_BLOCK_MAGIC, .argc = 1, .strings_len = 2},
               .text = "x"};
        CALL_IN(writer, UMK_EXEC, &q, sizeof(q), 3, RX_ANON_FD, sizeof(q.block) + 2);
        sim_settle();
        assert_string_equal(process_find(writer)->name, "x");
        break;
    }
    case DEATH:
        sim_kill_host(writer);
        break;
    case FLAGS:
        assert_int_equal(CALL(reader, SYS_FCNTL, rfd, RX_F_SETFL, RX_O_NONBLOCK), 0);
        break;
    case EVENTS:
        queue = open_ok(reader, "event", "", RX_O_RDWR);
        ev.id = rfd;
        assert_int_equal(CALL_IN(reader, SYS_WRITE, &ev, sizeof(ev), queue, sizeof(ev)),
                         sizeof(ev));
        close_ok(reader, queue);
        break;
    case THREAD:
        assert_true(CALL(reader, UMK_PORTAL_NEW, PORTAL_FOR_THREAD) > 0);
        break;
    case KERNELS_WAY:
        assert_int_equal(write_text(writer, wfd, ""), 0);
        break;
    case SENT:
        make_pipe(reader, &r, &w);
        assert_int_equal(CALL_IN(reader, SYS_CALL, &rfd, 8, w, 8, CALL_WRITE | CALL_FD | 1, 0), 1);
        assert_int_equal(CALL_IN(reader, SYS_CALL, &rfd, 8, r, 8, CALL_READ | CALL_FD | 1, 0), 1);
        close_ok(reader, r);
        close_ok(reader, w);
        break;
    case ENDERS:
        break;
    }
}

static void what_ends_a_ring(void **state)
{
    (void)state;
    for (enum ender what = 0; what < ENDERS; what++) {
        struct pipe_ring *r;

        begin();
        r = make_ring();
        ring_write(r, "in the ring");
        r->head = RING_COUNT(r->head + 3); /* "in " was read */
        r->reader_wait = r->writer_wait = WAIT_SLEEPING;
        bring_about(what);
        assert_true(r->tail & r->head & RING_REVOKED);
        assert_int_equal(r->reader_wait | r->writer_wait, 0);
        if (what != CLOSE && what != DEATH)
            assert_int_equal(write_text(writer, wfd, ", and after"), 11);
        assert_read(reader, rfd,
                    what == CLOSE || what == DEATH ? "the ring" : "the ring, and after");
        if (what != CLOSE && what != DEATH) { /* a pipe gets one in its life */
            assert_int_equal(CALL(writer, UMK_BIND, wfd), 0);
            assert_int_equal(place(writer), BINDING_NONE);
        }
        if (what == DEATH)
            assert_int_equal(CALL(1, UMK_PROC, PROC_WAITPID, writer, 0), writer);
        else
            reap(writer);
        reap(reader);
        assert_counts();
    }
}

/* Indices that cannot be: nothing is believed, and nothing of the kernel's is touched. */
static void nonsense_in_the_ring(void **state)
{
    static const u32 bad[] = {PIPE_RING_SIZE + 1, 0x40000000, 0x7FFFFFFF};

    (void)state;
    for (u32 i = 0; i < 3; i++) {
        struct pipe_ring *r;

        begin();
        r = make_ring();
        r->tail = RING_COUNT(r->head + bad[i]);
        bring_about(DUP);
        assert_int_equal(write_text(writer, wfd, "sane"), 4);
        assert_read(reader, rfd, "sane");
        end();
    }
}

/* A process's places are finite, and each is free again when its end is closed, not before. */
static void places_run_out(void **state)
{
    u64 r[PIPE_RINGS_MAX + 1], w[PIPE_RINGS_MAX + 1];

    (void)state;
    reader = spawn(1);
    for (u32 i = 0; i <= PIPE_RINGS_MAX; i++)
        make_pipe(reader, &r[i], &w[i]);
    writer = (u32)sim_fork(reader);
    for (u32 i = 0; i <= PIPE_RINGS_MAX; i++) {
        close_ok(reader, w[i]);
        close_ok(writer, r[i]);
        assert_int_equal(CALL(writer, UMK_BIND, w[i]), -EAGAIN);
        assert_int_equal(CALL(reader, UMK_BIND, r[i]), i < PIPE_RINGS_MAX ? 0 : -EAGAIN);
    }
    close_ok(reader, r[7]);
    assert_int_equal(CALL(reader, UMK_BIND, r[PIPE_RINGS_MAX]),
                     -EAGAIN); /* the writer's are full */
    close_ok(writer, w[7]);
    assert_int_equal(CALL(reader, UMK_BIND, r[PIPE_RINGS_MAX]), 0);
    assert_int_equal(BINDING_HANDLE(place(reader)), 7);
    end();
}

static void who_gets_none(void **state)
{
    u64 r, w;

    (void)state;
    begin();
    /* not one's own pipe */
    make_pipe(reader, &r, &w);
    assert_int_equal(CALL(reader, UMK_BIND, r), -EAGAIN);
    assert_int_equal(CALL(reader, UMK_BIND, w), -EAGAIN);
    close_ok(reader, r);
    close_ok(reader, w);
    /* not with a third who holds an end */
    u32 third = (u32)sim_fork(reader);
    assert_int_equal(CALL(reader, UMK_BIND, rfd), -EAGAIN);
    assert_int_equal(CALL(writer, UMK_BIND, wfd), -EAGAIN);
    bury(third);
    /* not for who does not wait */
    assert_int_equal(CALL(reader, SYS_FCNTL, rfd, RX_F_SETFL, RX_O_NONBLOCK), 0);
    assert_int_equal(CALL(writer, UMK_BIND, wfd), 0);
    assert_int_equal(place(writer), BINDING_NONE);
    assert_int_equal(CALL(reader, SYS_FCNTL, rfd, RX_F_SETFL, 0), 0);
    /* nor when memory is short, at any step */
    for (u32 n = 1; n < 4; n++) {
        sim_fail_effect(n);
        i64 res = CALL(writer, UMK_BIND, wfd);
        sim_fail_effect(0);
        if (place(writer) != BINDING_NONE && res == 0)
            break;
        assert_int_equal(write_text(writer, wfd, "x"), 1);
        assert_read(reader, rfd, "x");
    }
    end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(two_get_a_ring),       TEST(who_waits_is_sent_on), TEST(what_ends_a_ring),
        TEST(nonsense_in_the_ring), TEST(places_run_out),       TEST(who_gets_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
