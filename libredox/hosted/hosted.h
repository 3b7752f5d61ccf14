/* Inside the hosted side of the gate. */
#ifndef LIBREDOX_HOSTED_HOSTED_H
#define LIBREDOX_HOSTED_HOSTED_H

#include "../src/machine.h"
#include "linux.h"
#include "umk/abi/hosted.h"

#define CTL_MAX_FDS 8

/* Where the program's data may be out of reach, a stack guard included (paged.h). */
#define HOSTED_BARE __attribute__((no_stack_protector))

/* Receives one message; fds gets m->nfds descriptors. Result: their number, or -EIO. */
i64 hosted_receive(int fd, struct ctl_message *m, int fds[CTL_MAX_FDS]);
/* After the boot message came over fd: messages are counted from there. */
void hosted_control_reset(int fd);
/* The epoll instance that the main loop sleeps in; -1: there is none yet. */
int hosted_loop_fd(void);
/* The control socket of a child about to be forked, from the last CTL_FORK. */
int hosted_take_forked(void);
/* What a boot message brought. */
struct hosted_boot {
    int control, bell, ram;
    bool paged;
    struct proc_page *page;
    struct portal *portal;
    struct exec_block *block;
    u64 block_len;
};
/* Takes the boot message from fd and maps what it names; writes to *b only, since in the child of a
 * fork with emulated paging no other memory is there yet. */
void hosted_receive_boot(int fd, bool first, struct hosted_boot *b);
/* From then on the gate works with that. */
void hosted_take_boot(const struct hosted_boot *b);
/* The child of a fork goes on as the main thread, whatever thread called. */
void hosted_become_main(struct portal *p);
/* Host signal handlers, for the whole process. */
void hosted_signals_init(void);
/* Makes t the calling thread's record. */
void hosted_set_self(struct gate_thread *t);
/* A portal for one more thread, and the record of gate_threads that goes with it: its number. */
i64 hosted_thread_new(void);
/* Base of the mapping window of this build; 0: the default. */
extern const u64 hosted_window_base;
_Noreturn void hosted_unmap_exit(void *addr, size_t len);
i64 hosted_call_on(u64 stack_top, i64 (*fn)(u64), u64 arg);
i64 hosted_clone_thread(u64 flags, void *stack, u32 *parent_tid, u32 *child_tid, void *tls);
/* A new thread, on its stack; does not return. */
i64 hosted_thread_main(u64 thread);

#define CLONE_VM 0x100ull
#define CLONE_FS 0x200ull
#define CLONE_FILES 0x400ull
#define CLONE_SIGHAND 0x800ull
#define CLONE_PARENT 0x8000ull
#define CLONE_THREAD 0x10000ull
#define CLONE_SYSVSEM 0x40000ull
#define CLONE_SETTLS 0x80000ull
#define CLONE_PARENT_SETTID 0x100000ull
#define CLONE_CHILD_CLEARTID 0x200000ull
#define THREAD_FLAGS                                                                    \
    (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | \
     CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)
#define FORK_FLAGS (CLONE_PARENT | 17ull) /* and SIGCHLD at its end */
/* The result of a clone as that of the call that led to it. */
i64 hosted_clone_error(i64 result);
/* What fork returns when the clone of child pid failed: nothing is left of the child then, or it is
 * there and has ended. */
i64 hosted_fork_failed(i64 pid, i64 error);

/* What the machine does for the gate; see struct gate_machine. */
void hosted_control(u32 seq);
/* Whether messages up to seq are carried out. */
bool hosted_controlled(u32 seq);
void hosted_ring_server(u32 n);
void hosted_drop_channel(void *header);
u32 hosted_loop_wait(i32 timeout_ms, u32 *which, u32 max);
i64 hosted_fork(void);
i64 hosted_thread_create(const struct rx_thread_start *t);
void hosted_thread_exit(void *unmap, size_t len);
i64 hosted_map(u64 address, u64 size, u64 prot);
i64 hosted_unmap(u64 address, u64 size);
i64 hosted_protect(u64 address, u64 size, u64 prot);
i64 hosted_futex_wait(u32 *addr, u32 val, const struct redox_c_timespec *deadline);
i64 hosted_futex_wake(u32 *addr, u32 n);

#endif
