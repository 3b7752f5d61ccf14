/*
 * The portal: how a thread speaks to the kernel. One per thread, shared with the
 * kernel only.
 *
 * A thread fills op, args and payload, sets state to WAIT_PENDING, sets its bit in
 * proc_page.posted, executes a full barrier and rings the kernel's bell if
 * proc_page.kernel_need_ring is set. The kernel takes the call, and answers by writing
 * result, ret and payload, then state. Nothing in a portal is a user address that
 * the kernel would follow.
 */
#ifndef UMK_ABI_PORTAL_H
#define UMK_ABI_PORTAL_H

#include "umk/abi/types.h"
#include "umk/abi/records.h"

#define PORTAL_PAYLOAD 65536u
#define PORTAL_PAYLOAD_OFFSET 4096u
#define PORTAL_SIZE (PORTAL_PAYLOAD_OFFSET + PORTAL_PAYLOAD)
#define PORTALS_MAX 512u

/*
 * Calls. Numbers are Redox's system call numbers where it has the same call. A payload
 * is what Redox passes by pointer. [p] marks a payload in, [P] a payload out; the result
 * is 0 or a negative errno unless said otherwise.
 */
/* fd, flags, fcntl flags, name length, FD_UPPER, path length [p path]: on a namespace descriptor
 * the payload is the scheme's name followed by the reference. Result: descriptor; ret[0]: binding
 */
#define SYS_OPENAT 0x101003DBu
/* fd, flags, name length, -, -, path length [p path] */
#define SYS_UNLINKAT 0x10000107u
/* fd */
#define SYS_CLOSE 0x20000006u
/* fd, request length, lowest acceptable slot (| RX_FD_UPPER), FD_CLOEXEC [p request].
 * Result: descriptor; ret[0]: binding */
#define SYS_DUP_INTO 0x201003DCu
/* fd, new fd, request length, FD_CLOEXEC [p request]. Result: new fd; ret[0]: binding */
#define SYS_DUP2 0x2010003Fu
/* fd, length [P]. Result: bytes */
#define SYS_READ 0x22000003u
/* fd, length, offset, flags or all-ones [P]. Result: bytes */
#define SYS_READ2 0x22000023u
/* fd, length [p]. Result: bytes */
#define SYS_WRITE 0x21000004u
/* fd, length, offset, flags or all-ones [p]. Result: bytes */
#define SYS_WRITE2 0x2100002Du
/* fd, offset, whence. Result: new offset */
#define SYS_LSEEK 0x20000013u
/* fd, uid, gid */
#define SYS_FCHOWN 0x200000CFu
/* fd, command, argument */
#define SYS_FCNTL 0x20000037u
/* fd, event flags. Result: ready flags */
#define SYS_FEVENT 0x2000039Fu
/* fd, payload length, CALL_* flags and metadata count, metadata 0..2 [p P]; with
 * CALL_MULTIPLE_FDS the last word is the second fd. Result: the callee's */
#define SYS_CALL 0x2300CA11u
/* fd or RX_ANON_FD, offset, size, flags, address. Result: address */
#define SYS_FMAP 0x21000384u
/* address, length. A hosted gate has unmapped the range before it calls. */
#define SYS_FUNMAP 0x2000005Cu
/* address, size, protection */
#define SYS_MPROTECT 0x0000007Du
/* fd, -, -, -, -, path length [p path] */
#define SYS_FLINK 0x23000009u
/* fd, -, -, -, -, path length [p path] */
#define SYS_FRENAME 0x23000026u
/* fd, length [P]. Result: bytes */
#define SYS_FPATH 0x220003A0u
/* fd [P struct rx_stat] */
#define SYS_FSTAT 0x2200001Cu
/* fd */
#define SYS_FSYNC 0x20000076u
/* clock; ret[0], ret[1]: seconds, nanoseconds */
#define SYS_CLOCK_GETTIME 0x00000109u
/* enum futex_op, key address, value, deadline in monotonic ns (0: none). The kernel never looks at
 * the word: a thread enqueues, looks at the word, and then sleeps or cancels. */
#define SYS_FUTEX 0x000000F0u
enum futex_op {
    FUTEX_OP_WAKE = 1,     /* key, count. Result: threads woken */
    FUTEX_OP_ENQUEUE = 16, /* key */
    FUTEX_OP_SLEEP = 17,   /* -, -, deadline. 0 when woken (or already), -ETIMEDOUT, -EINTR */
    FUTEX_OP_CANCEL = 18,  /* leaves the queue */
};
/* seconds, nanoseconds; ret[0], ret[1]: remaining time when EINTR */
#define SYS_NANOSLEEP 0x000000A2u
#define SYS_YIELD 0x0000009Eu

/* This kernel's own calls. */
/* fd, name length [p name]: ret[0]: binding, or BINDING_NONE when this file goes through the
 * kernel; -EAGAIN: it may get one later. With a name fd is a namespace, and what is bound is the
 * root of the scheme of that name, for requests with a path only. A read or write of a pipe that
 * was bound meanwhile fails with -ENOTCONN, and ret[0] is the binding (umk/abi/pipe.h). */
#define UMK_BIND 0x7E000001u
/* image fd, block fd or RX_ANON_FD, block length, number of actions, flags
 * [p struct spawn_args, actions, block unless by fd]. Result: pid */
#define UMK_SPAWN 0x7E000002u
/* none. Result: pid of the child to come; ret[0]: the child's place (struct ctl_message, CTL_FORK)
 */
#define UMK_FORK 0x7E000003u
/* like UMK_SPAWN, without pid: does not return on success */
#define UMK_EXEC 0x7E000004u
/* enum proc_verb, its metadata, [p P]; PROC_WAITPID: result pid, ret[0] status */
#define UMK_PROC 0x7E000005u
/* PORTAL_FOR_*, for a thread: where it starts, its stack pointer and a word for its number, if the
 * kernel starts it.
 * Result: address of a new portal, ret[0]: its number */
#define UMK_PORTAL_NEW 0x7E000006u
/* portal number: ends the thread, or frees an asynchronous portal. A thread that names its own
 * portal must not touch it afterwards */
#define UMK_PORTAL_FREE 0x7E000007u
/* none: gives the process a main loop; the wait object comes by control message (CTL_LOOP) */
#define UMK_LOOP 0x7E000008u
/* struct fault_record in the portal. Result: 0 = try again, or a signal number to deliver */
#define UMK_FAULT 0x7E000009u
/* timeout in ms, all-ones: none. Waits until the kernel rings this process's main loop; for gated
 * processes, whose loop has no other bell */
#define UMK_LOOP_WAIT 0x7E00000Bu
/* nothing: measures a call */
#define UMK_NULL 0x7E00000Au
/* channel number: makes a spare (struct spare) of that channel's scheme; the one before is taken
 * back. -EMFILE, -ENOMEM, or the server's refusal */
#define UMK_SPARE 0x7E000010u
/* address: what was written to the file that is mapped there is on its disk when this answers, as
 * with SYS_FSYNC. ret[0]: where that mapping ends. -ENOMEM: nothing is mapped there */
#define UMK_MSYNC 0x7E000011u
/* word, its value: waits while the word has this value, see below; 0 whatever the reason it ends
 * for */
#define UMK_WAIT 0x7E00000Cu
/* word: wakes who waits for it */
#define UMK_NOTIFY 0x7E00000Du
/* server channel number: the server uses its end no more, and the kernel may unmap it and give the
 * number to another channel */
#define UMK_CHANNEL_DROP 0x7E00000Eu

/*
 * Words that gated processes sleep on. They are named by what they belong to, never by address: the
 * kernel looks at its own alias. A process may name only words of its own channels.
 */
enum word_kind {
    WORD_LOOP = 0,        /* wait: the process's main loop, until somebody rings it */
    WORD_SERVER = 1,      /* notify: rings the server behind client channel `number` */
    WORD_CLIENT_SLOT = 2, /* wait: the state of slot `index` of client channel `number` */
    WORD_SERVER_SLOT = 3, /* notify: the client that waits for slot `index` of server channel
                             `number` */
};
#define WORD(kind, number, index) ((u64)(kind) | (u64)(index) << 8 | (u64)(number) << 32)
#define WORD_KIND(w) ((u32)(w)&0xFFu)
#define WORD_INDEX(w) ((u32)(w) >> 8)
#define WORD_NUMBER(w) ((u32)((w) >> 32))

#define PORTAL_FOR_THREAD 0u
#define PORTAL_FOR_ASYNC 1u

/* A binding: channel number in the high half, handle in the low half. */
#define BINDING_NONE UINT64_MAX
#define BINDING_CHANNEL(b) ((u32)((b) >> 32))
#define BINDING_HANDLE(b) ((u32)(b))

#define FAULT_FRAMES 32u
enum fault_kind {
    FAULT_NONE = 0,
    FAULT_ACCESS = 1, /* memory access, address in the record */
    FAULT_BUS = 2,
    FAULT_ARITHMETIC = 3,
    FAULT_ILLEGAL = 4,
    FAULT_TRAP = 5,
    FAULT_ABORT = 6,     /* the program gave up; message in the record */
    FAULT_FORBIDDEN = 7, /* a host system call outside the filter; address: its number */
};
struct fault_record {
    u32 kind;
    u32 nframes;
    u64 address;
    u64 ip;
    u64 sp;
    u64 args[6]; /* FAULT_FORBIDDEN: the call's arguments */
    u64 frames[FAULT_FRAMES];
    char message[128];
};

struct portal {
    /* written by the thread */
    _Alignas(64) u32 op;
    u32 number; /* written by the kernel once */
    u64 args[6];
    _Alignas(64) u32 cancel; /* set by the thread, with its posted bit, to interrupt its own call */
    /* written by the kernel, but for the bits the thread sets in state */
    _Alignas(64) u32 state;
    u32 ctl_seq; /* control messages up to this one must be handled before the reply is used */
    i64 result;
    u64 ret[4];
    /* signals: shared with the kernel as Redox's signal protocol has it */
    _Alignas(64) struct sig_control sig;
    u32 host_tid; /* hosted: whom to nudge; 0 in portal 0: the process's main thread */
    u64 fs_base;  /* metal: taken by METAL_PROCESS_BASES */
    u64 gs_base;
    _Alignas(64) struct fault_record fault;
};
_Static_assert(sizeof(struct portal) <= PORTAL_PAYLOAD_OFFSET, "a portal's head is one page");
ABI_OFFSET(struct portal, state, 128);

#define CLIENT_CHANNELS_MAX 256u
#define SERVER_CHANNELS_MAX 4096u

/* Descriptors to be closed without waiting for an answer: only such as are known to be open. */
#define CLOSES_KEPT 32u

/*
 * A spare: a descriptor that the kernel has made in advance, for a file that the process opens and
 * closes over the channel, without the kernel. One per process; it always is the lowest free
 * number when its file is not open.
 *
 *     NONE --kernel--> FREE --process--> BUSY (opening) --process--> OPEN, or back to FREE
 *     OPEN --process--> BUSY (closing) --process--> FREE
 *     FREE, BUSY --kernel--> NONE  the descriptor is closed: its number is needed, say
 *     OPEN --kernel--> NONE        it is a descriptor like any other from now on
 *
 * Every step is an atomic exchange of the word, so each side finds out about the other's. The word
 * has the descriptor, how its file was opened (RX_O_*; 0 unless OPEN), and which spare it is since
 * the process began: who has been slow does not take one for the next.
 */
enum spare_state { SPARE_NONE = 0, SPARE_FREE = 1, SPARE_BUSY = 2, SPARE_OPEN = 3 };
#define SPARE_WORD(fd, serial, state) \
    (((u64)(fd)&0xFFFFu) << 16 | ((u64)(serial)&0xFFFu) << 4 | (state))
#define SPARE_FD(word) ((word) >> 16 & 0xFFFFu)
#define SPARE_FLAGS(word) ((u32)((word) >> 32))
#define SPARE_STATE(word) ((enum spare_state)((word)&0xFu))
/* The same spare in another state; and open. */
#define SPARE_IN_STATE(word, state) (((word)&0xFFFFFFF0u) | (state))
#define SPARE_OPENED(word, flags) (SPARE_IN_STATE(word, SPARE_OPEN) | (u64)(u32)(flags) << 32)
struct spare {
    u64 word;
    u64 binding; /* written by the kernel before FREE */
};

/* What a server notes of each request before its handler runs, for the report of a fault. */
struct served {
    u8 opcode;
    u8 over_channel;
    u16 pad;
    u32 pid;
    u64 file; /* the server's name for it */
    u64 len;
};
ABI_SIZE(struct served, 24);
#define SERVED_KEPT 8u

/* The first page of a process's shared memory; its main thread's portal follows. */
struct proc_page {
    /* written by the kernel */
    _Alignas(64) u32 kernel_need_ring; /* the kernel may sleep: ring the bell after posting */
    u32 pid;
    u32 polls;   /* counts the kernel's looks at this process: a bell rung since the last one is
                    still to be heard */
    u32 crowded; /* set by the process with a ring: its main loop and its client take turns on the
                    processor in `cpu` */
    u32 gated;   /* threads run only when the kernel says so: all waiting goes through it */
    u32 yield;   /* set by the kernel before a nudge: come in, others wait for the processor */
    /* written by the process */
    _Alignas(64) u64 posted[PORTALS_MAX / 64];
    u64 window_base;    /* where the kernel may place mappings; 0: the default */
    u64 upcall_nudge;   /* metal: where a thread goes on that is nudged, see metal.h */
    u64 upcall_fault;   /* metal: and one that did something wrong */
    u32 loop_need_ring; /* the process's main loop may sleep: ring for asynchronous replies */
    u32 cpu;            /* where the last call was posted from: a hint for spinning */
    u32 close_tail;     /* published closes; free running */
    u64 closes[CLOSES_KEPT];
    /* written by the kernel, cleared by the process: which server channels were rung, where the
     * main loop has no bell for each */
    _Alignas(64) u64 rung_words; /* bit i: rung[i] is not 0 */
    u64 rung[SERVER_CHANNELS_MAX / 64];
    /* written by the process */
    _Alignas(64) u32 served_count; /* requests so far; the last ones are in served[] */
    u32 serving;                   /* a handler is at work on the last one */
    struct served served[SERVED_KEPT];
    _Alignas(64) struct sig_proc_control sig;
    _Alignas(64) struct spare spare;
};
_Static_assert(sizeof(struct proc_page) <= PAGE_SIZE, "the process page is one page");
ABI_OFFSET(struct proc_page, posted, 64);

/*
 * Where the kernel places what it shares with a process, from proc_page.window_base (which a
 * sanitizer build sets before its first mapping; 0 means WINDOW_DEFAULT).
 */
#define WINDOW_DEFAULT 0x100000000ull
#define WINDOW_PORTALS 0x00000000ull /* + portal number * WINDOW_PORTAL_SPAN */
#define WINDOW_PORTAL_SPAN 0x20000ull
#define WINDOW_CLIENT_CHANNELS 0x08000000ull /* + channel number * WINDOW_CHANNEL_SPAN */
#define WINDOW_SERVER_CHANNELS 0x40000000ull
#define WINDOW_CHANNEL_SPAN 0x80000ull
#define WINDOW_MAPPINGS 0x100000000ull /* mappings of the program, up to WINDOW_END */
#define WINDOW_END 0xE00000000ull

/* Actions on the descriptor table of a process being spawned, in order. */
enum spawn_action_kind {
    SPAWN_DUP2 = 0,  /* from -> to, in the child's copy of the table; clears close-on-exec */
    SPAWN_CLOSE = 1, /* from */
};
struct spawn_action {
    u32 kind;
    u32 pad;
    u64 from;
    u64 to;
};
ABI_SIZE(struct spawn_action, 24);

#define SPAWN_SETPGID 1u /* put the child into group pgid (0: its own) */
#define SPAWN_SETSID 2u
#define SPAWN_SETIDS 4u /* uid and gid; root only */
struct spawn_args {
    u32 flags;
    u32 pgid;
    u32 uid;
    u32 gid;
    u64 sigallowed; /* initial set of signals that are not blocked */
    u64 sigignored;
};
ABI_SIZE(struct spawn_args, 32);

/*
 * The block a program starts from: this header, then argc + envc NUL-terminated
 * strings, then the working directory's path. It is passed through unread.
 */
#define EXEC_BLOCK_MAGIC 0x6b6d7531u
struct exec_block {
    u32 magic;
    u32 argc;
    u32 envc;
    u32 umask;
    u64 cwd_fd; /* in the new program's table; RX_FD_NONE if there is none */
    u64 ns_fd;
    u64 strings_len; /* bytes after the header, all strings */
    u32 cwd_len;     /* of which the last cwd_len (with NUL) are the working directory */
    u32 pad;
};
ABI_SIZE(struct exec_block, 48);
#define EXEC_BLOCK_MAX (8u << 20)

#endif
