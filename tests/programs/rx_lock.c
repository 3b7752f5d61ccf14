/*
 * Record locks inside the system: between processes, between open files, over the kernel's way and
 * beside a channel; and how they end: unlocked, closed, with their process.
 */
#include "tests/programs/rx_check.h"

#define PATH "/tmp/rx-lock"
#define FLAG (1ull << 63)

static i64 lock_call(i64 fd, u64 kind, u64 start, u64 len)
{
    const u64 meta[3] = {kind, start, len};
    return (i64)redox_sys_call_v0((size_t)fd, NULL, 0, CALL_STD_FS, meta, 3);
}

/* The pid in the way of a lock, or -ESRCH. */
static i64 holder(i64 fd, u64 start, u64 len)
{
    const u64 meta[3] = {STD_GETLOCK, 0, 0};
    u64 range[2] = {start, len};
    return (i64)redox_sys_call_v0((size_t)fd, (u8 *)range, sizeof(range),
                                  CALL_STD_FS | CALL_READ | CALL_WRITE, meta, 3);
}

/* What a child gets for a lock, as its exit status. */
static i64 childs_lock(i64 fd, u64 start, u64 len)
{
    i64 pid = rx_fork();
    if (pid == 0)
        rx_exit((u32)-lock_call(fd, STD_LOCK, start, len));
    i64 status = wait_status(pid);
    return (status & 0x7F) == 0 ? -(status >> 8) : -1000;
}

static void use_until_it_has_a_channel(i64 fd)
{
    u8 byte = 0;
    for (int i = 0; i < 8; i++)
        CHECK_EQ(rx_pwrite((u64)fd, &byte, 1, 0), 1);
}

static void between_processes(void)
{
    i64 fd = open_path(PATH, RX_O_RDWR | RX_O_CREAT, 0644);
    if (!GOOD(fd))
        return;
    for (int round = 0; round < 2; round++) {
        CHECK_EQ(lock_call(fd, STD_LOCK, 0, 10 | FLAG), 0);
        CHECK_EQ(childs_lock(fd, 5, 1), -EAGAIN);
        CHECK_EQ(childs_lock(fd, 10, 0 | FLAG), 0);
        /* the child is gone, and its lock with it */
        CHECK_EQ(lock_call(fd, STD_LOCK, 10, 0 | FLAG), 0);
        i64 me = (i64)redox_get_pid_v1(), pid = rx_fork();
        if (pid == 0)
            rx_exit(holder(fd, 3, 1) == me && holder(fd, 3, FLAG | 1) == me ? 0 : 1);
        CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
        CHECK_EQ(lock_call(fd, STD_UNLOCK, 0, 0), 0);
        CHECK_EQ(childs_lock(fd, 0, 0 | FLAG), 0);
        CHECK_EQ(holder(fd, 0, FLAG), -ESRCH);
        use_until_it_has_a_channel(fd);
    }
    redox_close_v1((size_t)fd);
}

/* Closing any descriptor of the file ends a process's locks, as POSIX has it. */
static void closing_ends_them(void)
{
    i64 fd = open_path(PATH, RX_O_RDWR, 0);
    i64 copy = (i64)redox_dup_v1((size_t)fd, NULL, 0);
    if (!GOOD(fd) || !GOOD(copy))
        return;
    CHECK_EQ(lock_call(fd, STD_LOCK, 0, FLAG), 0);
    struct rx_stat st;
    CHECK_EQ(rx_fstat((u64)fd, &st), 0);
    CHECK_EQ(childs_lock(fd, 0, 0), -EAGAIN);
    CHECK_EQ(redox_close_v1((size_t)copy), 0);
    CHECK_EQ(childs_lock(fd, 0, 0), 0);
    redox_close_v1((size_t)fd);
}

static void between_open_files(void)
{
    i64 a = open_path(PATH, RX_O_RDWR, 0), b = open_path(PATH, RX_O_RDWR, 0);
    i64 copy = (i64)redox_dup_v1((size_t)a, NULL, 0);
    if (!GOOD(a) || !GOOD(b) || !GOOD(copy))
        return;
    CHECK_EQ(lock_call(a, STD_LOCK, FLAG, FLAG), 0);
    CHECK_EQ(lock_call(b, STD_LOCK, FLAG, 0), -EAGAIN);
    CHECK_EQ(holder(b, FLAG, 0), 0);
    CHECK_EQ(childs_lock(copy, FLAG, FLAG), 0);
    CHECK_EQ(redox_close_v1((size_t)a), 0);
    CHECK_EQ(lock_call(b, STD_LOCK, FLAG, 0), -EAGAIN);
    CHECK_EQ(redox_close_v1((size_t)copy), 0);
    CHECK_EQ(lock_call(b, STD_LOCK, FLAG, FLAG), 0);
    redox_close_v1((size_t)b);
    b = open_path(PATH, RX_O_RDWR, 0);
    CHECK_EQ(lock_call(b, STD_LOCK, FLAG, FLAG), 0);
    redox_close_v1((size_t)b);
}

/* over_channel: its lock is not the first, and set without the kernel. */
static void a_killed_process_lets_go(bool over_channel)
{
    i64 fd = open_path(PATH, RX_O_RDWR, 0);
    if (!GOOD(fd))
        return;
    i64 pid = rx_fork();
    if (pid == 0) {
        if (over_channel) {
            use_until_it_has_a_channel(fd);
            lock_call(fd, STD_LOCK, 5, 1);
            lock_call(fd, STD_UNLOCK, 5, 1);
        }
        lock_call(fd, STD_LOCK, 0, FLAG);
        for (;;)
            rx_nanosleep(&(struct rx_timespec){.sec = 1}, NULL);
    }
    i64 r = 0;
    for (int i = 0; i < 200 && (r = holder(fd, 6, FLAG)) == -ESRCH; i++)
        rx_nanosleep(&(struct rx_timespec){.nsec = 5000000}, NULL);
    CHECK_EQ(r, pid);
    CHECK_EQ(lock_call(fd, STD_LOCK, 0, FLAG), -EAGAIN);
    CHECK_EQ(redox_kill_v1((size_t)pid, RX_SIGKILL), 0);
    CHECK_EQ(wait_status(pid), RX_STATUS_SIGNALED(RX_SIGKILL));
    CHECK_EQ(lock_call(fd, STD_LOCK, 0, FLAG), 0);
    redox_close_v1((size_t)fd);
}

int main(void)
{
    between_processes();
    closing_ends_them();
    between_open_files();
    a_killed_process_lets_go(false);
    a_killed_process_lets_go(true);
    unlink_path(PATH, 0);
    return check_status();
}
