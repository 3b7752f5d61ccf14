/*
 * Inside libredox: what the files above the gate call. The gate knows which machine
 * it is on; nothing that includes only this header does.
 *
 * Calls go through the calling thread's portal. Arguments past those given are 0.
 */
#ifndef LIBREDOX_GATE_H
#define LIBREDOX_GATE_H

#include "redox/rt.h"
#include "path.h"
#include "umk/abi/pipe.h"
#include "umk/abi/portal.h"

struct gate_buf {
    const void *in; /* copied to the payload before the call */
    size_t in_len;
    void *out; /* filled from the payload after it: min(result, out_len) bytes when result > 0,
                  or exactly out_len bytes when out_fixed */
    size_t out_len;
    bool out_fixed;
};

/* One call. ret (may be NULL) receives the four reply words. The result is the kernel's; -EINTR
 * after a signal whose handler asked for no restart. in_len + anything must fit PORTAL_PAYLOAD:
 * -E2BIG. */
i64 gate_call(u32 op, const u64 args[6], const struct gate_buf *buf, u64 ret[4]);

/* Two payload parts, one after the other (a scheme's name and a reference, say). */
i64 gate_call2(u32 op, const u64 args[6], const void *a, size_t a_len, const void *b, size_t b_len,
               u64 ret[4]);

#define GATE_ARGS(...) ((const u64[6]){__VA_ARGS__})

/* Closes a descriptor known to be open without waiting for the kernel, which does it before any
 * call posted later. False: too many are under way, close it by a call. */
bool gate_close_later(u64 fd);
/* Whether the descriptor has a channel; such a one is surely open. */
bool chan_bound(u64 fd);

/* Notes what a reply said about a descriptor: ret[0] of an open or dup; BINDING_NONE drops it. */
void chan_note(u64 fd, u64 binding);
/*
 * An operation on an open file, over its channel when it has one. op is a scheme opcode (OP_READ,
 * OP_WRITE, OP_FSTAT, OP_STD_FS_CALL...), args[1..5] are the request's (args[0], the handle, is
 * set here). Exactly one of in and out may be given; length in args[2].
 * -ENOTCONN: the file has no channel, the caller takes the kernel's way.
 */
i64 chan_call(u64 fd, u32 op, const u64 args[6], const void *in, void *out, size_t len);

/* The binding of a directory, for chan_path_call; made when it is used often enough, else
 * BINDING_NONE. */
u64 chan_binding(u64 fd);
/* Makes the channel of a binding usable. False: there is none of that number. */
bool chan_attach(u64 binding);
/* As chan_note, of a file that was opened over the channel. */
void chan_note_opened(u64 fd, u64 binding, bool positioned);
/*
 * A request with a path (OP_OPENAT, OP_STATAT, OP_UNLINKAT), or one on the binding's file itself
 * without (OP_CLOSE). args: the request's args[3..5]. out: receives out_len bytes when it
 * succeeds; may be NULL. *positioned: whether the file has a position.
 * -ENOTCONN: nothing was done, it is for the kernel.
 */
i64 chan_path_call(u64 binding, u32 op, struct span path, const u64 args[3], void *out,
                   size_t out_len, bool *positioned);

/* roots.c: the binding of what the namespace ns has under a name; made when it is used often
 * enough, else BINDING_NONE. */
u64 root_binding(u64 ns, struct span name);
/* It was refused: the name may stand for something else by now. */
void root_refused(u64 binding);
/* Forgets the roots of one channel, or of all (BINDING_NONE). */
void roots_forget(u64 channel);

/* A binding that names a pipe's ring instead of a channel. */
static inline bool pipe_is_binding(u64 binding)
{
    return BINDING_CHANNEL(binding) == BINDING_PIPE &&
           (BINDING_HANDLE(binding) & ~BINDING_PIPE_WRITER) < PIPE_RINGS_MAX;
}
/* pipe.c: notes such a binding before its first use. */
void pipe_attach(u64 binding);
/* One read (out) or write (in) over the ring. Bytes moved, -EINTR, or -ENOTCONN: it has ended. */
i64 pipe_transfer(u64 binding, const u8 *in, u8 *out, size_t len);

/* What the process started with (gate fills it before rx_program_start). */
struct gate_start {
    struct rx_start start;
    const char *cwd; /* NUL-terminated */
    u64 cwd_fd, ns_fd;
    u32 pid;
};
extern struct gate_start gate_start;

/* Machine-dependent parts of processes and threads; see rt.h for meaning. */
i64 gate_fork(void);
i64 gate_thread_create(const struct rx_thread_start *t);
_Noreturn void gate_thread_exit(void *unmap, size_t len);
_Noreturn void gate_exit(u32 status);
i64 gate_mmap(u64 fd, u64 offset, u64 size, u64 flags, u64 address);
i64 gate_munmap(u64 address, u64 size);
i64 gate_mprotect(u64 address, u64 size, u32 prot);
i64 gate_futex_wait(u32 *addr, u32 val, const struct redox_c_timespec *deadline);
i64 gate_futex_wake(u32 *addr, u32 n);
i64 gate_clock(u32 clock, struct rx_timespec *ts);

#endif
