/*
 * Pipes between two processes, whose bytes go past the kernel: all of them come, in order and once,
 * whatever sizes they are written and read in, and whatever ends the ring on the way - a fork, a
 * signal, an end that closes, a wish for events.
 */
#include "tests/programs/rx_check.h"
#include "umk/abi/channel.h"
#include "umk/abi/pipe.h"

#define TOTAL 3000000u

static u8 block[100000];

static u8 byte_of(u32 at)
{
    return (u8)(at * 31 + at / 251 + at / 65537);
}

static u32 next_random(u32 *x)
{
    *x = *x * 1664525u + 1013904223u;
    return *x >> 8;
}

/* Mostly small, some larger than a pipe. */
static u32 some_size(u32 *seed, u32 most)
{
    u32 r = next_random(seed), size = 1 + (r & 7 ? r % 5000 : r % (u32)sizeof(block));

    return size < most ? size : most;
}

static bool write_stream(u64 fd, u32 from, u32 to, u32 seed)
{
    for (u32 at = from; at < to;) {
        u32 n = some_size(&seed, to - at);
        for (u32 i = 0; i < n; i++)
            block[i] = byte_of(at + i);
        if ((i64)redox_write_v1(fd, block, n) != n)
            return false;
        at += n;
    }
    return true;
}

/* Reads from `from` up to `to` or the end; where it stopped, or all-ones after a wrong byte. */
static u32 read_stream(u64 fd, u32 from, u32 to, u32 seed)
{
    u32 at = from;
    while (at < to) {
        i64 n = (i64)redox_read_v1(fd, block, some_size(&seed, to - at));
        if (n == 0)
            break;
        for (i64 i = 0; i < n; i++)
            if (block[i] != byte_of(at + (u32)i))
                return UINT32_MAX;
        if (n < 0)
            return UINT32_MAX;
        at += (u32)n;
    }
    return at;
}

static bool has_ring(u64 fd)
{
    u64 ret[4] = {0};
    i64 r = rx_call(UMK_BIND, (const u64[6]){fd}, NULL, 0, NULL, 0, ret);
    return r == 0 && BINDING_CHANNEL(ret[0]) == BINDING_PIPE;
}

/* Starts a child that writes; the reading end. */
static i64 writing_child(u32 total, u32 seed, i64 *pid)
{
    int fds[2];
    if (!GOOD(rx_pipe(fds, 0)))
        return -1;
    *pid = rx_fork();
    if (*pid == 0) {
        redox_close_v1((size_t)fds[0]);
        rx_exit(write_stream((u64)fds[1], 0, total, seed) ? 0 : 1);
    }
    redox_close_v1((size_t)fds[1]);
    return fds[0];
}

static void streams(void)
{
    for (u32 seed = 1; seed <= 4; seed++) {
        i64 pid, fd = writing_child(TOTAL, seed, &pid);
        CHECK_EQ(read_stream((u64)fd, 0, UINT32_MAX, seed * 77), TOTAL);
        CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
        redox_close_v1((size_t)fd);
    }
}

/* Where the kernel divides the processors (umk run --cpus N) there are none. */
static bool rings_exist(void)
{
    u64 ret[4] = {0};
    int fds[2];
    if (!GOOD(rx_pipe(fds, 0)))
        return false;
    i64 r = rx_call(UMK_BIND, (const u64[6]){(u64)fds[0]}, NULL, 0, NULL, 0, ret);
    redox_close_v1((size_t)fds[0]);
    redox_close_v1((size_t)fds[1]);
    return r == -EAGAIN;
}

/* By then it is a ring: the binding says so. */
static void it_is_a_ring(void)
{
    i64 pid, fd = writing_child(TOTAL, 9, &pid);
    u32 at = 0;
    bool ring = false;
    for (u32 i = 0; i < 200 && !ring; i++) {
        at = read_stream((u64)fd, at, at + 10000, i);
        ring = has_ring((u64)fd);
    }
    CHECK(ring);
    CHECK_EQ(read_stream((u64)fd, at, UINT32_MAX, 5), TOTAL);
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    redox_close_v1((size_t)fd);
}

/* Whoever holds the end last reads the rest, from the byte where the other one stopped. */
static void handed_on_in_the_middle(void)
{
    for (u32 seed = 1; seed <= 8; seed++) {
        i64 pid, fd = writing_child(TOTAL, seed, &pid);
        u32 at = read_stream((u64)fd, 0, 100000 * seed + seed, seed);
        i64 second = rx_fork();
        if (second == 0)
            rx_exit(read_stream((u64)fd, at, UINT32_MAX, seed) == TOTAL ? 0 : 1);
        redox_close_v1((size_t)fd);
        CHECK_EQ(wait_status(second), RX_STATUS_EXITED(0));
        CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    }
}

static void copied_in_the_middle(void)
{
    i64 pid, fd = writing_child(TOTAL, 3, &pid);
    u32 at = read_stream((u64)fd, 0, 500000, 4);
    i64 copy = (i64)redox_dup_v1((size_t)fd, NULL, 0);
    for (u32 i = 0; at < TOTAL && i < 1000; i++)
        at = read_stream((u64)(i % 2 ? fd : copy), at, at + 7000, i);
    CHECK_EQ(at, TOTAL);
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    redox_close_v1((size_t)fd);
    redox_close_v1((size_t)copy);
}

/* The reader goes while the writer is in the middle, asleep or not: EPIPE, not a hang. */
static void reader_goes(void)
{
    for (u32 seed = 1; seed <= 8; seed++) {
        i64 pid, fd = writing_child(TOTAL, seed, &pid);
        CHECK_EQ(read_stream((u64)fd, 0, 200000, seed), 200000);
        if (seed % 2) {
            const struct rx_timespec ms = {.nsec = 20000000};
            rx_nanosleep(&ms, NULL);
        }
        redox_close_v1((size_t)fd);
        CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(1));
    }
}

int main(void)
{
    streams();
    if (rings_exist())
        it_is_a_ring();
    handed_on_in_the_middle();
    copied_in_the_middle();
    reader_goes();
    return check_status();
}
