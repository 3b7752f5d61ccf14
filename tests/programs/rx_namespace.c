/*
 * Namespaces by libredox's own functions: which names are seen, what a namespace
 * descriptor may do, registering and removing names. Needs root, as making schemes does.
 * Started with arguments it is its own confined child:
 *
 *     rx_namespace only NAME   exit 0 if the namespace holds NAME and not "sys"
 */
#include "tests/programs/rx_check.h"

#define NAME "rx-test"

static bool lists(const char *name)
{
    static u8 buf[8192];
    bool found = false;
    i64 dir = open_path("/scheme", RX_O_RDONLY | RX_O_DIRECTORY, 0);
    if (!GOOD(dir))
        return false;
    i64 len = (i64)redox_getdents_v0((size_t)dir, buf, sizeof(buf), 0);
    struct rx_dirent head;
    for (i64 at = 0; at < len; at += head.reclen) {
        memcpy(&head, buf + at, sizeof(head));
        found |= strcmp((char *)buf + at + RX_DIRENT_HEADER, name) == 0;
    }
    redox_close_v1((size_t)dir);
    return found;
}

static i64 make_namespace(const char *a, const char *b)
{
    const struct redox_iovec names[] = {{a, strlen(a)}, {b, strlen(b)}};
    return (i64)redox_mkns_v1(names, 2, 0);
}

static i64 shrink(u64 ns, u64 mask)
{
    const u64 request[] = {NSDUP_SHRINK, mask};
    return (i64)redox_dup_v1(ns, (const u8 *)request, sizeof(request));
}

/* Opens a path and closes it again. */
static i64 try_open(const char *path)
{
    i64 fd = open_path(path, RX_O_RDONLY, 0);
    return fd < 0 ? fd : (i64)redox_close_v1((size_t)fd);
}

static void only_some_names(void)
{
    CHECK(lists("sys") && lists("pipe") && lists("event"));
    i64 ns = make_namespace("pip*", "time");
    if (!GOOD(ns))
        return;
    u64 old = redox_setns_v0((size_t)ns);
    CHECK_EQ(redox_get_ns_v0(), ns);
    CHECK_EQ(try_open("/scheme/sys/uname"), -ENODEV);
    CHECK_EQ(try_open("/scheme/time/4"), 0);
    CHECK(lists("pipe") && !lists("sys"));
    int fds[2];
    if (GOOD(rx_pipe(fds, 0))) {
        redox_close_v1((size_t)fds[0]);
        redox_close_v1((size_t)fds[1]);
    }
    CHECK_EQ(try_open("/scheme/namespace/scheme-creation-cap"), -EACCES);
    CHECK_EQ(redox_setns_v0(old), ns);
    CHECK_EQ(redox_close_v1((size_t)ns), 0);
    CHECK_EQ(try_open("/scheme/sys/uname"), 0);
}

/* A program started in a namespace has that one and not ours beside it. */
static void a_confined_child(const char *argv0)
{
    i64 self = open_self(argv0), ns = make_namespace("pipe", "event");
    if (!GOOD(self) || !GOOD(ns))
        return;
    char *argv[] = {(char *)"rx_namespace", (char *)"only", (char *)"event", NULL};
    char *envp[] = {NULL};
    struct rx_spawn s = {.image = (u64)self, .argv = argv, .envp = envp, .ns_fd = (u64)ns};
    i64 pid = rx_spawn(&s);
    if (GOOD(pid))
        CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    redox_close_v1((size_t)ns);
    redox_close_v1((size_t)self);
}

/* The root capability of a new scheme that nobody serves. */
static i64 make_root(i64 *socket)
{
    i64 cap = open_path("/scheme/namespace/scheme-creation-cap", RX_O_RDWR, 0);
    if (!GOOD(cap))
        return cap;
    *socket = dup_text(cap, "create-scheme");
    redox_close_v1((size_t)cap);
    if (!GOOD(*socket))
        return *socket;
    const struct rx_new_fd root = {.number = 1};
    return (i64)redox_dup_v1((size_t)*socket, (const u8 *)&root, sizeof(root));
}

static i64 register_root(u64 ns, i64 root)
{
    i64 copy = (i64)redox_dup_v1((size_t)root, NULL, 0);
    if (!GOOD(copy))
        return copy;
    return (i64)redox_register_scheme_to_ns_v0(ns, (const u8 *)NAME, strlen(NAME), (size_t)copy);
}

static void registering(void)
{
    i64 socket = -1, root = make_root(&socket);
    u64 ns = redox_get_ns_v0();
    if (!GOOD(root))
        return;
    CHECK_EQ(register_root(ns, root), 0);
    CHECK(lists(NAME));
    CHECK_EQ(register_root(ns, root), -EEXIST);
    i64 weak = shrink(ns, NS_LIST);
    if (GOOD(weak)) {
        CHECK_EQ(register_root((u64)weak, root), -EACCES);
        u64 old = redox_setns_v0((size_t)weak);
        CHECK_EQ(unlink_path("/scheme/" NAME, 0), -EACCES);
        CHECK_EQ(try_open("/scheme/namespace/scheme-creation-cap"), -EACCES);
        CHECK(lists(NAME));
        redox_setns_v0(old);
        redox_close_v1((size_t)weak);
    }
    i64 blind = shrink(ns, NS_INSERT);
    if (GOOD(blind)) {
        u64 old = redox_setns_v0((size_t)blind);
        CHECK_EQ(try_open("/scheme"), -EACCES);
        redox_setns_v0(old);
        redox_close_v1((size_t)blind);
    }
    CHECK_EQ(redox_close_v1((size_t)root), 0);
    CHECK_EQ(redox_close_v1((size_t)socket), 0);
    CHECK_EQ(try_open("/scheme/" NAME "/x"), -ENODEV);
    CHECK_EQ(unlink_path("/scheme/" NAME, 0), 0);
    CHECK(!lists(NAME));
    CHECK_EQ(unlink_path("/scheme/" NAME, 0), -ENODEV);
}

static void bad_requests(void)
{
    static char big[5000];
    u64 ns = redox_get_ns_v0();
    const u64 unknown = 77;
    const struct redox_iovec much = {big, sizeof(big)};
    CHECK_EQ((i64)redox_dup_v1(ns, (const u8 *)&unknown, 8), -EINVAL);
    CHECK_EQ((i64)redox_dup_v1(ns, (const u8 *)&unknown, 3), -EINVAL);
    CHECK_EQ((i64)redox_mkns_v1(&much, 1, 0), -E2BIG);
    CHECK_EQ((i64)redox_mkns_v1(NULL, 0, 1), -EINVAL);
    i64 pipe = open_path("/scheme/pipe", RX_O_RDONLY, 0);
    const u64 cap = (u64)pipe;
    CHECK_EQ(rx_sendfd(ns, &cap, 1, 0, 0), -EACCES);
}

int main(int argc, char **argv)
{
    if (argc > 2)
        return lists(argv[2]) && !lists("sys") &&
                       open_path("/scheme/sys/uname", RX_O_RDONLY, 0) == -ENODEV
                   ? 0
                   : 1;
    only_some_names();
    a_confined_child(argv[0]);
    registering();
    bad_requests();
    return check_status();
}
