/*
 * What the C library asks of libredox, done by Linux system calls, so that the library's
 * objects (with prefixed names) can run in a test beside the host's C library. Compiled
 * with the library's own headers and flags and -DSHIM_HOST_TEST; every name gets the prefix.
 */
#include "shim/src/internal/thread.h"

_Thread_local struct umk_thread __umk_test_thread;
struct umk_thread *__umk_main_thread;

/* Bytes the library has mapped now. */
size_t mapped;

/* Calls the host: number, six arguments; negative errno. */
static i64 host_call(i64 n, i64 a, i64 b, i64 c, i64 d, i64 e, i64 f)
{
    i64 result;
    register i64 r10 __asm__("r10") = d;
    register i64 r8 __asm__("r8") = e;
    register i64 r9 __asm__("r9") = f;

    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

enum {
    HOST_READ = 0,
    HOST_WRITE = 1,
    HOST_CLOSE = 3,
    HOST_LSEEK = 8,
    HOST_MMAP = 9,
    HOST_MUNMAP = 11,
    HOST_FUTEX = 202,
    HOST_EXIT_GROUP = 231,
};

size_t redox_mmap_v1(void *addr, size_t len, u32 prot, u32 flags, size_t fd, u64 offset)
{
    (void)prot, (void)flags, (void)fd, (void)offset;
    __atomic_fetch_add(&mapped, len, __ATOMIC_RELAXED);
    return (size_t)host_call(HOST_MMAP, (i64)(uintptr_t)addr, (i64)len, 3, 0x22, -1, 0);
}

size_t redox_munmap_v1(void *addr, size_t len)
{
    __atomic_fetch_sub(&mapped, len, __ATOMIC_RELAXED);
    return (size_t)host_call(HOST_MUNMAP, (i64)(uintptr_t)addr, (i64)len, 0, 0, 0, 0);
}

size_t redox_read_v1(size_t fd, u8 *buf, size_t len)
{
    return (size_t)host_call(HOST_READ, (i64)fd, (i64)(uintptr_t)buf, (i64)len, 0, 0, 0);
}

size_t redox_write_v1(size_t fd, const u8 *buf, size_t len)
{
    return (size_t)host_call(HOST_WRITE, (i64)fd, (i64)(uintptr_t)buf, (i64)len, 0, 0, 0);
}

size_t redox_close_v1(size_t fd)
{
    return (size_t)host_call(HOST_CLOSE, (i64)fd, 0, 0, 0, 0, 0);
}

i64 rx_lseek(u64 fd, i64 offset, int whence)
{
    return host_call(HOST_LSEEK, (i64)fd, offset, whence, 0, 0, 0);
}

size_t redox_futex_wait_v0(u32 *addr, u32 val, const struct redox_c_timespec *deadline)
{
    (void)deadline;
    return (size_t)host_call(HOST_FUTEX, (i64)(uintptr_t)addr, 0, val, 0, 0, 0);
}

size_t redox_futex_wake_v0(u32 *addr, u32 n)
{
    return (size_t)host_call(HOST_FUTEX, (i64)(uintptr_t)addr, 1, n, 0, 0, 0);
}

_Noreturn void rx_exit(u32 status)
{
    host_call(HOST_EXIT_GROUP, status & 0xff, 0, 0, 0, 0, 0);
    __builtin_trap();
}

_Noreturn void rx_panic(const char *message)
{
    size_t n = 0;

    while (message[n])
        n++;
    host_call(HOST_WRITE, 2, (i64)(uintptr_t)message, (i64)n, 0, 0, 0);
    host_call(HOST_WRITE, 2, (i64)(uintptr_t) "\n", 1, 0, 0, 0);
    rx_exit(134);
}
