/*
 * Rings: asynchronous I/O with one server over shared memory. A submission queue and a
 * completion queue, with entries whose meaning the server defines, and a pool of buffers
 * that both sides see. The kernel takes part in the set-up only.
 *
 * A ring belongs to one thread at a time: the caller serialises its use. The caller also
 * allocates struct redox_ring, redox_ring_sizeof() bytes aligned as for u64.
 *
 * The ring file is mapped for reading and writing. A named dup gets the flags of the directory, so
 * the server answers "uring" with a descriptor that it makes itself (scheme_make_fd, RX_O_RDWR).
 *
 * What the server writes into the shared memory is checked before it is used; a server
 * that breaks the protocol gets its client errors, never wild accesses.
 */
#ifndef REDOX_RING_H
#define REDOX_RING_H

#include "umk/abi/types.h"

struct redox_ring;

/* Metadata word 0 of the calls on a ring file, and the record that Setup takes. */
#define REDOX_RING_SETUP 0u
#define REDOX_RING_SET_FILE_TABLE 1u
#define REDOX_RING_CQSIZE 1u /* in flags: nr_cq is meant; otherwise it is twice nr_sq */
struct redox_ring_setup {
    u32 nr_sq, nr_cq; /* the server writes back what it made of them */
    u32 flags;
    u32 pool_size; /* bytes */
};
ABI_SIZE(struct redox_ring_setup, 16);

#define REDOX_RING_SQ_MAX 32768u
#define REDOX_RING_CQ_MAX 65536u

/* Entry formats in use. A server may define others. */
struct redox_ring_io_request {
    u8 opcode; /* 0 read, 1 write */
    u8 pad[3];
    u32 file;   /* index: 0 */
    u64 offset; /* bytes in a file; blocks of 512 bytes on a disk */
    u32 buffer; /* offset in the pool */
    u32 len;
    u64 user_data;
};
ABI_SIZE(struct redox_ring_io_request, 32);
struct redox_ring_file_completion {
    u64 user_data;
    i32 result; /* bytes, or -errno */
    u32 pad;
};
ABI_SIZE(struct redox_ring_file_completion, 16);
struct redox_ring_disk_completion {
    u64 user_data;
    u32 bytes;
    u16 status; /* 0: good */
    u16 pad;
};
ABI_SIZE(struct redox_ring_disk_completion, 16);

size_t redox_ring_sizeof(void);

/*
 * Connects to the server that owns directory path (NUL-terminated). entries: submissions in flight,
 * rounded up to a power of two. sqe_size, cqe_size: bytes of an entry, as the server defines them.
 * pool_size: bytes, rounded up to pages. sized 0: buffers of chunk_size each; 1: of any size.
 * flags: 0. Result: 0 or -errno; after an error there is nothing to undo.
 */
int redox_ring_queue_init_with_path(unsigned entries, unsigned sqe_size, unsigned cqe_size,
                                    unsigned pool_size, unsigned chunk_size, unsigned sized,
                                    struct redox_ring *ring, unsigned flags, const char *path);
/* Files that requests name by index. n must be 1. 0 or -errno. */
int redox_ring_register_files(struct redox_ring *ring, const int *files, unsigned n);

/* A buffer of the pool: its offset there and, in *out, its address; -1: none free. */
int redox_ring_alloc_buf(struct redox_ring *ring, u8 **out);
/* align: a power of two up to a page. For rings made with sized = 1. */
int redox_ring_alloc_sized(struct redox_ring *ring, unsigned size, unsigned align, u8 **out);
/* 0, or -EINVAL when no buffer starts there. */
int redox_ring_free_buf(struct redox_ring *ring, unsigned offset);
int redox_ring_free_buf_sized(struct redox_ring *ring, u8 *buf);

/* The next free slot (sqe_size bytes of whatever it held before), NULL when the queue is full. May
 * be called several times before submit. */
void *redox_ring_get_sqe(struct redox_ring *ring);
/* Publishes the slots taken. Result: their number, or -errno. */
int redox_ring_submit(struct redox_ring *ring);
/* Copies the oldest completion, waiting for one; it stays the oldest until seen. 0 or -1. */
int redox_ring_wait_cqe(struct redox_ring *ring, void *cqe);
void redox_ring_cqe_seen(struct redox_ring *ring);
/* Unmaps and closes everything. */
void redox_ring_queue_exit(struct redox_ring *ring);

#endif
