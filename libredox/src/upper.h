/*
 * What the files of libredox's upper half (everything above the gate and the channels)
 * share: calls on descriptors that keep the channels' notes right, the working
 * directory, the namespace.
 *
 * Rule: every descriptor that is opened, duplicated or closed passes through the
 * functions of fds.c, because only they tell the channels (chan_note).
 */
#ifndef LIBREDOX_UPPER_H
#define LIBREDOX_UPPER_H

#include "gate.h"
#include "path.h"
#include "umk/abi/channel.h"
#include "umk/abi/scheme.h"

/* Most bytes that one call moves, through the portal or in one request over a channel. */
#define IO_CHUNK PORTAL_PAYLOAD
_Static_assert(IO_CHUNK == CHANNEL_BIG, "a portal carries as much as a channel's request");
/* In place of a read's or write's flags: those the file was opened with. */
#define FLAGS_OF_FILE UINT64_MAX

/* fds.c */
/*
 * Opens ref relative to dir; when dir is a namespace descriptor, ref in the scheme called name.
 * table: 0, or RX_FD_UPPER for a descriptor that C programs never see. Result: descriptor.
 */
i64 fd_openat(u64 dir, struct span name, struct span ref, u32 flags, u32 fcntl_flags, u64 table);
/* Status of ref, found as by fd_openat. -ENOTCONN: it has to be opened for that. */
i64 fd_statat(u64 dir, struct span name, struct span ref, u32 flags, struct rx_stat *st);
/* Removes ref, found as by fd_openat; flags: RX_AT_*. */
i64 fd_unlinkat(u64 dir, struct span name, struct span ref, u32 flags);
/* Result: the lowest free descriptor from lowest (may include RX_FD_UPPER) on. */
i64 fd_dup(u64 fd, const void *request, size_t len, u64 lowest, u32 cloexec);
i64 fd_dup2(u64 fd, u64 new_fd, const void *request, size_t len, u32 cloexec);
i64 fd_close(u64 fd);
/* Before a record lock is asked for: from now on the kernel closes files before fd_close returns.
 */
void fd_note_lock(void);
/* A standard file call, payload in one direction at most. With bytes_out the result says how much
 * of out is filled, otherwise all of it is. */
i64 fd_std_call(u64 fd, enum std_fs_kind kind, u64 arg1, u64 arg2, const void *in, void *out,
                size_t len, bool bytes_out);
/* CALL on fd with metadata, through the kernel. fd2: RX_FD_NONE, or a second file of the scheme.
 * flags: CALL_*; the count is filled in. The callee always sees the payload; with READ what it made
 * of it comes back. */
i64 fd_call(u64 fd, u64 fd2, u64 flags, const u64 *meta, size_t nmeta, void *payload, size_t len);

/* redox_open.c */
/* rx_openat, with a choice of table: 0 or RX_FD_UPPER. flags with the mode. */
i64 open_path(i64 dirfd, struct span path, u32 flags, u64 table);
/* Opens a file of a scheme in the process's namespace. */
i64 open_in_namespace(struct span scheme, struct span ref, u32 flags, u64 table);

/* cwd.c */
/* The working directory as it was at one moment; valid until released. */
struct cwd {
    struct span path; /* absolute, canonical; path.p[path.len] == '\0' */
    u64 fd;
    u32 entry;
};
/* 0, or -ENOENT when the process has none. Does not wait; may be called in a signal handler. */
i64 cwd_acquire(struct cwd *out);
void cwd_release(const struct cwd *c);
/* In the child of a fork, where only the calling thread exists. */
void cwd_after_fork(void);
/* Opens a directory and finds its canonical path (size bytes at text, NUL included).
 * Result: descriptor in the upper table; *text_len without NUL. ENOTDIR. */
i64 directory_open(struct span path, u32 flags, char *text, size_t size, size_t *text_len);

/* namespace.c */
u64 namespace_fd(void);

#endif
