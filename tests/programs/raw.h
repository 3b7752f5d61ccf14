/*
 * The kernel's interface without libredox: what a program does that brings its own code for
 * everything and keeps no rule. A program that includes this defines raw_main and is its own
 * start-up code; it has no C library.
 *
 * It receives its control messages itself, so it knows where all that it shares with the kernel
 * and with servers lies, and which host descriptors it holds.
 */
#ifndef TESTS_RAW_H
#define TESTS_RAW_H

#include "umk/abi/channel.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"
#include "umk/abi/hosted.h"
#include "umk/abi/portal.h"
#include "umk/abi/scheme.h"
#include "umk/abi/types.h"

/* ---- Linux, as far as it is permitted ------------------------------------------------- */

enum {
    HOST_READ = 0,
    HOST_WRITE = 1,
    HOST_CLOSE = 3,
    HOST_MMAP = 9,
    HOST_MUNMAP = 11,
    HOST_YIELD = 24,
    HOST_RECVMSG = 47,
    HOST_FUTEX = 202,
    HOST_EXIT_GROUP = 231,
};
#define HOST_MSG_DONTWAIT 0x40
#define HOST_MSG_CMSG_CLOEXEC 0x40000000
#define HOST_PROT_RW 3
#define HOST_MAP_SHARED 1
#define HOST_MAP_PRIVATE 2
#define HOST_MAP_FIXED 0x10
#define HOST_MAP_ANONYMOUS 0x20

static inline i64 host_call(i64 number, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f)
{
    i64 result;
    register u64 r10 __asm__("r10") = d;
    register u64 r8 __asm__("r8") = e;
    register u64 r9 __asm__("r9") = f;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

struct host_iovec {
    void *base;
    u64 len;
};
struct host_msghdr {
    void *name;
    u32 namelen;
    struct host_iovec *iov;
    u64 iovlen;
    void *control;
    u64 controllen;
    i32 flags;
};
struct host_cmsg {
    u64 len;
    i32 level, type;
    i32 fds[8];
};
#define HOST_SCM_RIGHTS 1

static inline void raw_exit(u32 status)
{
    for (;;)
        host_call(HOST_EXIT_GROUP, status, 0, 0, 0, 0, 0);
}

/* ---- state --------------------------------------------------------------------------- */

#define RAW_MAPS 64u
#define RAW_BELLS 16u

/* Something mapped on the kernel's order. */
struct raw_map {
    u32 kind; /* enum ctl_kind */
    u32 number;
    u8 *addr;
    u64 len;
};

struct raw {
    struct proc_page *page;
    struct portal *portal;
    struct exec_block block;
    const char *strings; /* argv[0], argv[1]... */
    i32 kernel_bell;
    i32 bells[RAW_BELLS]; /* of servers */
    u32 nbells;
    struct raw_map maps[RAW_MAPS];
    u32 nmaps;
    u64 seed;
    u64 ret[4];
};
static struct raw raw;

/* xorshift64*: the same numbers for the same seed */
static inline u64 raw_random(void)
{
    raw.seed ^= raw.seed >> 12;
    raw.seed ^= raw.seed << 25;
    raw.seed ^= raw.seed >> 27;
    return raw.seed * 0x2545F4914F6CDD1Dull;
}

static inline void raw_copy(void *to, const void *from, u64 n)
{
    for (u64 i = 0; i < n; i++)
        ((volatile u8 *)to)[i] = ((const u8 *)from)[i];
}

static inline u64 raw_length(const char *s)
{
    u64 n = 0;

    while (s[n])
        n++;
    return n;
}

static inline bool raw_same(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

/* Argument i, or "". */
static inline const char *raw_argument(u32 i)
{
    const char *s = raw.strings;

    if (i >= raw.block.argc)
        return "";
    while (i-- > 0)
        s += raw_length(s) + 1;
    return s;
}

static inline u64 raw_number(const char *s)
{
    u64 n = 0;

    for (; *s >= '0' && *s <= '9'; s++)
        n = n * 10 + (u64)(*s - '0');
    return n;
}

/* ---- control messages ----------------------------------------------------------------- */

/* Receives one message; fds beyond those that came are -1. False: there is none. */
static inline bool raw_receive(struct ctl_message *m, i32 fds[8], int flags)
{
    struct host_iovec iov = {m, sizeof(*m)};
    struct host_cmsg cmsg = {0};
    struct host_msghdr msg = {
        .iov = &iov, .iovlen = 1, .control = &cmsg, .controllen = sizeof(cmsg)};
    i64 n = host_call(HOST_RECVMSG, HOST_FD_CONTROL, (u64)&msg,
                      (u64)(flags | HOST_MSG_CMSG_CLOEXEC), 0, 0, 0);

    for (u32 i = 0; i < 8; i++)
        fds[i] = -1;
    if (n != (i64)sizeof(*m))
        return false;
    if (msg.controllen > 16 && cmsg.type == HOST_SCM_RIGHTS) {
        for (u32 i = 0; i < 8 && 16 + 4 * (i + 1) <= cmsg.len; i++)
            fds[i] = cmsg.fds[i];
    }
    return true;
}

static inline bool raw_map_object(u32 kind, u32 number, i32 fd, u64 addr, u64 len, u64 offset)
{
    i64 got = host_call(HOST_MMAP, addr, len, HOST_PROT_RW, HOST_MAP_SHARED | HOST_MAP_FIXED,
                        (u64)fd, offset);

    if (got != (i64)addr)
        return false;
    if (raw.nmaps < RAW_MAPS)
        raw.maps[raw.nmaps++] = (struct raw_map){kind, number, (u8 *)addr, len};
    return true;
}

/* Executes one message. Descriptors are kept open: a program without rules closes nothing. */
static inline void raw_execute(const struct ctl_message *m, const i32 fds[8])
{
    switch (m->kind) {
    case CTL_MAP:
        raw_map_object(m->kind, m->number, fds[0], m->addr, m->len, m->offset);
        break;
    case CTL_CHANNEL_CLIENT:
        if (raw.nbells < RAW_BELLS)
            raw.bells[raw.nbells++] = fds[1];
        raw_map_object(m->kind, m->number, fds[0], m->addr, CHANNEL_SIZE, 0);
        break;
    case CTL_CHANNEL_SERVER:
        raw_map_object(m->kind, m->number, fds[0], m->addr, CHANNEL_SIZE, 0);
        break;
    case CTL_PORTAL:
        raw_map_object(m->kind, m->number, fds[0], m->addr, PORTAL_SIZE, 0);
        break;
    default:
        break;
    }
}

static inline void raw_control(void)
{
    struct ctl_message m;
    i32 fds[8];

    while (raw_receive(&m, fds, HOST_MSG_DONTWAIT))
        raw_execute(&m, fds);
}

/* The first mapping of a kind, or NULL. */
static inline struct raw_map *raw_find(u32 kind)
{
    for (u32 i = 0; i < raw.nmaps; i++) {
        if (raw.maps[i].kind == kind)
            return &raw.maps[i];
    }
    return NULL;
}

/* ---- calls --------------------------------------------------------------------------- */

static inline void raw_ring(i32 bell)
{
    u64 one = 1;

    host_call(HOST_WRITE, (u64)bell, (u64)&one, 8, 0, 0, 0);
}

/* Posts what stands in the portal. */
static inline void raw_post(void)
{
    __atomic_store_n(&raw.portal->state, WAIT_PENDING, __ATOMIC_RELEASE);
    __atomic_fetch_or(&raw.page->posted[0], 1, __ATOMIC_SEQ_CST);
    /* pairs: the kernel sets kernel_need_ring, then looks at posted */
    if (__atomic_load_n(&raw.page->kernel_need_ring, __ATOMIC_SEQ_CST))
        raw_ring(raw.kernel_bell);
}

/* Waits for the answer, at most ms milliseconds. */
static inline bool raw_wait(u32 ms)
{
    u64 slice[2] = {0, 1000000};
    u32 *word = &raw.portal->state;

    for (u32 waited = 0;; waited++) {
        u32 now = __atomic_load_n(word, __ATOMIC_ACQUIRE);

        if ((now & WAIT_STATE) == WAIT_DONE)
            return true;
        if (waited >= ms)
            return false;
        if (now & WAIT_SLEEPING ||
            __atomic_compare_exchange_n(word, &now, now | WAIT_SLEEPING, false, __ATOMIC_ACQ_REL,
                                        __ATOMIC_ACQUIRE))
            host_call(HOST_FUTEX, (u64)word, 0, now | WAIT_SLEEPING, (u64)slice, 0, 0);
    }
}

static inline void raw_fill(u32 op, const u64 args[6], const void *in, u64 in_len)
{
    raw.portal->op = op;
    for (u32 i = 0; i < 6; i++)
        raw.portal->args[i] = args[i];
    raw_copy((u8 *)raw.portal + PORTAL_PAYLOAD_OFFSET, in, in_len);
}

#define RAW_STUCK INT64_MIN

/*
 * A call that is taken back when it has no answer after ms milliseconds. Result: the kernel's, or
 * RAW_STUCK when it does not answer at all within five seconds.
 */
static inline i64 raw_call_for(u32 ms, u32 op, const u64 args[6], const void *in, u64 in_len)
{
    raw.portal->cancel = 0;
    raw_fill(op, args, in, in_len);
    raw_post();
    if (!raw_wait(ms)) {
        raw.portal->cancel = 1;
        __atomic_fetch_or(&raw.page->posted[0], 1, __ATOMIC_SEQ_CST);
        raw_ring(raw.kernel_bell);
        if (!raw_wait(5000))
            return RAW_STUCK;
    }
    raw_control();
    for (u32 i = 0; i < 4; i++)
        raw.ret[i] = raw.portal->ret[i];
    return raw.portal->result;
}

static inline i64 raw_call(u32 op, const u64 args[6], const void *in, u64 in_len)
{
    return raw_call_for(5000, op, args, in, in_len);
}

#define RAW_ARGS(...) ((const u64[6]){__VA_ARGS__})

/* Opens ref in scheme name. Result: descriptor. */
static inline i64 raw_open(const char *name, const char *ref, u64 flags)
{
    char text[256];
    u64 n = raw_length(name), r = raw_length(ref);

    if (n + r > sizeof(text))
        return -ENAMETOOLONG;
    raw_copy(text, name, n);
    raw_copy(text + n, ref, r);
    return raw_call(SYS_OPENAT, RAW_ARGS(raw.block.ns_fd, flags, 0, n, 0, n + r), text, n + r);
}

/* So that no random write fills the log of the test. */
static inline void raw_close_streams(void)
{
    for (u64 fd = 0; fd < 3; fd++)
        raw_call(SYS_CLOSE, RAW_ARGS(fd), NULL, 0);
}

static inline void raw_print(u64 fd, const char *text)
{
    u64 n = raw_length(text);

    raw_call(SYS_WRITE, RAW_ARGS(fd, n, 0, 0, 0, 0), text, n);
}

/* text, a number in decimal, and the end of the line */
static inline void raw_print_number(u64 fd, const char *text, i64 value)
{
    char line[160];
    char digits[24];
    u64 n = 0, k = sizeof(digits);
    u64 rest = value < 0 ? -(u64)value : (u64)value;

    for (; text[n] && n < 120; n++)
        line[n] = text[n];
    do
        digits[--k] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        digits[--k] = '-';
    while (k < sizeof(digits))
        line[n++] = digits[k++];
    line[n++] = '\n';
    line[n] = 0;
    raw_print(fd, line);
}

/* ---- start --------------------------------------------------------------------------- */

/* A program's status when even the start failed. */
#define RAW_NO_START 120

static void raw_main(void);

static inline void raw_boot(void)
{
    struct ctl_message m;
    i32 fds[8];
    u64 len;

    if (!raw_receive(&m, fds, 0) || m.kind != CTL_BOOT)
        raw_exit(RAW_NO_START);
    len = (PAGE_SIZE + PORTAL_SIZE + m.boot_len + PAGE_MASK) & ~(u64)PAGE_MASK;
    raw.kernel_bell = fds[0];
    if (!raw_map_object(CTL_BOOT, 0, fds[1], m.addr, len, 0))
        raw_exit(RAW_NO_START);
    raw.page = (struct proc_page *)m.addr;
    raw.portal = (struct portal *)(m.addr + PAGE_SIZE);
    raw_copy(&raw.block, (const void *)(m.addr + PAGE_SIZE + PORTAL_SIZE), sizeof(raw.block));
    raw.strings = (const char *)(m.addr + PAGE_SIZE + PORTAL_SIZE + sizeof(raw.block));
    raw.seed = 0x9E3779B97F4A7C15ull;
}

void _start(void);
__attribute__((used)) void raw_start(void);

__attribute__((used)) void raw_start(void)
{
    raw_boot();
    raw_main();
    raw_exit(0);
}

__attribute__((naked)) void _start(void)
{
    __asm__("xor %ebp, %ebp\n\tand $-16, %rsp\n\tcall raw_start");
}

#endif
