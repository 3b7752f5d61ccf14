/*
 * Event queues, the time scheme, clocks and futexes by libredox's own functions.
 */
#include "tests/programs/rx_check.h"

#define MS 1000000

static i64 now_ms(void)
{
    struct redox_c_timespec t;
    CHECK_EQ(redox_clock_gettime_v1(RX_CLOCK_MONOTONIC, &t), 0);
    return t.sec * 1000 + t.nsec / MS;
}

/* One event within ms milliseconds: 1, 0 or an error. */
static i64 next_event(i64 queue, struct redox_raw_event *e, i64 ms)
{
    const struct redox_c_timespec timeout = {.sec = ms / 1000, .nsec = ms % 1000 * MS};
    return (i64)redox_event_queue_get_events_v1((size_t)queue, e, 1, 0, &timeout, NULL);
}

static void a_pipe_in_a_queue(void)
{
    int fds[2];
    struct redox_raw_event e;
    i64 queue = (i64)redox_event_queue_create_v1(0);
    if (!GOOD(queue) || !GOOD(rx_pipe(fds, 0)))
        return;
    CHECK_EQ(redox_fcntl_v0((size_t)queue, RX_F_GETFD, 0), RX_FD_CLOEXEC);
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)queue, (size_t)fds[0], EVENT_READ, 1234), 0);
    CHECK_EQ(next_event(queue, &e, 0), 0);
    i64 before = now_ms();
    CHECK_EQ(next_event(queue, &e, 50), 0);
    CHECK(now_ms() - before >= 50 && now_ms() - before < 1000);
    CHECK_EQ(write_text(fds[1], "x"), 1);
    CHECK_EQ(next_event(queue, &e, 1000), 1);
    CHECK_EQ(e.fd, fds[0]);
    CHECK_EQ(e.user_data, 1234);
    CHECK_EQ(e.flags, EVENT_READ);
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)queue, (size_t)fds[0], 0, 0), 0);
    CHECK_EQ(write_text(fds[1], "x"), 1);
    CHECK_EQ(next_event(queue, &e, 20), 0);
    CHECK_EQ((i64)redox_event_queue_ctl_v1((size_t)queue, 999, EVENT_READ, 0), -EBADF);
    CHECK_EQ((i64)redox_event_queue_ctl_v1((size_t)queue, (size_t)queue, EVENT_READ, 0), -EBADF);
    CHECK_EQ((i64)redox_event_queue_get_events_v1((size_t)queue, &e, 0, 0, NULL, NULL), -EINVAL);
    CHECK_EQ((i64)redox_event_queue_create_v1(1), -EINVAL);
    redox_close_v1((size_t)fds[0]);
    redox_close_v1((size_t)fds[1]);
    CHECK_EQ(redox_event_queue_destroy_v1((size_t)queue), 0);
}

/* What is ready at registration is told at once; a child's write wakes a waiting parent. */
static void ready_and_waiting(void)
{
    int fds[2];
    struct redox_raw_event e;
    i64 queue = (i64)redox_event_queue_create_v1(0);
    if (!GOOD(queue) || !GOOD(rx_pipe(fds, 0)))
        return;
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)queue, (size_t)fds[1], EVENT_WRITE, 7), 0);
    CHECK_EQ(next_event(queue, &e, 1000), 1);
    CHECK_EQ(e.user_data, 7);
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)queue, (size_t)fds[1], 0, 0), 0);
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)queue, (size_t)fds[0], EVENT_READ, 8), 0);
    i64 pid = rx_fork();
    if (pid == 0) {
        rx_nanosleep(&(struct rx_timespec){.nsec = 30 * MS}, NULL);
        rx_exit(write_text(fds[1], "x") == 1 ? 0 : 1);
    }
    CHECK_EQ(redox_event_queue_get_events_v1((size_t)queue, &e, 1, 0, NULL, NULL), 1);
    CHECK_EQ(e.user_data, 8);
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    redox_close_v1((size_t)fds[0]);
    redox_close_v1((size_t)fds[1]);
    redox_event_queue_destroy_v1((size_t)queue);
}

/* Queues nest: an inner queue with something in it makes the outer one ready. */
static void a_queue_in_a_queue(void)
{
    int fds[2];
    struct redox_raw_event e;
    i64 outer = (i64)redox_event_queue_create_v1(0), inner = (i64)redox_event_queue_create_v1(0);
    if (!GOOD(outer) || !GOOD(inner) || !GOOD(rx_pipe(fds, 0)))
        return;
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)outer, (size_t)inner, EVENT_READ, 1), 0);
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)inner, (size_t)fds[0], EVENT_READ, 2), 0);
    CHECK_EQ(next_event(outer, &e, 0), 0);
    CHECK_EQ(write_text(fds[1], "x"), 1);
    CHECK_EQ(next_event(outer, &e, 1000), 1);
    CHECK_EQ(e.user_data, 1);
    CHECK_EQ(next_event(inner, &e, 1000), 1);
    CHECK_EQ(e.user_data, 2);
    redox_close_v1((size_t)fds[0]);
    redox_close_v1((size_t)fds[1]);
    redox_event_queue_destroy_v1((size_t)inner);
    redox_event_queue_destroy_v1((size_t)outer);
}

static void the_time_scheme(void)
{
    struct rx_timespec t = {0}, direct;
    struct redox_raw_event e;
    i64 fd = open_path("/scheme/time/4", RX_O_RDWR, 0);
    i64 queue = (i64)redox_event_queue_create_v1(0);
    if (!GOOD(fd) || !GOOD(queue))
        return;
    CHECK_EQ(redox_read_v1((size_t)fd, (u8 *)&t, sizeof(t)), sizeof(t));
    CHECK_EQ(rx_clock(RX_CLOCK_MONOTONIC, &direct), 0);
    CHECK(direct.sec - t.sec <= 1 && direct.sec >= t.sec);
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)queue, (size_t)fd, EVENT_READ, 5), 0);
    CHECK_EQ(next_event(queue, &e, 0), 0);
    i64 before = now_ms();
    t = direct;
    t.nsec += 40 * MS;
    if (t.nsec >= 1000 * MS) {
        t.nsec -= 1000 * MS;
        t.sec++;
    }
    CHECK_EQ(redox_write_v1((size_t)fd, (const u8 *)&t, sizeof(t)), sizeof(t));
    CHECK_EQ(next_event(queue, &e, 2000), 1);
    CHECK_EQ(e.user_data, 5);
    CHECK(now_ms() - before < 1000);
    redox_close_v1((size_t)fd);
    redox_event_queue_destroy_v1((size_t)queue);
    fd = open_path("/scheme/time/1/getres", RX_O_RDONLY, 0);
    CHECK_EQ(redox_read_v1((size_t)fd, (u8 *)&t, sizeof(t)), sizeof(t));
    CHECK(t.sec == 0 && t.nsec > 0);
    redox_close_v1((size_t)fd);
    CHECK_EQ(open_path("/scheme/time/9", RX_O_RDONLY, 0), -ENOENT);
    CHECK_EQ(open_path("/scheme/time/4/none", RX_O_RDONLY, 0), -ENOENT);
}

static void clocks_and_sleep(void)
{
    struct redox_c_timespec t;
    CHECK_EQ(redox_clock_gettime_v1(RX_CLOCK_REALTIME, &t), 0);
    CHECK(t.sec > 1600000000 && t.nsec < 1000 * MS);
    CHECK_EQ((i64)redox_clock_gettime_v1(99, &t), -EINVAL);
    i64 before = now_ms();
    CHECK_EQ(rx_nanosleep(&(struct rx_timespec){.nsec = 30 * MS}, NULL), 0);
    CHECK(now_ms() - before >= 30);
    CHECK_EQ(rx_nanosleep(&(struct rx_timespec){.nsec = 1000 * MS}, NULL), -EINVAL);
    CHECK_EQ(rx_nanosleep(&(struct rx_timespec){.sec = -1}, NULL), -EINVAL);
    CHECK_EQ(rx_yield(), 0);
}

static void futexes(void)
{
    static u32 word = 5;
    struct redox_c_timespec deadline;
    CHECK_EQ((i64)redox_futex_wait_v0(&word, 4, NULL), -EAGAIN);
    CHECK_EQ(redox_futex_wake_v0(&word, 1), 0);
    redox_clock_gettime_v1(RX_CLOCK_MONOTONIC, &deadline);
    i64 before = now_ms();
    deadline.sec++;
    CHECK_EQ((i64)redox_futex_wait_v0(&word, 5, &deadline), -ETIMEDOUT);
    CHECK(now_ms() - before >= 990);
    CHECK_EQ((i64)redox_futex_wait_v0((u32 *)(void *)((u8 *)&word + 1), 5, NULL), -EINVAL);
}

int main(void)
{
    a_pipe_in_a_queue();
    ready_and_waiting();
    a_queue_in_a_queue();
    the_time_scheme();
    clocks_and_sleep();
    futexes();
    return check_status();
}
