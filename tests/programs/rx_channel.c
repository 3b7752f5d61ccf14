/*
 * A scheme of our own, used hard enough that its files go over a channel: positions shared
 * between descriptors and processes, waiting and its ends (data, signal, non-blocking), events,
 * descriptors in both directions, and the server's death.
 *
 *     /scheme/rx-channel/data     64 KiB of bytes, with a position
 *     /scheme/rx-channel/queue    read waits until something was written
 *     /scheme/rx-channel/never    read waits for ever
 *     /scheme/rx-channel/box      takes a descriptor that is sent, gives it back when asked
 */
#include <signal.h>

#include "redox/scheme.h"
#include "tests/programs/rx_check.h"

#define NAME "rx-channel"
#define BASE "/scheme/" NAME
#define DATA_SIZE 65536u

enum { ROOT, DATA, QUEUE, NEVER, BOX, KINDS };

/* ---- The server ------------------------------------------------------------------------- */

static struct {
    struct scheme *scheme;
    u8 data[DATA_SIZE];
    u8 queue[256];
    size_t queued;
    u64 boxed;
} server;

static i64 server_open(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                       u32 fcntl_flags, struct open_result *out)
{
    static const char *const names[KINDS] = {"", "data", "queue", "never", "box"};
    (void)c;
    (void)dir;
    (void)flags;
    (void)fcntl_flags;
    for (u64 i = 0; i < KINDS; i++) {
        if (strlen(names[i]) != len || memcmp(names[i], path, len) != 0)
            continue;
        out->id = i;
        out->flags = i == DATA ? NEWFD_POSITIONED : 0;
        return 0;
    }
    return -ENOENT;
}

static i64 server_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)c;
    if (id == DATA) {
        size_t left = offset < DATA_SIZE ? DATA_SIZE - (size_t)offset : 0;
        len = len < left ? len : left;
        memcpy(buf, server.data + offset, len);
        return (i64)len;
    }
    if (id == NEVER || (id == QUEUE && server.queued == 0))
        return SCHEME_RETRY;
    if (id != QUEUE)
        return -EBADF;
    len = len < server.queued ? len : server.queued;
    memcpy(buf, server.queue, len);
    memmove(server.queue, server.queue + len, server.queued - len);
    server.queued -= len;
    return (i64)len;
}

static i64 server_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    (void)c;
    if (id == DATA) {
        if (offset > DATA_SIZE || len > DATA_SIZE - offset)
            return -ENOSPC;
        memcpy(server.data + offset, buf, len);
        return (i64)len;
    }
    if (id != QUEUE)
        return -EBADF;
    if (len > sizeof(server.queue) - server.queued)
        return -ENOSPC;
    memcpy(server.queue + server.queued, buf, len);
    server.queued += len;
    scheme_wake(server.scheme, QUEUE);
    scheme_post_event(server.scheme, QUEUE, EVENT_READ);
    return (i64)len;
}

static i64 server_fsize(struct scheme_ctx *c, u64 id)
{
    (void)c;
    return id == DATA ? (i64)DATA_SIZE : -ESPIPE;
}

static i64 server_fevent(struct scheme_ctx *c, u64 id, u32 mask)
{
    (void)c;
    return id == QUEUE && server.queued > 0 ? mask & EVENT_READ : 0;
}

static i64 server_take(struct scheme_ctx *c, u64 id, size_t n, u64 meta)
{
    if (id != BOX || n != 1 || meta != 7)
        return -EINVAL;
    return scheme_obtain_fds(c, &server.boxed, 1);
}

static i64 server_give(struct scheme_ctx *c, u64 id, size_t n, u64 meta)
{
    (void)meta;
    return id == BOX && n == 1 ? scheme_move_fds(c, &server.boxed, 1) : -EINVAL;
}

static _Noreturn void serve(void)
{
    static const struct scheme_ops ops = {.openat = server_open,
                                          .read = server_read,
                                          .write = server_write,
                                          .fsize = server_fsize,
                                          .fevent = server_fevent,
                                          .on_sendfd = server_take,
                                          .on_recvfd = server_give};
    for (u32 i = 0; i < DATA_SIZE; i++)
        server.data[i] = (u8)(i % 251);
    if (scheme_create(&ops, NULL, ROOT, &server.scheme) < 0 ||
        scheme_register(server.scheme, NAME) < 0)
        rx_exit(1);
    scheme_run();
}

/* ---- The client ------------------------------------------------------------------------- */

static void sleep_ms(i32 ms)
{
    rx_nanosleep(&(struct rx_timespec){.nsec = ms * 1000000}, NULL);
}

static bool wait_until_there(void)
{
    for (int i = 0; i < 200; i++) {
        i64 fd = open_path(BASE "/data", RX_O_RDONLY, 0);
        if (fd >= 0) {
            redox_close_v1((size_t)fd);
            return true;
        }
        sleep_ms(10);
    }
    return false;
}

static i64 read_byte(i64 fd)
{
    u8 byte;
    i64 r = (i64)redox_read_v1((size_t)fd, &byte, 1);
    return r == 1 ? byte : r < 0 ? r : -1000;
}

/* Every byte comes once and in order, whoever reads it and whatever way it goes. */
static void one_position(void)
{
    i64 fd = open_path(BASE "/data", RX_O_RDWR, 0);
    i64 other = (i64)redox_dup_v1((size_t)fd, NULL, 0);
    if (!GOOD(fd) || !GOOD(other))
        return;
    for (u32 i = 0; i < 40; i++)
        CHECK_EQ(read_byte(i % 3 ? fd : other), i);
    i64 pid = rx_fork();
    if (pid == 0) {
        for (u32 i = 40; i < 60; i++)
            if (read_byte(i % 2 ? fd : other) != i)
                rx_exit(1);
        rx_exit(0);
    }
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    CHECK_EQ(read_byte(fd), 60);
    CHECK_EQ(rx_lseek((u64)other, 0, RX_SEEK_CUR), 61);
    CHECK_EQ(rx_lseek((u64)fd, -1, RX_SEEK_END), DATA_SIZE - 1);
    CHECK_EQ(read_byte(other), (DATA_SIZE - 1) % 251);
    CHECK_EQ(redox_read_v1((size_t)fd, (u8 *)&pid, 1), 0);
    u8 byte;
    CHECK_EQ(rx_pread((u64)fd, &byte, 1, 300), 1);
    CHECK_EQ(byte, 300 % 251);
    CHECK_EQ(redox_close_v1((size_t)other), 0);
    CHECK_EQ(rx_lseek((u64)fd, 5, RX_SEEK_SET), 5);
    CHECK_EQ(read_byte(fd), 5);
    redox_close_v1((size_t)fd);
}

static void sizes_around_the_buffers(void)
{
    static u8 buf[DATA_SIZE + 1];
    static const u32 sizes[] = {0, 1, 4095, 4096, 4097, 65535, 65536};
    i64 fd = open_path(BASE "/data", RX_O_RDWR, 0);
    if (!GOOD(fd))
        return;
    for (u32 round = 0; round < 3; round++)
        for (u32 i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
            buf[sizes[i]] = 0xEE;
            CHECK_EQ(rx_pread((u64)fd, buf, sizes[i], 0), sizes[i]);
            for (u32 k = 0; k < sizes[i]; k += 97)
                CHECK_EQ(buf[k], k % 251);
            CHECK_EQ(buf[sizes[i]], 0xEE);
        }
    CHECK_EQ(rx_pread((u64)fd, buf, sizeof(buf), 0), DATA_SIZE);
    CHECK_EQ(rx_pwrite((u64)fd, buf, 1, DATA_SIZE), -ENOSPC);
    redox_close_v1((size_t)fd);
}

static void waiting_and_waking(void)
{
    i64 fd = open_path(BASE "/queue", RX_O_RDWR, 0);
    if (!GOOD(fd))
        return;
    for (int i = 0; i < 8; i++) {
        i64 pid = rx_fork();
        if (pid == 0) {
            sleep_ms(10);
            rx_exit(write_text(fd, "w") == 1 ? 0 : 1);
        }
        CHECK_EQ(read_byte(fd), 'w');
        CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    }
    CHECK_EQ(rx_lseek((u64)fd, 0, RX_SEEK_CUR), -ESPIPE);
    CHECK_EQ(redox_fcntl_v0((size_t)fd, RX_F_SETFL, RX_O_NONBLOCK), 0);
    for (int i = 0; i < 8; i++)
        CHECK_EQ(read_byte(fd), -EAGAIN);
    CHECK_EQ(redox_fcntl_v0((size_t)fd, RX_F_GETFL, 0) & RX_O_NONBLOCK, RX_O_NONBLOCK);
    redox_close_v1((size_t)fd);
}

static volatile int signals;

static void count_signal(int sig)
{
    (void)sig;
    signals++;
}

/* A signal ends a read that would wait for ever, over the channel as through the kernel. */
static void a_signal_ends_the_wait(void)
{
    struct sigaction act = {.sa_handler = count_signal};
    i64 fd = open_path(BASE "/never", RX_O_RDONLY, 0);
    i64 parent = (i64)redox_get_pid_v1();
    sigaction(SIGUSR1, &act, NULL);
    if (!GOOD(fd))
        return;
    for (int i = 0; i < 6; i++) {
        i64 pid = rx_fork();
        if (pid == 0) {
            sleep_ms(20);
            rx_exit(redox_kill_v1((size_t)parent, SIGUSR1) == 0 ? 0 : 1);
        }
        CHECK_EQ(read_byte(fd), -EINTR);
        u32 status;
        i64 r;
        do
            r = rx_waitpid(pid, &status, 0);
        while (r == -EINTR);
        CHECK_EQ(r, pid);
        CHECK_EQ(signals, i + 1);
    }
    redox_close_v1((size_t)fd);
}

static void events(void)
{
    struct redox_raw_event e;
    const struct redox_c_timespec none = {0, 0}, second = {1, 0};
    i64 fd = open_path(BASE "/queue", RX_O_RDWR | RX_O_NONBLOCK, 0);
    i64 queue = (i64)redox_event_queue_create_v1(0);
    if (!GOOD(fd) || !GOOD(queue))
        return;
    CHECK_EQ(redox_event_queue_ctl_v1((size_t)queue, (size_t)fd, EVENT_READ, 3), 0);
    for (int i = 0; i < 6; i++) {
        CHECK_EQ(redox_event_queue_get_events_v1((size_t)queue, &e, 1, 0, &none, NULL), 0);
        CHECK_EQ(write_text(fd, "e"), 1);
        CHECK_EQ(redox_event_queue_get_events_v1((size_t)queue, &e, 1, 0, &second, NULL), 1);
        CHECK_EQ(e.user_data, 3);
        CHECK_EQ(read_byte(fd), 'e');
    }
    redox_event_queue_destroy_v1((size_t)queue);
    redox_close_v1((size_t)fd);
}

static void descriptors_both_ways(void)
{
    int fds[2];
    u64 back = RX_FD_NONE;
    i64 box = open_path(BASE "/box", RX_O_RDWR, 0);
    if (!GOOD(box) || !GOOD(rx_pipe(fds, 0)))
        return;
    const u64 sent = (u64)fds[1];
    CHECK_EQ(rx_sendfd((u64)box, &sent, 1, 0, 7), 1);
    CHECK_EQ(write_text(fds[1], "x"), -EBADF);
    CHECK_EQ(rx_recvfd((u64)box, &back, 1, CALL_FD_UPPER, 0), 1);
    CHECK_EQ(write_text((i64)back, "back"), 4);
    CHECK_EQ(redox_close_v1(back), 0);
    u8 buf[8];
    CHECK_EQ(redox_read_v1((size_t)fds[0], buf, sizeof(buf)), 4);
    CHECK_EQ(redox_read_v1((size_t)fds[0], buf, sizeof(buf)), 0);
    redox_close_v1((size_t)fds[0]);
    redox_close_v1((size_t)box);
}

/* Who waits for a server that dies gets an error at once, and so does everybody later. */
static void the_servers_death(i64 server_pid)
{
    u8 byte;
    i64 fd = open_path(BASE "/never", RX_O_RDONLY, 0);
    i64 data = open_path(BASE "/data", RX_O_RDONLY, 0);
    if (!GOOD(fd) || !GOOD(data))
        return;
    for (int i = 0; i < 5; i++)
        CHECK_EQ(read_byte(data), i);
    i64 pid = rx_fork();
    if (pid == 0) {
        sleep_ms(30);
        rx_exit(redox_kill_v1((size_t)server_pid, RX_SIGKILL) == 0 ? 0 : 1);
    }
    i64 r = read_byte(fd);
    CHECK(r == -ENODEV || r == -EIO);
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    CHECK_EQ(wait_status(server_pid), RX_STATUS_SIGNALED(RX_SIGKILL));
    CHECK_EQ(read_byte(data), -ENODEV);
    CHECK_EQ(rx_pread((u64)data, &byte, 1, 0), -ENODEV);
    CHECK_EQ(rx_lseek((u64)data, 0, RX_SEEK_SET), -ENODEV);
    CHECK_EQ(open_path(BASE "/data", RX_O_RDONLY, 0), -ENODEV);
    CHECK_EQ(redox_close_v1((size_t)data), 0);
    CHECK_EQ(redox_close_v1((size_t)fd), 0);
    CHECK_EQ(unlink_path(BASE, 0), 0);
}

int main(void)
{
    i64 pid = rx_fork();
    if (pid == 0)
        serve();
    if (!GOOD(pid) || !wait_until_there()) {
        check_report(__FILE__, __LINE__, "the server does not come up");
        return check_status();
    }
    one_position();
    sizes_around_the_buffers();
    waiting_and_waking();
    a_signal_ends_the_wait();
    events();
    descriptors_both_ways();
    the_servers_death(pid);
    return check_status();
}
