/*
 * The scheme protocol: requests and completions between the kernel and a scheme
 * server, and the shared queue that carries them.
 *
 * One queue per scheme, one memory object, mapped by the kernel and the server:
 *
 *     0       struct queue_header
 *     4096    QUEUE_SQ_ENTRIES of struct queue_entry    kernel -> server
 *     12288   QUEUE_CQ_ENTRIES of struct cqe            server -> kernel
 *     20480   QUEUE_SMALLS payload slots of QUEUE_SMALL bytes
 *     1069056 QUEUE_BIGS payload slots of QUEUE_BIG bytes
 *
 * Indices run freely over 32 bits and are masked by the number of entries. Each
 * side keeps a private copy of its own index; what it reads of the other's it
 * reads once, and checks. A buffer in a request is named by an offset from the
 * start of the queue; it lies within the request's payload slot, which belongs
 * to the server from the request's arrival to its completion.
 */
#ifndef UMK_ABI_SCHEME_H
#define UMK_ABI_SCHEME_H

#include "umk/abi/types.h"

struct sqe {
    u8 opcode;
    u8 flags; /* SQE_* */
    u16 reserved;
    u32 tag;
    u64 args[6];
    u64 caller; /* pid; 0 for one-way messages */
};
ABI_SIZE(struct sqe, 64);
ABI_OFFSET(struct sqe, args, 8);
ABI_OFFSET(struct sqe, caller, 56);
#define SQE_ONEWAY 1u
#define SQE_MULTIPLE_IDS 2u

struct cqe {
    u8 flags; /* enum cqe_opcode in the low three bits */
    u8 extra[3];
    u32 tag;
    u64 result;
};
ABI_SIZE(struct cqe, 16);
ABI_OFFSET(struct cqe, result, 8);

enum cqe_opcode {
    CQE_REGULAR = 0,
    CQE_WITH_FD = 1,
    CQE_FEVENT = 2, /* tag: event flags, result: file */
    CQE_OBTAIN_FD = 3,
    CQE_WITH_MULTIPLE_FDS = 4,
    CQE_NOTIFY_ON_DETACH = 5,
};

/* Opcodes of requests. Those from 0xE0 are this kernel's own; see struct queue_entry. */
enum sqe_opcode {
    OP_CLOSE = 3,
    OP_DUP = 4,
    OP_READ = 5,
    OP_WRITE = 6,
    OP_FSIZE = 7,
    OP_FCHMOD = 8,
    OP_FCHOWN = 9,
    OP_FCNTL = 10,
    OP_FEVENT = 11,
    OP_SENDFD = 12,
    OP_FPATH = 13,
    OP_FRENAME = 14,
    OP_FSTAT = 15,
    OP_FSTATVFS = 16,
    OP_FSYNC = 17,
    OP_FTRUNCATE = 18,
    OP_FUTIMENS = 19,
    OP_MMAP_PREP = 20,
    OP_REQUEST_MMAP = 21,
    OP_MREMAP = 22,
    OP_MUNMAP = 23,
    OP_MSYNC = 24,
    OP_CANCEL = 25,
    OP_GETDENTS = 26,
    OP_CLOSE_MSG = 27,
    OP_CALL = 28,
    OP_OPENAT = 29,
    OP_FLINK = 30,
    OP_RECVFD = 31,
    OP_UNLINKAT = 32,
    OP_STD_FS_CALL = 33,
    OP_DETACH = 34,

    OP_LSEEK = 0xE0,         /* id, offset, whence: the offset lives in the server library */
    OP_CHANNEL_OPEN = 0xE1,  /* one-way: channel, pid, euid|egid<<32; the object comes by control
                                message args[4], mapped at args[3]; args[5]: st_dev of its files */
    OP_CHANNEL_CLOSE = 0xE2, /* one-way: channel; its client is gone */
    OP_BIND = 0xE3,          /* one-way: channel, handle, id, 1: for requests with a path only */
    OP_UNBIND = 0xE4,        /* one-way: channel, handle */
    OP_SPARE = 0xE5,     /* makes a file that is not open yet, bound as by OP_OPENAT. Result: id */
    OP_SPARE_END = 0xE6, /* one-way: id; the file is opened and closed by the kernel only now */
    OP_STATAT = 0xE7,    /* over a channel: directory, path, flags as of OP_OPENAT; the buffer
                            receives what OP_OPENAT, OP_FSTAT and OP_CLOSE would find */
};

/* metadata word 0 of a CALL on a scheme socket */
#define SOCKET_OBTAIN_FD 0u
#define SOCKET_MOVE_FD 1u

/* Stands for "at the current position of the file". */
#define OFFSET_CURRENT UINT64_MAX

/*
 * An entry of the submission queue: the request, and what this kernel adds.
 * For OP_OPENAT and OP_DUP, channel and handle name what the new file is bound to
 * when the request succeeds (CHANNEL_NONE: nothing).
 */
struct queue_entry {
    struct sqe sqe;
    u32 channel;
    u32 handle;
    u32 open_flags; /* flags of the description concerned */
    u32 uid, gid;   /* effective, of the caller; calls carry them nowhere else */
    u32 pad[11];
};
ABI_SIZE(struct queue_entry, 128);
#define CHANNEL_NONE UINT32_MAX

struct queue_header {
    /* written by the kernel */
    _Alignas(64) u32 sq_tail;
    u32 cq_head;
    /* written by the server */
    _Alignas(64) u32 sq_head;
    u32 cq_tail;
    u32 need_ring; /* the server may sleep: ring its bell after a submission */
};
ABI_SIZE(struct queue_header, 128);
ABI_OFFSET(struct queue_header, sq_head, 64);

#define QUEUE_SQ_ENTRIES 64u
#define QUEUE_CQ_ENTRIES 512u
#define QUEUE_SMALLS 256u
#define QUEUE_SMALL 4096u
#define QUEUE_BIGS 16u
#define QUEUE_BIG 65536u
#define QUEUE_SQ_OFFSET 4096u
#define QUEUE_CQ_OFFSET 12288u
#define QUEUE_SMALL_OFFSET 20480u
#define QUEUE_BIG_OFFSET (QUEUE_SMALL_OFFSET + QUEUE_SMALLS * QUEUE_SMALL)
#define QUEUE_SIZE (QUEUE_BIG_OFFSET + QUEUE_BIGS * QUEUE_BIG)

/* Indices start just before they wrap, so that every run crosses the wrap. */
#define RING_INDEX_START 0xFFFFFF00u

#endif
