/*
 * Linux system calls as inline functions, for the hosted gate: only those the filter permits.
 * Results are values or negative errno. No C library, no errno.
 */
#ifndef LIBREDOX_HOSTED_LINUX_H
#define LIBREDOX_HOSTED_LINUX_H

#include "umk/abi/types.h"

enum linux_call {
    LX_WRITE = 1,
    LX_MMAP = 9,
    LX_MPROTECT = 10,
    LX_MUNMAP = 11,
    LX_RT_SIGACTION = 13,
    LX_RT_SIGPROCMASK = 14,
    LX_CLOSE = 3,
    LX_SCHED_YIELD = 24,
    LX_MADVISE = 28,
    LX_RECVMSG = 47,
    LX_CLONE = 56,
    LX_EXIT = 60,
    LX_SIGALTSTACK = 131,
    LX_PRCTL = 157,
    LX_ARCH_PRCTL = 158,
    LX_FUTEX = 202,
    LX_EXIT_GROUP = 231,
    LX_EPOLL_WAIT = 232,
};

static inline i64 lx6(i64 n, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f)
{
    register u64 r10 __asm__("r10") = d;
    register u64 r8 __asm__("r8") = e;
    register u64 r9 __asm__("r9") = f;
    i64 ret;

    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return ret;
}

static inline i64 lx3(i64 n, u64 a, u64 b, u64 c)
{
    i64 ret;

    __asm__ volatile("syscall"
                     : "=a"(ret)
                     : "a"(n), "D"(a), "S"(b), "d"(c)
                     : "rcx", "r11", "memory");
    return ret;
}

#define LX_PROT_READ 1
#define LX_PROT_WRITE 2
#define LX_PROT_EXEC 4
#define LX_MAP_SHARED 1
#define LX_MAP_PRIVATE 2
#define LX_MAP_FIXED 0x10
#define LX_MAP_ANONYMOUS 0x20
#define LX_MAP_NORESERVE 0x4000
#define LX_MADV_DONTFORK 10
#define LX_MADV_HUGEPAGE 14

static inline i64 lx_mmap(u64 addr, u64 len, int prot, int flags, int fd, u64 offset)
{
    return lx6(LX_MMAP, addr, len, (u64)prot, (u64)flags, (u64)(i64)fd, offset);
}

static inline i64 lx_munmap(u64 addr, u64 len)
{
    return lx3(LX_MUNMAP, addr, len, 0);
}

static inline void lx_close(int fd)
{
    lx3(LX_CLOSE, (u64)fd, 0, 0);
}

/* Rings a bell. A full counter means it has been rung often enough. */
static inline void lx_ring(int fd)
{
    static const u64 one = 1; /* among the constants: always mapped */

    lx3(LX_WRITE, (u64)fd, (u64)&one, sizeof(one));
}

#define LX_PR_SET_NAME 15

#define LX_FUTEX_WAIT 0
#define LX_FUTEX_WAKE 1
#define LX_FUTEX_WAIT_BITSET 9
#define LX_FUTEX_ANY 0xFFFFFFFFu

struct lx_timespec {
    i64 sec, nsec;
};

static inline i64 lx_futex_wait(u32 *word, u32 value)
{
    return lx6(LX_FUTEX, (u64)word, LX_FUTEX_WAIT, value, 0, 0, 0);
}

static inline i64 lx_futex_wake(u32 *word, u32 n)
{
    return lx3(LX_FUTEX, (u64)word, LX_FUTEX_WAKE, n);
}

#define LX_SIG_BLOCK 0
#define LX_SIG_UNBLOCK 1

/* Blocks host signals, or lets them come again. `set` is read from constants: always mapped. */
static inline void lx_sigprocmask(int how, const u64 *set)
{
    lx6(LX_RT_SIGPROCMASK, (u64)how, (u64)set, 0, sizeof(*set), 0, 0);
}

_Noreturn static inline void lx_exit_group(int code)
{
    for (;;)
        lx3(LX_EXIT_GROUP, (u64)code, 0, 0);
}

#endif
