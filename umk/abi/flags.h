/*
 * Flag words and small enumerations that programs, servers and the kernel share.
 * Values are Redox's. Names that a POSIX header also defines (with other values,
 * on a host) carry the prefix RX_.
 */
#ifndef UMK_ABI_FLAGS_H
#define UMK_ABI_FLAGS_H

#include "umk/abi/types.h"

/* Open flags. The low 16 bits of the word carry the creation mode. */
#define RX_O_RDONLY 0x00010000u
#define RX_O_WRONLY 0x00020000u
#define RX_O_RDWR 0x00030000u
#define RX_O_ACCMODE 0x00030000u
#define RX_O_NONBLOCK 0x00040000u
#define RX_O_APPEND 0x00080000u
#define RX_O_SHLOCK 0x00100000u
#define RX_O_EXLOCK 0x00200000u
#define RX_O_ASYNC 0x00400000u
#define RX_O_FSYNC 0x00800000u
#define RX_O_CLOEXEC 0x01000000u
#define RX_O_CREAT 0x02000000u
#define RX_O_TRUNC 0x04000000u
#define RX_O_EXCL 0x08000000u
#define RX_O_DIRECTORY 0x10000000u
#define RX_O_STAT 0x20000000u
#define RX_O_SYMLINK 0x40000000u
#define RX_O_NOFOLLOW 0x80000000u
#define RX_O_FCNTL_MASK 0x00CC0000u
#define RX_O_NOCTTY 0x00000200u
#define RX_O_MODE_MASK 0x0000FFFFu

#define RX_FD_CLOEXEC 0x01000000u
/* Ours: a child of fork or spawn does not get the descriptor. */
#define RX_FD_CLOFORK 0x02000000u
#define RX_FD_FLAGS (RX_FD_CLOEXEC | RX_FD_CLOFORK)

/* Per-call flags of positioned reads and writes. */
#define RX_RWF_NONBLOCK 1u
#define RX_RWF_APPEND 2u

/* fcntl commands; the first five reach the kernel, the rest is the C library's. */
#define RX_F_DUPFD 0
#define RX_F_GETFD 1
#define RX_F_SETFD 2
#define RX_F_GETFL 3
#define RX_F_SETFL 4
#define RX_F_GETLK 5
#define RX_F_SETLK 6
#define RX_F_SETLKW 7
#define RX_F_OFD_GETLK 36
#define RX_F_OFD_SETLK 37
#define RX_F_OFD_SETLKW 38
#define RX_F_DUPFD_CLOEXEC 1030

#define RX_AT_REMOVEDIR 0x200u
#define RX_AT_FDCWD (-100)

#define RX_SEEK_SET 0
#define RX_SEEK_CUR 1
#define RX_SEEK_END 2

/* File modes. */
#define MODE_TYPE 0xF000u
#define MODE_FIFO 0x1000u
#define MODE_CHR 0x2000u
#define MODE_DIR 0x4000u
#define MODE_BLK 0x6000u
#define MODE_FILE 0x8000u
#define MODE_SYMLINK 0xA000u
#define MODE_SOCK 0xC000u
#define MODE_PERM 0x0FFFu

#define RX_UTIME_NOW 0x3FFFFFFF
#define RX_UTIME_OMIT 0x3FFFFFFE

/* Protection and mapping flags, in the word that FMAP and MPROTECT take. */
#define RX_PROT_NONE 0u
#define RX_PROT_EXEC 0x10000u
#define RX_PROT_WRITE 0x20000u
#define RX_PROT_READ 0x40000u
#define RX_PROT_MASK 0x70000u
#define RX_MAP_SHARED 1u
#define RX_MAP_PRIVATE 2u
#define RX_MAP_FIXED 4u
#define RX_MAP_FIXED_NOREPLACE 0xCu
#define RX_MAP_LAZY 0x10u
#define RX_MUNMAP_NEEDS_SYNC 1u
#define RX_ANON_FD UINT64_MAX

/* Events. */
#define EVENT_NONE 0u
#define EVENT_READ 1u
#define EVENT_WRITE 2u
#define EVENT_TIMEOUT_ID (UINT64_MAX - 2)

/* Futex operations and clocks. */
#define RX_FUTEX_WAIT 0
#define RX_FUTEX_WAKE 1
#define RX_FUTEX_REQUEUE 2
#define RX_FUTEX_WAIT64 3
#define RX_CLOCK_REALTIME 1
#define RX_CLOCK_MONOTONIC 4
/* Ours: processor time of the calling process, and of its children that it has waited for. */
#define RX_CLOCK_PROCESS_CPU 2
#define RX_CLOCK_CHILDREN_CPU 0x102
/* ... of the calling thread, and of the thread of portal n. */
#define RX_CLOCK_THREAD_CPU 3
#define RX_CLOCK_THREAD_OF(n) (0x1000u + (n))
#define RX_CLOCK_IS_THREAD(clock) ((clock) >= 0x1000u && (clock) < 0x2000u)

/* CALL flags; bits 0..7 hold the number of metadata words. */
#define CALL_META_MASK 0xFFu
#define CALL_CONSUME 0x100u
#define CALL_WRITE 0x200u
#define CALL_READ 0x400u
#define CALL_FD 0x800u
#define CALL_FD_EXCLUSIVE 0x1000u
#define CALL_FD_CLONE 0x2000u
#define CALL_FD_UPPER 0x4000u
#define CALL_FD_CLOEXEC 0x8000u
#define CALL_STD_FS 0x10000u
#define CALL_MULTIPLE_FDS 0x20000u
#define CALL_FLAGS_KNOWN 0x3FFFFu
#define CALL_META_MAX 3

/* Kinds of standard file calls (CALL with STD_FS, metadata word 0). */
enum std_fs_kind {
    STD_FCHMOD = 1,
    STD_FCHOWN = 2,
    STD_GETDENTS = 3,
    STD_FSTAT = 4,
    STD_FSTATVFS = 5,
    STD_FSYNC = 6,
    STD_FTRUNCATE = 7,
    STD_FUTIMENS = 8,
    STD_RELPATHAT = 11,
    STD_LOCK = 12,
    STD_UNLOCK = 13,
    STD_GETLOCK = 14,
};

/* The upper half of a descriptor table: slots that C programs never see as small ints. */
#define RX_FD_UPPER (1ull << 62)
#define RX_FD_MAX 65536u
#define RX_FD_NONE UINT64_MAX

#define RX_PATH_MAX 4096u
#define RX_SYMLOOP_MAX 64u

/* Verbs of a namespace descriptor's dup, and what such a descriptor may do. */
#define NSDUP_FORK 0u
#define NSDUP_SHRINK 1u
#define NSDUP_REGISTER 2u
#define NS_LIST 1u
#define NS_INSERT 2u
#define NS_DELETE 4u
#define NS_SCHEME_CREATE 8u

/* Waiting. */
#define RX_WNOHANG 1u
#define RX_WUNTRACED 2u
#define RX_WCONTINUED 8u
#define RX_STATUS_EXITED(code) (((u32)(code)&0xff) << 8)
#define RX_STATUS_SIGNALED(sig) ((u32)(sig)&0x7f)
#define RX_STATUS_STOPPED(sig) (0x7fu | ((u32)(sig) << 8))
#define RX_STATUS_CONTINUED 0xffffu

/* Verbs on a process (ProcCall). */
enum proc_verb {
    PROC_WAITPID = 0,
    PROC_SETRENS = 1,
    PROC_EXIT = 2,
    PROC_WAITPGID = 3,
    PROC_SETRESUGID = 4,
    PROC_SETPGID = 5,
    PROC_GETSID = 6,
    PROC_SETSID = 7,
    PROC_KILL = 8,
    PROC_SIGQ = 9,
    PROC_SYNC_SIG = 10,
    PROC_SIGDEQ = 11,
    PROC_GETPPID = 12,
    PROC_RENAME = 13,
    PROC_DISABLE_SETPGID = 14,
    PROC_CREDENTIALS = 15,
    PROC_SETPRIORITY = 16,
    PROC_GETPRIORITY = 17,
    PROC_SIGNAL_THREAD = 64, /* thread (portal number), signal: this kernel's own */
    PROC_HANDLE = 65, /* a descriptor that stands for the caller, in the upper table: ditto */
    PROC_GETLIMIT =
        66, /* enum process_limit: ret[0], ret[1] are what holds and its ceiling: ditto */
    PROC_SETLIMIT = 67, /* enum process_limit, value, ceiling: ditto */
};

/*
 * What a process may be limited to, by itself or by whoever started it: children begin with their
 * parent's limits, and a program that is executed keeps them. Only root raises a ceiling. What a
 * process had before a limit was lowered stays with it.
 */
enum process_limit {
    LIMIT_FILES,   /* descriptors of the lower table are below this */
    LIMIT_PRIVATE, /* bytes of private memory mapped */
    LIMIT_MAPPED,  /* bytes of memory mapped, shared and private */
    LIMITS
};

/* Signals. */
enum rx_signal {
    RX_SIGHUP = 1,
    RX_SIGINT,
    RX_SIGQUIT,
    RX_SIGILL,
    RX_SIGTRAP,
    RX_SIGABRT,
    RX_SIGBUS,
    RX_SIGFPE,
    RX_SIGKILL,
    RX_SIGUSR1,
    RX_SIGSEGV,
    RX_SIGUSR2,
    RX_SIGPIPE,
    RX_SIGALRM,
    RX_SIGTERM,
    RX_SIGSTKFLT,
    RX_SIGCHLD,
    RX_SIGCONT,
    RX_SIGSTOP,
    RX_SIGTSTP,
    RX_SIGTTIN,
    RX_SIGTTOU,
    RX_SIGURG,
    RX_SIGXCPU,
    RX_SIGXFSZ,
    RX_SIGVTALRM,
    RX_SIGPROF,
    RX_SIGWINCH,
    RX_SIGIO,
    RX_SIGPWR,
    RX_SIGSYS,
    RX_SIG_MAX = 64,
};
#define RX_SIGBIT(sig) (1ull << ((sig)-1))

#endif
