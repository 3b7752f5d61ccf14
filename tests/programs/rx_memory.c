/*
 * Memory by libredox's own functions: anonymous, of files, in objects, shared between
 * processes; protection and its faults.
 */
#include "tests/programs/rx_check.h"

#define RW (RX_PROT_READ | RX_PROT_WRITE)
#define SIZE (4 * (size_t)PAGE_SIZE)

static u8 *map(u64 fd, u64 offset, size_t len, u32 prot, u32 flags, void *at)
{
    size_t r = redox_mmap_v1(at, len, prot, flags, fd, offset);
    return RX_IS_ERR(r) ? NULL : (u8 *)r;
}

static void anonymous(void)
{
    u8 *m = map(RX_ANON_FD, 0, SIZE, RW, RX_MAP_PRIVATE, NULL);
    CHECK(m != NULL);
    if (!m)
        return;
    CHECK_EQ((uintptr_t)m % PAGE_SIZE, 0);
    for (size_t i = 0; i < SIZE; i++)
        CHECK_EQ(m[i], 0);
    memset(m, 0xAB, SIZE);
    CHECK_EQ(redox_munmap_v1(m + PAGE_SIZE, PAGE_SIZE), 0);
    CHECK(map(RX_ANON_FD, 0, PAGE_SIZE, RW, RX_MAP_PRIVATE | RX_MAP_FIXED, m + PAGE_SIZE) ==
          m + PAGE_SIZE);
    CHECK_EQ(m[PAGE_SIZE], 0);
    CHECK_EQ(m[0], 0xAB);
    CHECK_EQ(m[2 * PAGE_SIZE], 0xAB);
    CHECK_EQ((i64)redox_mmap_v1(m, PAGE_SIZE, RW, RX_MAP_PRIVATE | RX_MAP_FIXED_NOREPLACE,
                                RX_ANON_FD, 0),
             -EEXIST);
    CHECK_EQ((i64)redox_mmap_v1(NULL, 0, RW, RX_MAP_PRIVATE, RX_ANON_FD, 0), -EINVAL);
    CHECK_EQ((i64)redox_mmap_v1(m + 1, 1, RW, RX_MAP_PRIVATE | RX_MAP_FIXED, RX_ANON_FD, 0),
             -EINVAL);
    CHECK_EQ((i64)redox_munmap_v1(m + 1, PAGE_SIZE), -EINVAL);
    CHECK_EQ((i64)redox_munmap_v1(m, 0), -EINVAL);
    CHECK_EQ(redox_munmap_v1(m, SIZE), 0);
}

/* What a child does to memory, as its parent's wait status. */
static i64 in_child(void (*fn)(u8 *), u8 *m)
{
    i64 pid = rx_fork();
    if (pid == 0) {
        fn(m);
        rx_exit(0);
    }
    return pid < 0 ? pid : wait_status(pid);
}

static void write_one(u8 *m)
{
    *(volatile u8 *)m = 1;
}

static void read_one(u8 *m)
{
    (void)*(volatile u8 *)m;
}

static void protection(void)
{
    u8 *m = map(RX_ANON_FD, 0, SIZE, RW, RX_MAP_PRIVATE, NULL);
    if (!m)
        return;
    m[0] = 9;
    CHECK_EQ(rx_mprotect(m, PAGE_SIZE, RX_PROT_READ), 0);
    CHECK_EQ(m[0], 9);
    CHECK_EQ(in_child(read_one, m), RX_STATUS_EXITED(0));
    CHECK_EQ(in_child(write_one, m), RX_STATUS_SIGNALED(RX_SIGSEGV));
    CHECK_EQ(in_child(write_one, m + PAGE_SIZE), RX_STATUS_EXITED(0));
    CHECK_EQ(rx_mprotect(m, PAGE_SIZE, RX_PROT_READ | RX_PROT_WRITE), 0);
    CHECK_EQ(in_child(write_one, m), RX_STATUS_EXITED(0));
    CHECK_EQ(m[0], 9);
    CHECK_EQ(redox_munmap_v1(m, SIZE), 0);
    CHECK_EQ(in_child(read_one, m), RX_STATUS_SIGNALED(RX_SIGSEGV));
}

/* A memory object: named by its descriptor, one for all who map it. */
static void objects(void)
{
    struct redox_c_stat st;
    i64 fd = open_path("/scheme/memory", RX_O_RDWR | RX_O_CLOEXEC, 0);
    if (!GOOD(fd))
        return;
    CHECK_EQ(redox_ftruncate_v0((size_t)fd, SIZE), 0);
    CHECK_EQ(redox_fstat_v1((size_t)fd, &st), 0);
    CHECK_EQ(st.size, SIZE);
    u8 *a = map((u64)fd, 0, SIZE, RW, RX_MAP_SHARED, NULL);
    u8 *b = map((u64)fd, PAGE_SIZE, PAGE_SIZE, RW, RX_MAP_SHARED, NULL);
    u8 *copy = map((u64)fd, 0, SIZE, RW, RX_MAP_PRIVATE, NULL);
    CHECK(a && b && copy);
    if (!a || !b || !copy)
        return;
    a[PAGE_SIZE] = 1;
    CHECK_EQ(b[0], 1);
    CHECK_EQ(in_child(write_one, a + 5), RX_STATUS_EXITED(0));
    CHECK_EQ(a[5], 1);
    copy[7] = 3;
    CHECK_EQ(a[7], 0);
    CHECK_EQ((i64)redox_mmap_v1(NULL, 2 * SIZE, RW, RX_MAP_SHARED, (size_t)fd, 0), -EINVAL);
    redox_close_v1((size_t)fd);
    a[PAGE_SIZE + 1] = 2;
    CHECK_EQ(b[1], 2);
    CHECK_EQ(redox_munmap_v1(a, SIZE), 0);
    CHECK_EQ(b[1], 2);
    CHECK_EQ(redox_munmap_v1(b, PAGE_SIZE), 0);
    CHECK_EQ(redox_munmap_v1(copy, SIZE), 0);
}

/* Two processes wake each other through a word that both see. */
static void a_futex_between_processes(void)
{
    i64 fd = open_path("/scheme/memory", RX_O_RDWR, 0);
    if (!GOOD(fd))
        return;
    u32 *word = (u32 *)(void *)map((u64)fd, 0, PAGE_SIZE, RW, RX_MAP_SHARED, NULL);
    CHECK(word != NULL);
    if (!word)
        return;
    i64 pid = rx_fork();
    if (pid == 0) {
        rx_nanosleep(&(struct rx_timespec){.nsec = 20000000}, NULL);
        __atomic_store_n(word, 1, __ATOMIC_SEQ_CST);
        redox_futex_wake_v0(word, 1);
        while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == 1)
            redox_futex_wait_v0(word, 1, NULL);
        rx_exit(*word == 2 ? 0 : 1);
    }
    while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == 0)
        redox_futex_wait_v0(word, 0, NULL);
    __atomic_store_n(word, 2, __ATOMIC_SEQ_CST);
    redox_futex_wake_v0(word, 1);
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    redox_munmap_v1(word, PAGE_SIZE);
    redox_close_v1((size_t)fd);
}

static void files(void)
{
    static const char path[] = "/tmp/rx_memory";
    i64 fd = open_path(path, RX_O_CREAT | RX_O_TRUNC | RX_O_RDWR, 0600);
    if (!GOOD(fd))
        return;
    CHECK_EQ(redox_ftruncate_v0((size_t)fd, SIZE), 0);
    CHECK_EQ(rx_pwrite((u64)fd, "mapped", 6, PAGE_SIZE), 6);
    u8 *shared = map((u64)fd, PAGE_SIZE, PAGE_SIZE, RW, RX_MAP_SHARED, NULL);
    u8 *own = map((u64)fd, PAGE_SIZE, PAGE_SIZE, RW, RX_MAP_PRIVATE, NULL);
    CHECK(shared && own);
    if (shared && own) {
        char buf[6];
        CHECK(memcmp(shared, "mapped", 6) == 0 && memcmp(own, "mapped", 6) == 0);
        own[0] = 'c';
        CHECK_EQ(shared[0], 'm');
        shared[0] = 'M';
        CHECK_EQ(rx_pread((u64)fd, buf, 6, PAGE_SIZE), 6);
        CHECK(memcmp(buf, "Mapped", 6) == 0);
        CHECK_EQ(rx_pwrite((u64)fd, "D", 1, PAGE_SIZE + 5), 1);
        CHECK_EQ(shared[5], 'D');
        redox_munmap_v1(own, PAGE_SIZE);
        redox_munmap_v1(shared, PAGE_SIZE);
    }
    redox_close_v1((size_t)fd);
    CHECK_EQ(unlink_path(path, 0), 0);
}

int main(void)
{
    anonymous();
    protection();
    objects();
    a_futex_between_processes();
    files();
    return check_status();
}
