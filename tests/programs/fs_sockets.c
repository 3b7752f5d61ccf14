/*
 * fs_sockets DIR: names of Unix sockets in a new directory in DIR, with a scheme of our own that
 * knows sockets, tokens and nothing else.
 * fs_sockets bind DIR NAME: makes a name there, and ends.
 * fs_sockets refused PATH: that nobody listens behind a name.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "redox/scheme.h"
#include "tests/programs/rx_check.h"
#include "umk/abi/sockets.h"

#define SCHEME "fs-sockets"
#define SOCKETS 32u
#define TOKEN(id) (0x1122334455660000u + (id))
#define VERB_COUNT 1000u /* on any socket: how many there are */
#define VERB_STUCK 1001u /* on a socket: it gives no token from now on */

/* ---- The server of sockets ---------------------------------------------------------------- */

static struct {
    bool used, stuck;
    char path[256];
    size_t len;
} sockets[SOCKETS]; /* by id, from 1 */

static i64 server_open(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                       u32 fcntl_flags, struct open_result *out)
{
    (void)c, (void)dir, (void)path, (void)fcntl_flags;
    if (len || !(flags & RX_O_CREAT))
        return -EINVAL;
    for (u64 id = 1; id < SOCKETS; id++) {
        if (sockets[id].used)
            continue;
        memset(&sockets[id], 0, sizeof(sockets[id]));
        sockets[id].used = true;
        out->id = id;
        return 0;
    }
    return -ENFILE;
}

static i64 server_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    (void)c;
    int n = snprintf(buf, len, "/scheme/" SCHEME "/%.*s", (int)sockets[id].len, sockets[id].path);
    return (size_t)n < len ? n : -ERANGE;
}

static i64 server_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c, (void)id;
    *st = (struct rx_stat){.mode = MODE_SOCK | 0777, .nlink = 1};
    return 0;
}

static i64 server_call(struct scheme_ctx *c, u64 id, void *payload, size_t len, const u64 meta[3])
{
    u64 value = TOKEN(id);
    i64 n = 0;

    (void)c;
    switch (meta[0]) {
    case SOCKET_BIND:
        if (len > sizeof(sockets[id].path))
            return -ENAMETOOLONG;
        memcpy(sockets[id].path, payload, len);
        sockets[id].len = len;
        return 0;
    case SOCKET_GET_TOKEN:
        if (sockets[id].stuck)
            return SCHEME_RETRY;
        if (len < sizeof(value))
            return -ENOBUFS;
        memcpy(payload, &value, sizeof(value));
        return 0;
    case VERB_STUCK:
        sockets[id].stuck = true;
        return 0;
    case VERB_COUNT:
        for (u64 i = 1; i < SOCKETS; i++)
            n += sockets[i].used;
        return n;
    default:
        return -EINVAL;
    }
}

static void server_close(struct scheme *s, u64 id)
{
    (void)s;
    sockets[id].used = false;
}

static _Noreturn void serve(void)
{
    static const struct scheme_ops ops = {.openat = server_open,
                                          .fpath = server_fpath,
                                          .fstat = server_fstat,
                                          .call = server_call,
                                          .on_close = server_close};
    struct scheme *scheme;
    if (scheme_create(&ops, NULL, 0, &scheme) < 0 || scheme_register(scheme, SCHEME) < 0)
        rx_exit(1);
    scheme_run();
}

static i64 start_server(void)
{
    i64 pid = rx_fork();
    if (pid == 0)
        serve();
    for (int i = 0; i < 200; i++) {
        i64 fd = open_path("/scheme/" SCHEME, RX_O_CREAT | RX_O_CLOEXEC, 0);
        if (fd >= 0) {
            redox_close_v1((size_t)fd);
            return pid;
        }
        rx_nanosleep(&(struct rx_timespec){.nsec = 10000000}, NULL);
    }
    printf("the server of sockets does not come up\n");
    exit(1);
}

/* ---- The clients -------------------------------------------------------------------------- */

static char dir_path[128];
static i64 dir;

static const char *path_of(const char *name)
{
    static char text[256];
    snprintf(text, sizeof(text), "%s/%s", dir_path, name);
    return text;
}

static i64 verb(i64 fd, u64 which, void *payload, size_t len, u32 direction)
{
    return (i64)redox_sys_call_v0((size_t)fd, payload, len, direction, &which, 1);
}

/* A socket that has been told its path, DIR/name. */
static i64 new_socket(const char *name)
{
    i64 fd = open_path("/scheme/" SCHEME, RX_O_CREAT | RX_O_RDWR | RX_O_CLOEXEC, 0);
    char path[256];
    if (GOOD(fd)) {
        int n = snprintf(path, sizeof(path), "%s/%s", dir_path + 1, name);
        CHECK_EQ(verb(fd, SOCKET_BIND, path, (size_t)n, CALL_WRITE), 0);
    }
    return fd;
}

static i64 send_to(i64 to, i64 fd)
{
    const u64 sent = (u64)fd;
    return rx_sendfd((u64)to, &sent, 1, CALL_FD_CLONE, 0);
}

/* Binds a new socket, which lives by its name only. */
static void bind_name(const char *name)
{
    i64 fd = new_socket(name);
    CHECK_EQ(send_to(dir, fd), 1);
    redox_close_v1((size_t)fd);
}

static i64 connect_by(i64 node, u64 *token)
{
    u64 buf[SOCKET_TOKEN_SIZE / sizeof(u64)] = {0};
    i64 r = verb(node, FS_CALL_CONNECT, buf, sizeof(buf), CALL_READ);
    *token = buf[0];
    return r;
}

static i64 connect_to(const char *name, u64 *token)
{
    i64 node = open_path(path_of(name), RX_O_RDWR | RX_O_CLOEXEC, 0);
    i64 r = node < 0 ? node : connect_by(node, token);
    if (node >= 0)
        redox_close_v1((size_t)node);
    return r;
}

static i64 open_sockets(void)
{
    i64 fd = open_path("/scheme/" SCHEME, RX_O_CREAT | RX_O_RDWR | RX_O_CLOEXEC, 0);
    i64 n = verb(fd, VERB_COUNT, NULL, 0, 0);
    redox_close_v1((size_t)fd);
    return n - 1;
}

/* Closes travel past each other: waits until so many sockets are open. */
static bool sockets_become(i64 n)
{
    for (int i = 0; i < 200 && open_sockets() != n; i++)
        rx_nanosleep(&(struct rx_timespec){.nsec = 5000000}, NULL);
    return open_sockets() == n;
}

static u8 kind_in_listing(const char *name)
{
    static u8 list[4096];
    i64 n = (i64)redox_getdents_v0((size_t)dir, list, sizeof(list), 0);
    struct rx_dirent e;
    for (i64 at = 0; at < n; at += e.reclen) {
        memcpy(&e, list + at, RX_DIRENT_HEADER);
        if (strcmp((const char *)list + at + RX_DIRENT_HEADER, name) == 0)
            return e.kind;
    }
    return 255;
}

static void names_of_sockets(void)
{
    struct rx_stat st;
    u64 token, other;
    const u64 two[2] = {0, 1};
    i64 fd = new_socket("s"), file = open_path(path_of("file"), RX_O_CREAT | RX_O_RDWR, 0600);

    CHECK_EQ(send_to(dir, fd), 1);
    CHECK_EQ(send_to(dir, fd), -EEXIST);
    CHECK_EQ(rx_statat(dir, "s", 1, RX_O_NOFOLLOW, &st), 0);
    CHECK_EQ(st.mode, MODE_SOCK | 0777);
    CHECK_EQ(st.uid, 0);
    CHECK_EQ(kind_in_listing("s"), DIRENT_SOCK);
    CHECK_EQ(connect_to("s", &token), 0);
    CHECK_EQ(connect_to("s", &other), 0);
    CHECK(token == other && token - TOKEN(0) < SOCKETS);
    /* what cannot have a name, and where there are none */
    CHECK_EQ(send_to(dir, file), -EINVAL);
    CHECK_EQ(send_to(file, fd), -ENOTDIR);
    CHECK_EQ(rx_sendfd((u64)dir, two, 2, CALL_FD_CLONE, 0), -EINVAL);
    for (const char *const *bad = (const char *const[]){"a/..", "a/.", "a/", NULL}; *bad; bad++) {
        i64 odd = new_socket(*bad);
        CHECK_EQ(send_to(dir, odd), -EINVAL);
        redox_close_v1((size_t)odd);
    }
    redox_close_v1((size_t)file);
    redox_close_v1((size_t)fd);
    CHECK_EQ(connect_to("s", &token), 0);
    CHECK_EQ(token, other);
}

static void who_may_connect(void)
{
    u64 token;
    u8 small[8];
    i64 node = open_path(path_of("s"), RX_O_STAT, 0);

    CHECK_EQ(connect_by(node, &token), -EBADF);
    CHECK_EQ((i64)redox_fchmod_v1((size_t)node, 0755), 0);
    redox_close_v1((size_t)node);
    node = open_path(path_of("s"), RX_O_RDONLY, 0);
    CHECK_EQ(connect_by(node, &token), -EBADF);
    redox_close_v1((size_t)node);
    node = open_path(path_of("file"), RX_O_RDWR, 0);
    CHECK_EQ(connect_by(node, &token), -EOPNOTSUPP);
    redox_close_v1((size_t)node);
    node = open_path(path_of("s"), RX_O_RDWR, 0);
    CHECK_EQ(verb(node, SOCKET_GET_TOKEN, small, 8, CALL_READ), -EINVAL);
    CHECK_EQ(verb(node, FS_CALL_CONNECT, small, 8, CALL_READ), 0);
    CHECK_EQ(verb(node, FS_CALL_CONNECT, small, 4, CALL_READ), -ENOBUFS);
    CHECK_EQ((i64)redox_read_v1((size_t)node, small, 1), -EBADF);
    CHECK_EQ((i64)redox_write_v1((size_t)node, small, 1), -EBADF);
    redox_close_v1((size_t)node);
    i64 fd = new_socket("mine");
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(1000) < 0 || setuid(1000) < 0)
            _exit(2);
        CHECK_EQ(open_path(path_of("s"), RX_O_RDWR, 0), -EACCES);
        CHECK_EQ(send_to(dir, fd), -EACCES);
        _exit(check_status());
    }
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    redox_close_v1((size_t)fd);
}

/* The socket goes with the last name, and not before. */
static void ends_of_names(void)
{
    u64 token, first;
    char from[256], to[256];

    bind_name("t");
    CHECK(sockets_become(2));
    strcpy(from, path_of("t"));
    strcpy(to, path_of("u"));
    i64 node = open_path(from, RX_O_RDWR, 0);
    CHECK_EQ(connect_by(node, &first), 0);
    CHECK_EQ(rx_link(from, strlen(from), to, strlen(to), false), 0);
    CHECK_EQ(unlink_path(from, 0), 0);
    CHECK_EQ(connect_by(node, &token), 0);
    CHECK_EQ(rx_rename(to, strlen(to), from, strlen(from)), 0);
    CHECK_EQ(connect_to("t", &token), 0);
    CHECK_EQ(token, first);
    CHECK_EQ(unlink_path(from, 0), 0);
    CHECK_EQ(connect_by(node, &token), -ECONNREFUSED);
    CHECK(sockets_become(1));
    redox_close_v1((size_t)node);
    /* another takes its name */
    bind_name("t");
    strcpy(to, path_of("file"));
    CHECK_EQ(rx_rename(to, strlen(to), from, strlen(from)), 0);
    CHECK(sockets_become(1));
    CHECK_EQ(unlink_path(from, 0), 0);
    CHECK_EQ(connect_to("none", &token), -ENOENT);
    /* what permissions it is not to have */
    const u64 sent = (u64)new_socket("masked");
    struct rx_stat st;
    CHECK_EQ(rx_sendfd((u64)dir, &sent, 1, 0, 027), 1);
    CHECK_EQ(rx_statat(dir, "masked", 6, RX_O_NOFOLLOW, &st), 0);
    CHECK_EQ(st.mode, MODE_SOCK | 0750);
    CHECK_EQ(unlink_path(path_of("masked"), 0), 0);
}

static void on_alarm(int number)
{
    (void)number;
}

/* A socket whose server does not answer holds up who asks for it, and nobody else. */
static void stuck_socket(void)
{
    u64 token;
    i64 fd = new_socket("stuck");

    CHECK_EQ(send_to(dir, fd), 1);
    CHECK_EQ(verb(fd, VERB_STUCK, NULL, 0, 0), 0);
    pid_t pid = fork();
    if (pid == 0) {
        const struct sigaction act = {.sa_handler = on_alarm};
        sigaction(SIGALRM, &act, NULL);
        alarm(1);
        CHECK_EQ(connect_to("stuck", &token), -EINTR);
        _exit(check_status());
    }
    rx_nanosleep(&(struct rx_timespec){.nsec = 200000000}, NULL);
    CHECK_EQ(connect_to("s", &token), 0);
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    CHECK_EQ(unlink_path(path_of("stuck"), 0), 0);
    redox_close_v1((size_t)fd);
}

static void death_of_the_sockets(i64 server)
{
    u64 token;

    CHECK_EQ((i64)redox_kill_v1((size_t)server, RX_SIGKILL), 0);
    CHECK_EQ(wait_status(server), RX_STATUS_SIGNALED(RX_SIGKILL));
    CHECK_EQ(connect_to("s", &token), -ECONNREFUSED);
    CHECK_EQ(unlink_path(path_of("s"), 0), 0);
    CHECK_EQ(unlink_path("/scheme/" SCHEME, 0), 0);
}

int main(int argc, char **argv)
{
    u64 token;

    if (argc == 3 && strcmp(argv[1], "refused") == 0) {
        i64 node = open_path(argv[2], RX_O_RDWR, 0);
        if (GOOD(node))
            CHECK_EQ(connect_by(node, &token), -ECONNREFUSED);
        return check_status();
    }
    bool bind_only = argc == 4 && strcmp(argv[1], "bind") == 0;
    if (argc != 2 && !bind_only)
        return 2;
    snprintf(dir_path, sizeof(dir_path), bind_only ? "%s" : "%s/names", argv[bind_only ? 2 : 1]);
    dir = open_path(
        dir_path, RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC | (bind_only ? 0 : RX_O_CREAT), 0755);
    if (!GOOD(dir))
        return check_status();
    i64 server = start_server();
    if (bind_only) {
        bind_name(argv[3]);
        CHECK_EQ(connect_to(argv[3], &token), 0);
        redox_kill_v1((size_t)server, RX_SIGKILL);
        return check_status();
    }
    names_of_sockets();
    who_may_connect();
    ends_of_names();
    stuck_socket();
    death_of_the_sockets(server);
    CHECK_EQ(unlink_path(dir_path, RX_AT_REMOVEDIR), 0);
    return check_status();
}
