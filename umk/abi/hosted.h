/*
 * What the kernel and the gate of a process agree on when both are Linux
 * processes: descriptor numbers, the control socket's messages, the kernel page.
 * Only umk/host and the hosted side of libredox include this, and umk/abi/paged.h.
 *
 * A process starts with its control socket at HOST_FD_CONTROL; the first message on
 * it is CTL_BOOT. After that, every reply names the count of control messages that
 * must have been handled; whichever thread comes first receives and executes them.
 */
#ifndef UMK_ABI_HOSTED_H
#define UMK_ABI_HOSTED_H

#include "umk/abi/program.h"

#define HOST_FD_CONTROL 3

enum ctl_kind {
    /* fds: kernel bell, process object, kernel page. addr: of the process object (proc page,
     * portal; len bytes in all); boot_len bytes of struct exec_block follow the portal in the
     * object (spawn and exec only; 0 for a forked child). Counts as control message number 1.
     * pid: the process's host pid when it is known, else 0. number: BOOT_PAGED, then one fd more
     * (umk/abi/paged.h), or 0 */
    CTL_BOOT = 1,
    /* fd: memory object; map it: addr, len, offset, prot, shared */
    CTL_MAP = 2,
    /* fds: object, bell of the server; addr; number: channel. len 0: the kernel maps it */
    CTL_CHANNEL_CLIENT = 3,
    /* fd: object; addr; number: channel. len 0: the kernel maps it */
    CTL_CHANNEL_SERVER = 4,
    /* fd: portal object; addr; number: portal */
    CTL_PORTAL = 5,
    /* fd: the epoll instance that the main loop sleeps in */
    CTL_LOOP = 6,
    /* fd: the control socket of a child about to be forked; number: portal of the thread that
     * asked. The child reports by write() of 8 bytes (any) on that socket as the first thing it
     * does */
    CTL_FORK = 7,
};

struct ctl_message {
    u32 kind;
    u32 number;
    u64 addr;
    u64 len;
    u64 offset;
    u32 prot; /* host PROT_* */
    u32 shared;
    u64 boot_len;
    u32 nfds;
    u32 pid;
};
ABI_SIZE(struct ctl_message, 56);

#define BOOT_PAGED 1u

/* Keys of the events in a process's epoll instance. */
#define LOOP_KEY_KERNEL UINT64_MAX /* otherwise: a channel's number */

/*
 * The nursery: a process that already carries the filter every program runs under, so that
 * a program costs no filter of its own. The kernel sends it a struct nursery_request with
 * two descriptors (control socket, image); it answers with a struct nursery_reply.
 */
struct nursery_request {
    u64 token;
    u32 flags; /* NURSERY_* */
    u32 pad;
    char name[32];
};
#define NURSERY_DEBUGGABLE 1u /* any debugger of the same user may attach */
struct nursery_reply {
    u64 token;
    i32 pid; /* host pid, or -errno of clone or exec */
    u32 pad;
};

/* Host signals with a meaning between kernel and gate. */
#define HOST_SIG_NUDGE 10 /* SIGUSR1: look at your signal words */

#endif
