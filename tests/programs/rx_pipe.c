/*
 * Pipes by libredox's own functions: bytes, ends that go, full and empty, and the
 * passing of descriptors through them.
 */
#include "tests/programs/rx_check.h"

static u8 block[70000];

static void close_both(const int fds[2])
{
    CHECK_EQ(redox_close_v1((size_t)fds[0]), 0);
    CHECK_EQ(redox_close_v1((size_t)fds[1]), 0);
}

static void bytes(void)
{
    int fds[2];
    u8 buf[16];
    struct redox_c_stat st;
    if (!GOOD(rx_pipe(fds, RX_O_CLOEXEC)))
        return;
    CHECK_EQ(redox_fcntl_v0((size_t)fds[1], RX_F_GETFD, 0), RX_FD_CLOEXEC);
    CHECK_EQ(write_text(fds[1], "ping"), 4);
    CHECK_EQ(redox_read_v1((size_t)fds[0], buf, sizeof(buf)), 4);
    CHECK(memcmp(buf, "ping", 4) == 0);
    CHECK_EQ(write_text(fds[0], "x"), -EBADF);
    CHECK_EQ((i64)redox_read_v1((size_t)fds[1], buf, 1), -EBADF);
    CHECK_EQ(redox_fstat_v1((size_t)fds[0], &st), 0);
    CHECK_EQ(st.mode & MODE_TYPE, MODE_FIFO);
    CHECK_EQ(rx_lseek((u64)fds[0], 0, RX_SEEK_SET), -ESPIPE);
    CHECK_EQ(dup_text(fds[0], "write"), -EBADF);
    close_both(fds);
}

static void ends_that_go(void)
{
    int fds[2];
    u8 buf[4];
    if (!GOOD(rx_pipe(fds, 0)))
        return;
    CHECK_EQ(write_text(fds[1], "ab"), 2);
    CHECK_EQ(redox_close_v1((size_t)fds[1]), 0);
    CHECK_EQ(redox_read_v1((size_t)fds[0], buf, sizeof(buf)), 2);
    CHECK_EQ(redox_read_v1((size_t)fds[0], buf, sizeof(buf)), 0);
    CHECK_EQ(redox_close_v1((size_t)fds[0]), 0);
    if (!GOOD(rx_pipe(fds, 0)))
        return;
    CHECK_EQ(redox_close_v1((size_t)fds[0]), 0);
    CHECK_EQ(write_text(fds[1], "x"), -EPIPE);
    CHECK_EQ(redox_close_v1((size_t)fds[1]), 0);
}

static void full_and_empty(void)
{
    int fds[2];
    size_t total = 0, got = 0;
    i64 n;
    if (!GOOD(rx_pipe(fds, RX_O_NONBLOCK)))
        return;
    CHECK_EQ((i64)redox_read_v1((size_t)fds[0], block, 1), -EAGAIN);
    while ((n = (i64)redox_write_v1((size_t)fds[1], block, sizeof(block))) > 0)
        total += (size_t)n;
    CHECK_EQ(n, -EAGAIN);
    CHECK_EQ(total, 65536);
    while ((n = (i64)redox_read_v1((size_t)fds[0], block, sizeof(block))) > 0)
        got += (size_t)n;
    CHECK_EQ(n, -EAGAIN);
    CHECK_EQ(got, total);
    close_both(fds);
}

/* More than a pipe holds, through a blocking one, to a child that counts. */
static void more_than_fits(void)
{
    int fds[2];
    if (!GOOD(rx_pipe(fds, 0)))
        return;
    i64 pid = rx_fork();
    if (pid == 0) {
        size_t got = 0;
        i64 n;
        redox_close_v1((size_t)fds[1]);
        while ((n = (i64)redox_read_v1((size_t)fds[0], block, 1000)) > 0)
            got += (size_t)n;
        rx_exit(got == 4 * sizeof(block) ? 0 : 1);
    }
    if (!GOOD(pid))
        return;
    redox_close_v1((size_t)fds[0]);
    for (int i = 0; i < 4; i++)
        CHECK_EQ(redox_write_v1((size_t)fds[1], block, sizeof(block)), sizeof(block));
    redox_close_v1((size_t)fds[1]);
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
}

static void passing_descriptors(void)
{
    int fds[2], inner[2];
    u8 buf[8];
    u64 got[1] = {RX_FD_NONE};
    if (!GOOD(rx_pipe(fds, 0)) || !GOOD(rx_pipe(inner, 0)))
        return;
    const u64 moved = (u64)inner[1], cloned = (u64)inner[0];
    CHECK_EQ(rx_sendfd((u64)fds[1], &moved, 1, 0, 0), 1);
    CHECK_EQ(write_text(inner[1], "x"), -EBADF);
    CHECK_EQ(rx_recvfd((u64)fds[0], got, 1, CALL_FD_UPPER | CALL_FD_CLOEXEC, 0), 1);
    CHECK(got[0] & RX_FD_UPPER);
    CHECK_EQ(write_text((i64)got[0], "over"), 4);
    CHECK_EQ(redox_read_v1((size_t)inner[0], buf, sizeof(buf)), 4);
    CHECK_EQ(redox_fcntl_v0(got[0], RX_F_GETFD, 0), RX_FD_CLOEXEC);
    CHECK_EQ(redox_close_v1(got[0]), 0);
    CHECK_EQ(rx_sendfd((u64)fds[1], &cloned, 1, CALL_FD_CLONE, 0), 1);
    CHECK_EQ(redox_read_v1((size_t)inner[0], buf, sizeof(buf)), 0);
    got[0] = 33 | RX_FD_UPPER;
    CHECK_EQ(rx_recvfd((u64)fds[0], got, 1, CALL_FD_UPPER, 0), 1);
    CHECK_EQ(got[0], 33 | RX_FD_UPPER);
    CHECK_EQ(redox_close_v1(33 | RX_FD_UPPER), 0);
    const u64 closed = 999, twice[2] = {cloned, cloned};
    CHECK_EQ(rx_sendfd((u64)fds[1], &closed, 1, 0, 0), -EBADF);
    CHECK_EQ(rx_sendfd((u64)fds[1], twice, 2, 0, 0), -EBADF);
    CHECK_EQ(rx_sendfd((u64)fds[1], &cloned, 1, CALL_FD_CLONE | CALL_FD_EXCLUSIVE, 0), -EBUSY);
    CHECK_EQ(rx_sendfd((u64)fds[0], &cloned, 1, CALL_FD_CLONE, 0), -EBADF);
    redox_close_v1((size_t)inner[0]);
    close_both(fds);
}

int main(void)
{
    bytes();
    ends_that_go();
    full_and_empty();
    more_than_fits();
    passing_descriptors();
    return check_status();
}
