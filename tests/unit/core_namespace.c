/* Namespaces: names, permissions, registrations, listings (spec 4.7). */
#include "tests/unit/core_test.h"

#include <stdio.h>

#define NS RX_FD_UPPER

static i64 dup_ns(u64 fd, const void *buf, size_t len)
{
    return CALL_IN(1, SYS_DUP_INTO, buf, len, fd, len, RX_FD_UPPER, 0);
}

static u64 shrink(u64 fd, u64 mask)
{
    i64 res = dup_ns(fd, (u64[2]){NSDUP_SHRINK, mask}, 16);

    assert_true(res > 0);
    return (u64)res;
}

static size_t put_name(u8 *at, const char *name)
{
    u64 n = strlen(name);

    memcpy(at, &n, 8);
    memcpy(at + 8, name, n);
    return 8 + n;
}

static i64 fork_ns(u64 fd, const char *a, const char *b)
{
    u8 buf[64] = {NSDUP_FORK};
    size_t n = 8;

    n += put_name(buf + n, a);
    if (b)
        n += put_name(buf + n, b);
    return dup_ns(fd, buf, n);
}

static i64 issue(u64 fd, const char *name)
{
    u8 buf[400] = {NSDUP_REGISTER};

    memcpy(buf + 8, name, strlen(name));
    return dup_ns(fd, buf, 8 + strlen(name));
}

static i64 give(u64 reg, const u64 *caps, size_t n)
{
    return CALL_IN(1, SYS_CALL, caps, n * 8, reg, n * 8, CALL_WRITE | CALL_FD | CALL_FD_CLONE);
}

static i64 open_in(u64 ns, const char *scheme, const char *ref)
{
    char path[300];
    size_t n = (size_t)snprintf(path, sizeof(path), "%s%s", scheme, ref);

    return CALL_IN(1, SYS_OPENAT, path, n, ns, RX_O_RDWR, 0, strlen(scheme), 0, n);
}

static i64 unlink_in(u64 ns, const char *name)
{
    return CALL_IN(1, SYS_UNLINKAT, name, strlen(name), ns, 0, strlen(name), 0, 0, strlen(name));
}

static bool listed(u64 ns, const char *name)
{
    i64 fd = open_in(ns, "namespace", "");
    bool found = false;
    i64 n;

    assert_true(fd > 0);
    n = CALL(1, SYS_CALL, (u64)fd, 8192, CALL_STD_FS | 3, STD_GETDENTS, 0, RX_DIRENT_HEADER);
    for (i64 at = 0; at < n;) {
        struct rx_dirent d;

        memcpy(&d, sim_payload(1, 0) + at, sizeof(d));
        found |= strcmp((char *)sim_payload(1, 0) + at + RX_DIRENT_HEADER, name) == 0;
        at += d.reclen;
    }
    close_ok(1, (u64)fd);
    return found;
}

static void names_at_boot(void **state)
{
    static const char *const names[] = {"debug", "event", "memory", "pipe",
                                        "irq",   "time",  "sys",    "proc"};

    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        assert_true(listed(NS, names[i]));
    assert_int_equal(open_in(NS, "nothing", ""), -ENODEV);
    assert_int_equal(open_in(NS, "pip", ""), -ENODEV);
    assert_int_equal(CALL(1, SYS_OPENAT, NS, 0, 0, 300, 0, 300), -ENODEV);
    assert_counts();
}

static void permissions(void **state)
{
    u64 none = shrink(NS, 0), list = shrink(NS, NS_LIST), again;

    (void)state;
    assert_int_equal(open_in(none, "namespace", ""), -EACCES);
    assert_int_equal(open_in(none, "namespace", "scheme-creation-cap"), -EACCES);
    assert_int_equal(issue(none, "new"), -EACCES);
    assert_int_equal(unlink_in(none, "pipe"), -EACCES);
    assert_int_equal(open_in(none, "pipe", ""), 4); /* opening needs none */
    assert_true(listed(list, "pipe"));
    assert_int_equal(open_in(list, "namespace", "scheme-creation-cap"), -EACCES);
    again = shrink(list, UINT64_MAX); /* what is gone does not come back */
    assert_int_equal(issue(again, "new"), -EACCES);
    assert_int_equal(unlink_in(again, "pipe"), -EACCES);
    close_ok(1, 4);
    close_ok(1, none);
    close_ok(1, list);
    close_ok(1, again);
    assert_counts();
}

static void forked_namespace(void **state)
{
    i64 ns = fork_ns(NS, "pipe", "missing"), fd;

    (void)state;
    assert_true(ns > 0);
    assert_true(listed((u64)ns, "pipe"));
    assert_false(listed((u64)ns, "sys"));
    assert_int_equal(open_in((u64)ns, "sys", "uname"), -ENODEV);
    assert_int_equal(open_in((u64)ns, "namespace", "scheme-creation-cap"), -EACCES);
    assert_int_equal(unlink_in((u64)ns, "pipe"), 0);
    assert_int_equal(unlink_in((u64)ns, "pipe"), -ENODEV);
    assert_true((fd = open_in(NS, "pipe", "")) > 0); /* it was a copy */
    close_ok(1, (u64)fd);
    close_ok(1, (u64)ns);
    ns = fork_ns(NS, "*", "pipe"); /* all; a name twice */
    assert_true(listed((u64)ns, "sys") && listed((u64)ns, "memory"));
    close_ok(1, (u64)ns);
    ns = fork_ns(NS, "s*", NULL);
    assert_true(listed((u64)ns, "sys") && !listed((u64)ns, "memory"));
    close_ok(1, (u64)ns);
    assert_counts();
}

static void malformed_requests(void **state)
{
    u64 long_name[3] = {NSDUP_FORK, UINT64_MAX, 0}, off_end[3] = {NSDUP_FORK, 9, 0};

    (void)state;
    assert_int_equal(dup_ns(NS, "abc", 3), -EINVAL);
    assert_int_equal(dup_ns(NS, (u64[1]){77}, 8), -EINVAL);
    assert_int_equal(dup_ns(NS, (u64[1]){NSDUP_SHRINK}, 8), -EINVAL);
    assert_int_equal(dup_ns(NS, (u64[3]){NSDUP_SHRINK, 0, 0}, 24), -EINVAL);
    assert_int_equal(dup_ns(NS, long_name, 24), -EINVAL);
    assert_int_equal(dup_ns(NS, off_end, 24), -EINVAL);
    assert_int_equal(dup_ns(NS, off_end, 12), -EINVAL);
    assert_int_equal(issue(NS, ""), -EINVAL);
    assert_int_equal(issue(NS, "a/b"), -EINVAL);
    assert_int_equal(issue(NS, "a:b"), -EINVAL);
    assert_int_equal(issue(NS, "a b"), -EINVAL);
    assert_int_equal(issue(NS, "\xc3\xbc"), -EINVAL);
    char name[300];
    memset(name, 'n', 256);
    name[256] = '\0';
    assert_int_equal(issue(NS, name), -EINVAL);
    assert_counts();
}

static void registration(void **state)
{
    struct sim_server s;
    i64 reg;
    u64 caps[2];

    (void)state;
    make_server(&s, "x");
    assert_int_equal(sim_open(1, 0, "x", "f", RX_O_RDWR), SIM_WAITS);
    serve(&s, OP_OPENAT, 5);
    caps[0] = caps[1] = (u64)done(1);
    reg = issue(NS, "y");
    assert_true(reg > 0);
    assert_int_equal(dup_ns((u64)reg, (u64[2]){NSDUP_SHRINK, 0}, 16), -ENOENT);
    assert_int_equal(open_in((u64)reg, "", ""), -ENOENT);
    assert_int_equal(unlink_in((u64)reg, "pipe"), -EBADF);
    assert_int_equal(give((u64)reg, caps, 2), -EINVAL);
    assert_int_equal(give(NS, caps, 1), -EACCES);
    assert_int_equal(give((u64)reg, caps, 1), 1);
    assert_int_equal(give((u64)reg, caps, 1), -EEXIST);
    close_ok(1, (u64)reg);
    reg = issue(NS, "x");
    assert_int_equal(give((u64)reg, caps, 1), -EEXIST);
    close_ok(1, (u64)reg);
    assert_true(listed(NS, "y"));
    close_ok(1, caps[0]);
    nothing(&s);
    assert_int_equal(drop_name("y"), 0);
    expect(&s, OP_CLOSE_MSG);
    end_server(&s, "x");
    assert_counts();
}

static void listing_in_pieces(void **state)
{
    i64 fd = open_in(NS, "namespace", ""), n;
    u32 entries = 0;
    u64 start = 0;

    (void)state;
    assert_int_equal(
        CALL(1, SYS_CALL, (u64)fd, 10, CALL_STD_FS | 3, STD_GETDENTS, 0, RX_DIRENT_HEADER),
        -EINVAL);
    assert_int_equal(CALL(1, SYS_CALL, (u64)fd, 999, CALL_STD_FS | 3, STD_GETDENTS, 0, 18), -EIO);
    while ((n = CALL(1, SYS_CALL, (u64)fd, 40, CALL_STD_FS | 3, STD_GETDENTS, start,
                     RX_DIRENT_HEADER)) > 0) {
        struct rx_dirent d;

        memcpy(&d, sim_payload(1, 0), sizeof(d));
        assert_int_equal(d.reclen, n);
        start = d.next;
        entries++;
    }
    assert_int_equal(n, 0);
    assert_int_equal(entries, 8);
    assert_int_equal(CALL(1, SYS_CALL, NS, 999, CALL_STD_FS | 3, STD_GETDENTS, 0, 19), -ENOTDIR);
    close_ok(1, (u64)fd);
    assert_counts();
}

static void without_memory(void **state)
{
    static const char *const pools[] = {"namespace", "ns_entry", "ns_file", "desc"};

    (void)state;
    for (size_t i = 0; i < 4; i++) {
        core_audit_pool(pools[i])->fail_in = 1;
        assert_int_equal(fork_ns(NS, "*", NULL), -ENOMEM);
        core_audit_pool(pools[i])->fail_in = 0;
    }
    for (size_t i = 2; i < 4; i++) {
        core_audit_pool(pools[i])->fail_in = 1;
        assert_int_equal(issue(NS, "new"), -ENOMEM);
        core_audit_pool(pools[i])->fail_in = 1;
        assert_int_equal(open_in(NS, "namespace", ""), -ENOMEM);
        core_audit_pool(pools[i])->fail_in = 0;
    }
    assert_counts();
}

/* A namespace lives as long as somebody refers to it. */
static void lifetime(void **state)
{
    i64 ns = fork_ns(NS, "*", NULL), reg = issue((u64)ns, "late");
    u64 fd = open_ok(1, "time", "4", RX_O_RDONLY), pipe = open_ok(1, "pipe", "", RX_O_RDONLY);
    u64 self = NS;

    (void)state;
    close_ok(1, (u64)ns);
    /* what could hold the namespace in turn */
    assert_int_equal(give((u64)reg, &self, 1), -EINVAL);
    assert_int_equal(give((u64)reg, &pipe, 1), -EINVAL);
    assert_int_equal(give((u64)reg, &fd, 1), 1);
    close_ok(1, (u64)reg);
    assert_int_equal(CALL(1, SYS_READ, fd, 16), 16);
    close_ok(1, fd);
    close_ok(1, pipe);
    assert_counts();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(names_at_boot),      TEST(permissions),  TEST(forked_namespace),
        TEST(malformed_requests), TEST(registration), TEST(listing_in_pieces),
        TEST(without_memory),     TEST(lifetime),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
