/*
 * The runtime below the C library: program start, processes, threads, signals, and
 * the calls that Redox's stable interface has no name for. Results are values or negative
 * errno, as in <redox/redox.h>.
 */
#ifndef REDOX_RT_H
#define REDOX_RT_H

#include "redox/redox.h"
#include "umk/abi/portal.h"

/* What a program starts with. Pointers stay valid for the life of the program. */
struct rx_start {
    int argc;
    char **argv; /* argv[argc] == NULL */
    char **envp;
    const u64 *auxv; /* pairs {type, value}, ended by {0, 0}: AT_PHDR, AT_PHENT, AT_PHNUM, AT_ENTRY,
                        AT_BASE, and Redox's own types */
    u32 umask;
    u64 sigignored; /* signals ignored at start */
};

/*
 * The C library defines this. libredox's entry code calls it on the main thread's stack, after
 * the gate is up; it sets up TLS, runs constructors and main, and does not return.
 */
_Noreturn void rx_program_start(const struct rx_start *start);

/*
 * For a program linked with the host's C library (a sanitizer build of a server): connects
 * to the kernel and returns the start record. The freestanding entry code does it by itself.
 */
const struct rx_start *rx_hosted_attach(void);

/*
 * For a driver that the host backs (hostdrv): its main loop wakes when the file of the host fd
 * becomes readable (epoll, edge-triggered). After scheme_create. -EOPNOTSUPP: with `umk run --cpus`
 * the kernel alone wakes loops; then the driver must wait for its work where it starts it.
 */
i64 rx_outside_watch(int fd);

/*
 * More threads for such a driver: an attached thread makes a place, whose number is the result, and
 * one new thread of the host's takes it before it calls anything of the system. They last as long
 * as the process.
 */
i64 rx_hosted_thread_place(void);
void rx_hosted_thread_take(u64 place);

/* A call through the calling thread's portal. Result: the kernel's; ret may be NULL. */
i64 rx_call(u32 op, const u64 args[6], const void *in, size_t in_len, void *out, size_t out_len,
            u64 ret[4]);

/* Files. */
/* Open with directory descriptor (RX_AT_FDCWD as a word: the working directory); path rules and
 * symbolic links across schemes are handled here. mode is already masked; it may name a
 * type (MODE_TYPE), which servers that do not make it refuse. */
i64 rx_openat(i64 dirfd, const char *path, size_t len, u32 flags, u32 mode);
i64 rx_unlinkat(i64 dirfd, const char *path, size_t len, u32 flags);
i64 rx_pread(u64 fd, void *buf, size_t len, u64 offset);
i64 rx_pwrite(u64 fd, const void *buf, size_t len, u64 offset);
i64 rx_lseek(u64 fd, i64 offset, int whence);
i64 rx_fstat(u64 fd, struct rx_stat *st);
/* The status of a file by its path; flags: those it would be opened with (RX_O_NOFOLLOW). */
i64 rx_statat(i64 dirfd, const char *path, size_t len, u32 flags, struct rx_stat *st);
/* In the C library's form. */
void rx_stat_to_c(const struct rx_stat *s, struct redox_c_stat *st);
i64 rx_rename(const char *from, size_t from_len, const char *to, size_t to_len);
/* follow: of a symbolic link, the file that it names gets the name. */
i64 rx_link(const char *from, size_t from_len, const char *to, size_t to_len, bool follow);
i64 rx_pipe(int fds[2], u32 flags);
i64 rx_chdir(const char *path, size_t len);
i64 rx_fchdir(u64 fd);
/* The working directory's path, NUL-terminated. Result: length without NUL, or -ERANGE. */
i64 rx_getcwd(char *buf, size_t size);
i64 rx_mprotect(void *addr, size_t len, u32 prot);
/* Returns when what was written to files through mappings in [addr, addr + len) is on their disks.
 * -ENOMEM: something there is not mapped. */
i64 rx_msync(void *addr, size_t len);
/* Moves descriptors through a file: sendfd and recvfd. fds are words. */
i64 rx_sendfd(u64 fd, const u64 *fds, size_t n, u32 call_flags, u64 meta);
i64 rx_recvfd(u64 fd, u64 *fds, size_t n, u32 call_flags, u64 meta);

/* Processes. */
struct rx_spawn {
    u64 image; /* descriptor of the program file */
    char *const *argv;
    char *const *envp;
    const struct spawn_action *actions;
    u32 nactions;
    u32 flags; /* SPAWN_* */
    u32 pgid, uid, gid;
    u32 umask;
    u64 ns_fd;      /* RX_FD_NONE: the caller's */
    u64 sigblocked; /* initial mask */
    u64 sigignored;
    const char *cwd; /* NULL: the caller's */
};
/* Starts a program without copying the caller. Result: pid. E2BIG, ENOENT, ENOEXEC, EACCES. */
i64 rx_spawn(const struct rx_spawn *s);
/* Replaces the calling process; returns only on failure. Uses image, argv, envp, umask and the
 * signal sets of s; descriptors marked close-on-exec are closed. */
i64 rx_exec(const struct rx_spawn *s);
/* Copies the calling process (its calling thread only). Result: pid in the parent, 0 in the child.
 */
i64 rx_fork(void);
/* pid -1 or 0 as waitpid has it. Result: pid, 0 with RX_WNOHANG. */
i64 rx_waitpid(i64 pid, u32 *status, u32 flags);
/* status: 0..255 an exit status, otherwise signal << 8. */
_Noreturn void rx_exit(u32 status);
/* A call on the calling process: enum proc_verb and its metadata. */
i64 rx_proc(u32 verb, u64 a, u64 b, u64 c, void *payload, size_t len);
/* enum process_limit: sets it to to[0] under the ceiling to[1], and tells what it was before; each
 * may be NULL. */
i64 rx_limit(u32 which, const u64 *to, u64 *now);

/* Threads. */
struct rx_thread_start {
    void (*entry)(void *arg); /* must end in rx_thread_exit */
    void *arg;
    void *stack_top; /* 16-byte aligned */
    void *tls;       /* initial fs base */
    u32 *tid;        /* set to the thread's number before it runs; zeroed and woken at its end */
};
i64 rx_thread_create(const struct rx_thread_start *t);
/* Ends the calling thread; unmap (may be NULL) is its stack, which is given back last. */
_Noreturn void rx_thread_exit(void *unmap, size_t len);
u32 rx_thread_self(void); /* number of the calling thread: its portal's */
void rx_set_tls(void *fs_base);
/* Sends a signal to one thread of the calling process. */
i64 rx_thread_kill(u32 thread, u32 sig);

/* Signals. The words are shared with the kernel: struct sig_control of the calling thread, and
 * struct sig_proc_control of the process. */
struct sig_control *rx_sig_thread(void);
struct sig_proc_control *rx_sig_proc(void);
/*
 * The C library's hook: called on the interrupted thread with its deliverable signals, outside
 * the gate, host signals for nudging blocked. It claims pending bits, runs handlers and returns
 * true when one of them ran without SA_RESTART. uctx is the host's context or NULL.
 */
typedef bool rx_signal_hook(void *uctx);
void rx_set_signal_hook(rx_signal_hook *hook);
/* True when a signal is pending and allowed for the calling thread. */
bool rx_signal_deliverable(void);

/* The host's or hardware's clock without a call where possible. */
i64 rx_clock(u32 clock, struct rx_timespec *ts);
i64 rx_nanosleep(const struct rx_timespec *request, struct rx_timespec *remaining);
i64 rx_yield(void);

/* Writes a line to the kernel's log and ends the process as by abort. */
_Noreturn void rx_panic(const char *message);

#endif
