/*
 * A pipe's ring: the shared memory between the one process that writes a pipe and the one that
 * reads it, over which bytes go without the kernel.
 *
 *     0                 struct pipe_ring
 *     PIPE_RING_OFFSET  PIPE_RING_SIZE bytes
 *
 * Indices count bytes over 31 bits; the highest bit of each is the kernel's alone. The writer
 * moves tail and the reader head, each by compare-and-swap from the value it knows. The kernel ends
 * the ring, as soon as anybody else could hold an end, by setting RING_REVOKED in both: from then
 * on no index moves, and what lies between them is in the kernel's buffer. Whoever finds the bit
 * set turns to the kernel; what it copied without having moved its index has not happened.
 *
 * Who finds nothing to do sets its wait word to WAIT_SLEEPING, executes a full barrier, looks at
 * both indices once more, and sleeps on the word; the other side moves its index, executes a full
 * barrier and, if the word is set, clears and wakes it. The kernel clears and wakes both.
 */
#ifndef UMK_ABI_PIPE_H
#define UMK_ABI_PIPE_H

#include "umk/abi/types.h"

#define PIPE_RING_OFFSET 4096u
#define PIPE_RING_SIZE 65536u
#define PIPE_RING_BYTES (PIPE_RING_OFFSET + PIPE_RING_SIZE)

#define RING_REVOKED 0x80000000u
#define RING_COUNT(i) ((i)&0x7FFFFFFFu)

struct pipe_ring {
    _Alignas(64) u32 tail; /* the writer's */
    u32 writer_cpu;        /* where it ran last: a hint for spinning */
    u32 reader_wait;       /* set by the reader, cleared by the writer */
    _Alignas(64) u32 head; /* the reader's */
    u32 reader_cpu;
    u32 writer_wait;
};
ABI_OFFSET(struct pipe_ring, head, 64);

/* A binding whose channel number is this one names a ring, which lies at WINDOW_PIPES + handle *
 * WINDOW_PIPE_SPAN in the process's window. */
#define BINDING_PIPE 0xFFFFFFF0u
#define BINDING_PIPE_WRITER 0x10000u /* in the handle: this is the writer's side */
#define PIPE_RINGS_MAX 64u
#define WINDOW_PIPES 0xC0000000ull
#define WINDOW_PIPE_SPAN 0x20000ull

#endif
