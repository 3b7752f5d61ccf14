/*
 * A gate for tests of libredox's upper half: the symbols of gate.h over a small
 * system in this process. Schemes hold directories, files and links; namespaces,
 * descriptors, named dups and messages follow umk/abi/portal.h. A test includes this file
 * once and asserts on the state below.
 */
#ifndef TESTS_LIBREDOX_FAKE_GATE_H
#define TESTS_LIBREDOX_FAKE_GATE_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libredox/src/upper.h"
#include "tests/libredox/fake_paths.h"

#define FAKE_FDS 64
#define FAKE_NS 5u /* descriptor of the namespace, in the upper table */

enum fake_kind { FAKE_DIR, FAKE_FILE, FAKE_LINK, FAKE_LIST, FAKE_OBJECT };

/* A node of a scheme, by full name "scheme:path". */
struct fake_node {
    char name[128];
    enum fake_kind kind;
    char text[256]; /* a link's target, a file's data */
};

struct fake_fd {
    bool open, cloexec, upper;
    u32 flags;
    struct fake_node node; /* a copy: nodes have no identity here */
    u8 *memory;
    size_t size, offset;
};

static struct fake_node fake_nodes[64];
static size_t fake_node_count;
static struct fake_fd fake_fds[FAKE_FDS];
static u32 fake_last_op;
static u64 fake_last_args[6];
static u8 fake_last_payload[PORTAL_PAYLOAD];
static bool fake_not_owner; /* of files: their times may be set to now only */
static size_t fake_last_len;
static u32 fake_calls;
static u64 fake_noted[FAKE_FDS]; /* the last binding noted for each descriptor */
static u32 fake_opens[FAKE_FDS]; /* how often each number was given out */
static u64 fake_spawn_block_fd;  /* UMK_SPAWN, UMK_EXEC: the block, wherever it was */
static u8 fake_spawn_block[1 << 20];
static size_t fake_spawn_block_len;
/* Answers chan_call when set. */
static i64 (*fake_channel)(u64 fd, u32 op, const u64 args[6], const void *in, void *out,
                           size_t len);

struct gate_start gate_start;

static void fake_reset(void)
{
    for (size_t i = 0; i < FAKE_FDS; i++)
        free(fake_fds[i].memory);
    memset(fake_fds, 0, sizeof(fake_fds));
    memset(fake_opens, 0, sizeof(fake_opens));
    fake_node_count = 0;
    fake_calls = 0;
    fake_channel = NULL;
    gate_start.ns_fd = RX_FD_UPPER | FAKE_NS;
    fake_fds[FAKE_NS].open = true;
    fake_fds[FAKE_NS].upper = true;
}

static void fake_add(const char *name, enum fake_kind kind, const char *text)
{
    struct fake_node *n = &fake_nodes[fake_node_count++];
    snprintf(n->name, sizeof(n->name), "%s", name);
    snprintf(n->text, sizeof(n->text), "%s", text);
    n->kind = kind;
}

static const struct fake_node *fake_find(const char *name)
{
    for (size_t i = 0; i < fake_node_count; i++)
        if (strcmp(fake_nodes[i].name, name) == 0)
            return &fake_nodes[i];
    return NULL;
}

static size_t fake_open_count(void)
{
    size_t n = 0;
    for (size_t i = 0; i < FAKE_FDS; i++)
        n += fake_fds[i].open;
    return n;
}

static struct fake_fd *fake_fd(u64 fd)
{
    u64 i = fd & ~RX_FD_UPPER;
    if (i >= FAKE_FDS || !fake_fds[i].open || fake_fds[i].upper != !!(fd & RX_FD_UPPER))
        return NULL;
    return &fake_fds[i];
}

static i64 fake_new_fd(const struct fake_node *node, u32 flags, u64 table)
{
    for (u64 i = 8; i < FAKE_FDS; i++) {
        if (fake_fds[i].open)
            continue;
        fake_fds[i] = (struct fake_fd){.open = true,
                                       .cloexec = flags & RX_O_CLOEXEC,
                                       .upper = table != 0,
                                       .flags = flags,
                                       .node = *node};
        fake_opens[i]++;
        return (i64)(table | i);
    }
    return -EMFILE;
}

/*
 * Walks path below scheme "name:", part by part as a server does. A link inside the scheme is
 * followed; one that says "/scheme/..." or names another scheme is -EXDEV.
 */
static i64 fake_walk(const char *base, const char *path, u32 flags, const struct fake_node **out)
{
    char at[256];
    char rest[RX_PATH_MAX + 1];
    snprintf(at, sizeof(at), "%s", base);
    snprintf(rest, sizeof(rest), "%s", path);
    for (char *save, *part = strtok_r(rest, "/", &save); part;) {
        char *next = strtok_r(NULL, "/", &save);
        size_t len = strlen(at);
        if (strcmp(part, "..") == 0) {
            char *slash = strrchr(at, '/');
            char *colon = strchr(at, ':');
            *(slash ? slash : colon + 1) = '\0';
        } else if (strcmp(part, ".") != 0) {
            snprintf(at + len, sizeof(at) - len, "%s%s", at[len - 1] == ':' ? "" : "/", part);
        }
        const struct fake_node *n = fake_find(at);
        if (!n)
            return -ENOENT;
        if (n->kind == FAKE_LINK && (next || !(flags & RX_O_SYMLINK)))
            return flags & RX_O_NOFOLLOW && !next ? -ELOOP : -EXDEV;
        if (n->kind != FAKE_LINK && !next && (flags & RX_O_SYMLINK))
            return -EINVAL;
        part = next;
    }
    *out = fake_find(at);
    return *out ? 0 : -ENOENT;
}

static i64 fake_openat(const u64 args[6])
{
    struct fake_fd *dir = fake_fd(args[0]);
    char base[256], path[RX_PATH_MAX + 1];
    size_t name_len = args[3];
    if (!dir)
        return -EBADF;
    assert_int_equal(args[5], fake_last_len);
    assert_true(fake_last_len - name_len <= RX_PATH_MAX);
    snprintf(path, sizeof(path), "%.*s", (int)(fake_last_len - name_len),
             (char *)fake_last_payload + name_len);
    if (args[0] == (RX_FD_UPPER | FAKE_NS)) {
        snprintf(base, sizeof(base), "%.*s:", (int)name_len, (char *)fake_last_payload);
        static const struct fake_node list = {.kind = FAKE_LIST, .name = ":"};
        static const struct fake_node object = {.kind = FAKE_OBJECT, .name = "memory:"};
        if (name_len == 0)
            return fake_new_fd(&list, (u32)args[1], args[4]);
        if (strcmp(base, "memory:") == 0)
            return fake_new_fd(&object, (u32)args[1], args[4]);
        if (!fake_find(base))
            return -ENODEV;
    } else {
        assert_int_equal(name_len, 0);
        snprintf(base, sizeof(base), "%s", dir->node.name);
    }
    const struct fake_node *n = NULL;
    i64 r = fake_walk(base, path, (u32)args[1], &n);
    return r < 0 ? r : fake_new_fd(n, (u32)args[1], args[4]);
}

/* Removing does not follow the last part. */
static i64 fake_unlinkat(const u64 args[6])
{
    char base[256], path[RX_PATH_MAX + 1];
    size_t name_len = args[2];
    assert_int_equal(args[5], fake_last_len);
    assert_int_equal(args[0], RX_FD_UPPER | FAKE_NS);
    snprintf(base, sizeof(base), "%.*s:", (int)name_len, (char *)fake_last_payload);
    snprintf(path, sizeof(path), "%.*s", (int)(fake_last_len - name_len),
             (char *)fake_last_payload + name_len);
    const struct fake_node *n;
    i64 r = fake_walk(base, path, 0, &n);
    return r == -EXDEV && fake_walk(base, path, RX_O_SYMLINK, &n) == 0 ? 0 : r;
}

static i64 fake_std_call(const u64 args[6], const struct gate_buf *buf)
{
    struct fake_fd *f = fake_fd(args[0]);
    if (!f)
        return -EBADF;
    if (args[3] == STD_FSTAT) {
        static const u16 modes[] = {MODE_DIR, MODE_FILE, MODE_SYMLINK, MODE_DIR, MODE_FILE};
        const struct rx_stat st = {
            .mode = modes[f->node.kind], .size = f->size, .atime = 11, .mtime = 22};
        assert_true(buf->out_fixed && buf->out_len == sizeof(st));
        memcpy(buf->out, &st, sizeof(st));
        return 0;
    }
    if (args[3] == STD_FTRUNCATE && f->node.kind == FAKE_OBJECT) {
        f->size = args[4];
        f->memory = calloc(1, f->size);
        return 0;
    }
    if (args[3] == STD_FUTIMENS) {
        const struct rx_timespec *set = buf->in;
        return fake_not_owner && set[0].nsec != RX_UTIME_NOW ? -EPERM : 0;
    }
    return -EOPNOTSUPP;
}

static i64 fake_read(const u64 args[6], const struct gate_buf *buf)
{
    struct fake_fd *f = fake_fd(args[0]);
    if (!f)
        return -EBADF;
    size_t len = strlen(f->node.text) - f->offset;
    if (len > buf->out_len)
        len = buf->out_len;
    memcpy(buf->out, f->node.text + f->offset, len);
    f->offset += len;
    return (i64)len;
}

static i64 fake_fpath(const u64 args[6], const struct gate_buf *buf)
{
    struct fake_fd *f = fake_fd(args[0]);
    char text[300];
    if (!f)
        return -EBADF;
    size_t scheme = strcspn(f->node.name, ":");
    snprintf(text, sizeof(text), "/scheme/%.*s/%s", (int)scheme, f->node.name,
             f->node.name + scheme + 1);
    size_t len = strlen(text) < buf->out_len ? strlen(text) : buf->out_len;
    memcpy(buf->out, text, len);
    return (i64)len;
}

static i64 fake_spawn(const u64 args[6])
{
    size_t head = sizeof(struct spawn_args) + args[3] * sizeof(struct spawn_action);
    fake_spawn_block_fd = args[1];
    fake_spawn_block_len = args[2];
    if (args[1] == RX_ANON_FD) {
        assert_int_equal(head + args[2], fake_last_len);
        memcpy(fake_spawn_block, fake_last_payload + head, args[2]);
    } else {
        struct fake_fd *f = fake_fd(args[1]);
        assert_non_null(f);
        assert_true(f->memory && f->size >= args[2] && f->size % PAGE_SIZE == 0);
        memcpy(fake_spawn_block, f->memory, args[2]);
    }
    return 77;
}

i64 gate_call(u32 op, const u64 args[6], const struct gate_buf *buf, u64 ret[4])
{
    static const struct gate_buf none;
    if (!buf)
        buf = &none;
    u64 local[4];
    if (!ret)
        ret = local;
    memset(ret, 0, sizeof(local));
    if (buf->in_len > PORTAL_PAYLOAD)
        return -E2BIG;
    fake_calls++;
    fake_last_op = op;
    memcpy(fake_last_args, args, sizeof(fake_last_args));
    if (buf->in_len > 0)
        memcpy(fake_last_payload, buf->in, buf->in_len);
    fake_last_len = buf->in_len;
    struct fake_fd *f = fake_fd(args[0]);
    switch (op) {
    case SYS_OPENAT:
        return fake_openat(args);
    case SYS_CLOSE:
        if (!f)
            return -EBADF;
        free(f->memory);
        *f = (struct fake_fd){0};
        return 0;
    case SYS_CALL:
        return args[2] & CALL_STD_FS ? fake_std_call(args, buf) : -EOPNOTSUPP;
    case SYS_READ:
        return fake_read(args, buf);
    case SYS_FPATH:
        return fake_fpath(args, buf);
    case SYS_DUP_INTO:
        return f ? fake_new_fd(&f->node, (u32)args[3], args[2] & RX_FD_UPPER) : -EBADF;
    case SYS_UNLINKAT:
        return fake_unlinkat(args);
    case UMK_SPAWN:
    case UMK_EXEC:
        return fake_spawn(args);
    default:
        return 0;
    }
}

i64 gate_call2(u32 op, const u64 args[6], const void *a, size_t a_len, const void *b, size_t b_len,
               u64 ret[4])
{
    static u8 both[PORTAL_PAYLOAD];
    if (a_len + b_len > sizeof(both))
        return -E2BIG;
    memcpy(both, a, a_len);
    memcpy(both + a_len, b, b_len);
    const struct gate_buf buf = {.in = both, .in_len = a_len + b_len};
    return gate_call(op, args, &buf, ret);
}

void chan_note(u64 fd, u64 binding)
{
    if ((fd & ~RX_FD_UPPER) < FAKE_FDS)
        fake_noted[fd & ~RX_FD_UPPER] = binding;
}

/* So every close is a call, which is what these tests look at. */
bool chan_bound(u64 fd)
{
    (void)fd;
    return false;
}

bool gate_close_later(u64 fd)
{
    (void)fd;
    return false;
}

i64 chan_call(u64 fd, u32 op, const u64 args[6], const void *in, void *out, size_t len)
{
    return fake_channel ? fake_channel(fd, op, args, in, out, len) : -ENOTCONN;
}

i64 gate_mmap(u64 fd, u64 offset, u64 size, u64 flags, u64 address)
{
    (void)flags;
    (void)address;
    struct fake_fd *f = fake_fd(fd);
    if (!f || !f->memory || offset != 0 || size > f->size)
        return -EINVAL;
    return (i64)(uintptr_t)f->memory;
}

i64 gate_munmap(u64 address, u64 size)
{
    (void)address;
    (void)size;
    return 0;
}

i64 gate_mprotect(u64 address, u64 size, u32 prot)
{
    (void)address;
    (void)size;
    (void)prot;
    return 0;
}

i64 gate_clock(u32 clock, struct rx_timespec *ts)
{
    (void)clock;
    *ts = (struct rx_timespec){.sec = 33, .nsec = 44};
    return 0;
}

i64 gate_fork(void)
{
    return -ENOSYS;
}

void gate_exit(u32 status)
{
    exit((int)status);
}

i64 gate_futex_wait(u32 *addr, u32 val, const struct redox_c_timespec *deadline)
{
    (void)addr;
    (void)val;
    (void)deadline;
    return -ENOSYS;
}

i64 gate_futex_wake(u32 *addr, u32 n)
{
    (void)addr;
    (void)n;
    return 0;
}

#endif
