/*
 * Pipes over rings (umk/abi/pipe.h): the way of bytes between two processes past the kernel. The
 * descriptor's binding names the ring; chan.c comes here with reads and writes. Only a process with
 * one thread has rings, so nothing here is locked.
 *
 * What is in use is known from this side's own copy of its index; the other side's is read once and
 * checked. -ENOTCONN: the ring has ended, and nothing of the operation has happened.
 */
#include "gate.h"
#include "thread.h"
#include <string.h>

/* What the writer publishes at once: small enough that the reader copies while the writer does. */
#define PIECE 16384u
/* Writes up to this size are not divided (POSIX, PIPE_BUF). */
#define UNDIVIDED 4096u
/* How many looks before a side sleeps while the other one runs on another CPU: some 20 us. */
#define SPIN_LOOKS 600u

static struct side {
    struct pipe_ring *ring;
    u32 at; /* this side's index */
} sides[PIPE_RINGS_MAX];

void pipe_attach(u64 binding)
{
    u64 base = gate_page->window_base ? gate_page->window_base : WINDOW_DEFAULT;
    u32 place = BINDING_HANDLE(binding) & ~BINDING_PIPE_WRITER;
    struct side *s = &sides[place];

    s->ring = (struct pipe_ring *)(base + WINDOW_PIPES + place * WINDOW_PIPE_SPAN);
    s->at = RING_COUNT(__atomic_load_n(
        BINDING_HANDLE(binding) & BINDING_PIPE_WRITER ? &s->ring->tail : &s->ring->head,
        __ATOMIC_RELAXED));
}

/* Waits until *index is not `seen` any more, or the ring ends. 0, or -EINTR. */
static i64 wait_for_other(u32 *index, u32 seen, u32 *word, u32 cpu)
{
    struct gate_thread *t = gate_self();
    i64 r = 0;

    for (u32 i = 0; i < SPIN_LOOKS && cpu != gate_cpu_hint(); i++) {
        if (__atomic_load_n(index, __ATOMIC_RELAXED) != seen)
            return 0;
        cpu_relax();
    }
    t->wait_word = word;
    __atomic_store_n(word, WAIT_SLEEPING, __ATOMIC_RELAXED);
    /* pairs: the other side's fence, and the kernel's, between moving an index and looking here */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (rx_signal_deliverable())
        r = -EINTR;
    else if (__atomic_load_n(index, __ATOMIC_RELAXED) == seen)
        machine_sleep(word, WAIT_SLEEPING);
    t->wait_word = NULL;
    __atomic_store_n(word, 0, __ATOMIC_RELAXED);
    return r;
}

static void wake_other(u32 *word)
{
    /* pairs: the fence in wait_for_other; this side has moved its index */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (!__atomic_load_n(word, __ATOMIC_RELAXED))
        return;
    __atomic_store_n(word, 0, __ATOMIC_SEQ_CST);
    machine_wake(word);
}

/* Moves this side's index. False: the ring has ended before. */
static bool move(struct side *s, u32 *index, u32 by)
{
    u32 old = s->at, next = RING_COUNT(s->at + by);

    /* pairs: the other side's acquire load of this index */
    if (!__atomic_compare_exchange_n(index, &old, next, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        return false;
    s->at = next;
    return true;
}

static void copy_out(u8 *to, const struct pipe_ring *r, u32 at, u32 n)
{
    const u8 *bytes = (const u8 *)r + PIPE_RING_OFFSET;
    u32 from = at % PIPE_RING_SIZE, first = PIPE_RING_SIZE - from;

    first = first < n ? first : n;
    memcpy(to, bytes + from, first);
    memcpy(to + first, bytes, n - first);
}

static void copy_in(struct pipe_ring *r, u32 at, const u8 *from, u32 n)
{
    u8 *bytes = (u8 *)r + PIPE_RING_OFFSET;
    u32 to = at % PIPE_RING_SIZE, first = PIPE_RING_SIZE - to;

    first = first < n ? first : n;
    memcpy(bytes + to, from, first);
    memcpy(bytes, from + first, n - first);
}

static i64 ring_read(struct side *s, u8 *buf, size_t len)
{
    struct pipe_ring *r = s->ring;

    for (;;) {
        /* pairs: the writer's release of tail after the bytes */
        u32 tail = __atomic_load_n(&r->tail, __ATOMIC_ACQUIRE);
        u32 n = RING_COUNT(tail - s->at);

        if ((tail & RING_REVOKED) || n > PIPE_RING_SIZE)
            return -ENOTCONN;
        if (n > 0) {
            n = n < len ? n : (u32)len;
            copy_out(buf, r, s->at, n);
            if (!move(s, &r->head, n))
                return -ENOTCONN;
            __atomic_store_n(&r->reader_cpu, gate_cpu_hint(), __ATOMIC_RELAXED);
            wake_other(&r->writer_wait);
            return n;
        }
        i64 err = wait_for_other(&r->tail, tail, &r->reader_wait,
                                 __atomic_load_n(&r->writer_cpu, __ATOMIC_RELAXED));
        if (err < 0)
            return err;
    }
}

static i64 ring_write(struct side *s, const u8 *buf, size_t len)
{
    struct pipe_ring *r = s->ring;
    u32 piece = len < PIECE ? (u32)len : PIECE;
    u32 least = len <= UNDIVIDED ? (u32)len : 1;

    for (;;) {
        /* pairs: the reader's release of head after it copied */
        u32 head = __atomic_load_n(&r->head, __ATOMIC_ACQUIRE);
        u32 used = RING_COUNT(s->at - head), room = PIPE_RING_SIZE - used;

        if ((head & RING_REVOKED) || used > PIPE_RING_SIZE)
            return -ENOTCONN;
        if (room >= least) {
            piece = piece < room ? piece : room;
            copy_in(r, s->at, buf, piece);
            if (!move(s, &r->tail, piece))
                return -ENOTCONN;
            __atomic_store_n(&r->writer_cpu, gate_cpu_hint(), __ATOMIC_RELAXED);
            wake_other(&r->reader_wait);
            return piece;
        }
        i64 err = wait_for_other(&r->head, head, &r->writer_wait,
                                 __atomic_load_n(&r->reader_cpu, __ATOMIC_RELAXED));
        if (err < 0)
            return err;
    }
}

i64 pipe_transfer(u64 binding, const u8 *in, u8 *out, size_t len)
{
    struct gate_thread *t = gate_self();
    struct side *s = &sides[BINDING_HANDLE(binding) & ~BINDING_PIPE_WRITER];
    bool writer = BINDING_HANDLE(binding) & BINDING_PIPE_WRITER, stop;
    i64 r;

    if (gate_threaded || len == 0 || !(writer ? in != NULL : out != NULL))
        return -ENOTCONN;
    do {
        gate_enter(t);
        r = writer ? ring_write(s, in, len) : ring_read(s, out, len);
        stop = gate_leave(t);
    } while (r == -EINTR && !stop);
    return r;
}
