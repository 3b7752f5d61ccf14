/*
 * The stable C interface of libredox: Redox's redox_*_v1 functions. A result is a
 * value, or a negative errno as a word (test with RX_IS_ERR). Strings are pointer and
 * length, UTF-8, without NUL. Descriptors are words, so those of the upper table pass
 * through. Source: the Redox C library's ABI, as docs/ABI.md has it.
 *
 * All functions may be called from any thread. They may be interrupted by a signal
 * where the kernel says EINTR; a handler with SA_RESTART makes read and write go on.
 */
#ifndef REDOX_REDOX_H
#define REDOX_REDOX_H

#include "umk/abi/types.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"
#include "umk/abi/records.h"

struct redox_c_stat {
    u64 dev, ino, nlink;
    i32 mode, uid, gid;
    u64 rdev;
    i64 size, blksize, blocks;
    i64 atime, atime_nsec, mtime, mtime_nsec, ctime, ctime_nsec;
    u8 pad[24];
};
ABI_SIZE(struct redox_c_stat, 144);

struct redox_c_timespec {
    i64 sec;
    i64 nsec;
};

struct redox_raw_event {
    u64 fd;
    u64 user_data;
    u32 flags;
    u32 pad;
};
ABI_SIZE(struct redox_raw_event, 24);

struct redox_iovec {
    const void *base;
    size_t len;
};

size_t redox_open_v1(const u8 *path, size_t len, u32 flags, u16 mode);
size_t redox_openat_v1(size_t fd, const u8 *path, size_t len, u32 flags, u32 fcntl_flags);
size_t redox_dup_v1(size_t fd, const u8 *buf, size_t len);
size_t redox_dup2_v1(size_t old, size_t new_fd, const u8 *buf, size_t len);
size_t redox_read_v1(size_t fd, u8 *buf, size_t len);
size_t redox_write_v1(size_t fd, const u8 *buf, size_t len);
size_t redox_close_v1(size_t fd);
size_t redox_fchmod_v1(size_t fd, u16 mode);
size_t redox_fchown_v1(size_t fd, u32 uid, u32 gid);
size_t redox_getdents_v0(size_t fd, u8 *buf, size_t len, u64 opaque);
size_t redox_fstat_v1(size_t fd, struct redox_c_stat *st);
size_t redox_fstatvfs_v1(size_t fd, u64 statvfs[11]);
size_t redox_fsync_v1(size_t fd);
size_t redox_fdatasync_v1(size_t fd);
size_t redox_ftruncate_v0(size_t fd, size_t len);
size_t redox_futimens_v1(size_t fd, const struct redox_c_timespec times[2]);
size_t redox_fpath_v1(size_t fd, u8 *buf, size_t len);
size_t redox_fcntl_v0(size_t fd, size_t cmd, size_t arg);
size_t redox_relpathat_v0(size_t dirfd, size_t fd, u8 *buf, size_t len);
size_t redox_mmap_v1(void *addr, size_t len, u32 prot, u32 flags, size_t fd, u64 offset);
size_t redox_munmap_v1(void *addr, size_t len);
size_t redox_clock_gettime_v1(size_t clock, struct redox_c_timespec *ts);
size_t redox_get_pid_v1(void);
size_t redox_get_euid_v1(void);
size_t redox_get_ruid_v1(void);
size_t redox_get_egid_v1(void);
size_t redox_get_rgid_v1(void);
size_t redox_get_ens_v0(void);
size_t redox_get_ns_v0(void);
size_t redox_setns_v0(size_t fd);
size_t redox_setrens_v1(size_t rns, size_t ens);
size_t redox_mkns_v1(const struct redox_iovec *names, size_t n, u32 flags);
size_t redox_register_scheme_to_ns_v0(size_t ns, const u8 *name, size_t len, size_t cap_fd);
size_t redox_get_proc_credentials_v1(size_t cap_fd, size_t pid, u8 *buf, size_t len);
size_t redox_waitpid_v1(size_t pid, int *status, u32 options);
size_t redox_kill_v1(size_t pid, u32 sig);
size_t redox_strerror_v1(u8 *buf, size_t *len, u32 error);
size_t redox_cur_procfd_v0(void);
size_t redox_cur_thrfd_v0(void);
size_t redox_sys_call_v0(size_t fd, u8 *payload, size_t len, size_t flags, const u64 *meta,
                         size_t meta_words);
size_t redox_sys_call_multiple_v0(const size_t *fds, size_t n, u8 *payload, size_t len,
                                  size_t flags, const u64 *meta, size_t meta_words);
size_t redox_get_socket_token_v0(size_t fd, u8 *buf, size_t len);
/* In the C library, with its struct sigaction and sigset_t. */
struct sigaction;
size_t redox_sigaction_v1(u32 sig, const struct sigaction *act, struct sigaction *old);
size_t redox_sigprocmask_v1(u32 how, const u64 *set, u64 *old);
size_t redox_futex_wait_v0(u32 *addr, u32 val, const struct redox_c_timespec *deadline);
size_t redox_futex_wake_v0(u32 *addr, u32 n);
size_t redox_event_queue_create_v1(u32 flags);
size_t redox_event_queue_ctl_v1(size_t queue, size_t fd, u32 flags, size_t user_data);
/* At most one event; unlike upstream the timeout is honoured (NULL: none): 0 when it passed. */
size_t redox_event_queue_get_events_v1(size_t queue, struct redox_raw_event *buf, size_t count,
                                       u32 flags, const struct redox_c_timespec *timeout,
                                       const u64 *sigset);
size_t redox_event_queue_destroy_v1(size_t queue);

#endif
