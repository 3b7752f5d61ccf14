/*
 * The working directory under threads: some change it, others use it. Whoever acquires
 * gets a path and a descriptor that belong together and stay good until released; no
 * descriptor is closed twice or left open.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "libredox/src/upper.h"
#include "tests/libredox/fake_paths.h"

#define TABLE 4096u
#define CHANGES 20000u
#define USERS 3u

enum { SHUT, OPEN };

struct gate_start gate_start = {.cwd = "/start", .cwd_fd = RX_FD_UPPER | 1, .ns_fd = RX_FD_UPPER};

/* Descriptors in the upper table, and the last letter of the path each was opened with. */
static u8 table[TABLE] = {[1] = OPEN};
static char letters[TABLE] = {[1] = 't'};
static u32 changing;

/* CMocka's assertions work in the main thread only. */
static void must(bool holds)
{
    if (!holds)
        abort();
}

static i64 fake_open(char letter)
{
    for (u64 i = 2; i < TABLE; i++) {
        u8 shut = SHUT;
        if (!__atomic_compare_exchange_n(&table[i], &shut, OPEN, false, __ATOMIC_ACQ_REL,
                                         __ATOMIC_RELAXED))
            continue;
        __atomic_store_n(&letters[i], letter, __ATOMIC_RELEASE);
        return (i64)(RX_FD_UPPER | i);
    }
    return -EMFILE;
}

i64 gate_call(u32 op, const u64 args[6], const struct gate_buf *buf, u64 ret[4])
{
    if (ret)
        ret[0] = BINDING_NONE;
    if (op == SYS_CLOSE)
        must(__atomic_exchange_n(&table[args[0] & ~RX_FD_UPPER], SHUT, __ATOMIC_ACQ_REL) == OPEN);
    if (op == SYS_YIELD)
        sched_yield();
    if (op == SYS_CALL) {
        const struct rx_stat st = {.mode = MODE_DIR};
        memcpy(buf->out, &st, sizeof(st));
    }
    return 0;
}

i64 gate_call2(u32 op, const u64 args[6], const void *a, size_t a_len, const void *b, size_t b_len,
               u64 ret[4])
{
    (void)args;
    (void)a;
    (void)a_len;
    must(op == SYS_OPENAT && b_len > 0);
    ret[0] = BINDING_NONE;
    return fake_open(((const char *)b)[b_len - 1]);
}

void chan_note(u64 fd, u64 binding)
{
    (void)fd;
    (void)binding;
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
    (void)fd;
    (void)op;
    (void)args;
    (void)in;
    (void)out;
    (void)len;
    return -ENOTCONN;
}

i64 gate_clock(u32 clock, struct rx_timespec *ts)
{
    (void)clock;
    *ts = (struct rx_timespec){0};
    return 0;
}

i64 gate_mmap(u64 fd, u64 offset, u64 size, u64 flags, u64 address)
{
    (void)fd;
    (void)offset;
    (void)size;
    (void)flags;
    (void)address;
    return -ENOSYS;
}

i64 gate_munmap(u64 address, u64 size)
{
    (void)address;
    (void)size;
    return -ENOSYS;
}

i64 gate_mprotect(u64 address, u64 size, u32 prot)
{
    (void)address;
    (void)size;
    (void)prot;
    return -ENOSYS;
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

static void *use(void *arg)
{
    (void)arg;
    struct cwd cwd;
    char text[RX_PATH_MAX];
    while (__atomic_load_n(&changing, __ATOMIC_ACQUIRE)) {
        must(cwd_acquire(&cwd) == 0);
        u64 i = cwd.fd & ~RX_FD_UPPER;
        for (int look = 0; look < 3; look++) {
            must(__atomic_load_n(&table[i], __ATOMIC_ACQUIRE) == OPEN);
            must(__atomic_load_n(&letters[i], __ATOMIC_ACQUIRE) == cwd.path.p[cwd.path.len - 1]);
        }
        cwd_release(&cwd);
        must(rx_getcwd(text, sizeof(text)) > 0);
    }
    return NULL;
}

static void *change(void *arg)
{
    const char *paths[] = {"/a", "/bb/b", "/c/c/c", "../d"};
    u32 seed = (u32)(uintptr_t)arg;
    for (u32 i = 0; i < CHANGES; i++) {
        seed = seed * 1103515245 + 12345;
        const char *path = paths[(seed >> 16) % 4];
        i64 r = rx_chdir(path, strlen(path));
        must(r == 0 || r == -EAGAIN);
    }
    return NULL;
}

static void pairs_belong_together(void **state)
{
    (void)state;
    pthread_t users[USERS], changers[2];
    __atomic_store_n(&changing, 1, __ATOMIC_RELEASE);
    for (u32 i = 0; i < USERS; i++)
        assert_int_equal(pthread_create(&users[i], NULL, use, NULL), 0);
    for (uintptr_t i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&changers[i], NULL, change, (void *)(i + 1)), 0);
    for (u32 i = 0; i < 2; i++)
        pthread_join(changers[i], NULL);
    __atomic_store_n(&changing, 0, __ATOMIC_RELEASE);
    for (u32 i = 0; i < USERS; i++)
        pthread_join(users[i], NULL);
    u32 open = 0;
    for (u32 i = 0; i < TABLE; i++)
        open += table[i] == OPEN;
    assert_int_equal(open, 1);
    struct cwd cwd;
    assert_int_equal(cwd_acquire(&cwd), 0);
    assert_int_equal(table[cwd.fd & ~RX_FD_UPPER], OPEN);
    cwd_release(&cwd);
    for (u32 i = 0; i < 20; i++)
        assert_int_equal(rx_chdir("/a", 2), 0); /* no entry was lost */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(pairs_belong_together)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
