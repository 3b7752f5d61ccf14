/* Inside the hosted side of the gate. */
#ifndef LIBREDOX_HOSTED_HOSTED_H
#define LIBREDOX_HOSTED_HOSTED_H

#include "../src/machine.h"
#include "linux.h"
#include "umk/abi/hosted.h"

#define CTL_MAX_FDS 8

/* Receives one message; fds gets m->nfds descriptors. Result: their number, or -EIO. */
i64 hosted_receive(int fd, struct ctl_message *m, int fds[CTL_MAX_FDS]);
/* After the boot message came over fd: messages are counted from there. */
void hosted_control_reset(int fd);
/* The epoll instance that the main loop sleeps in; -1: there is none yet. */
int hosted_loop_fd(void);
/* The control socket of a child about to be forked, from the last CTL_FORK. */
int hosted_take_forked(void);
/* Takes the boot message from fd and maps what it names. boot_len gets the exec block's length. */
struct portal *hosted_boot(int fd, u64 *boot_len);
/* Host signal handlers, for the whole process. */
void hosted_signals_init(void);
/* Makes t the calling thread's record. */
void hosted_set_self(struct gate_thread *t);
/* A portal for one more thread, and the record of gate_threads that goes with it: its number. */
i64 hosted_thread_new(void);
/* Base of the mapping window of this build; 0: the default. */
extern const u64 hosted_window_base;
_Noreturn void hosted_unmap_exit(void *addr, size_t len);

/* What the machine does for the gate; see struct gate_machine. */
void hosted_control(u32 seq);
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
