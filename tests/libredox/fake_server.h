/*
 * A kernel and a machine around the scheme-server library, in this process: for its tests and its
 * fuzzer, which include this file once. The kernel here is well-behaved: it posts requests and
 * messages into the scheme's queue and takes completions from it. What must hold is checked on the
 * way: every completion belongs to a request that was not answered yet.
 *
 * Queue and channels are blocks of exactly their size, and payload that no request owns is
 * poisoned, so that AddressSanitizer sees every access outside.
 */
#ifndef TESTS_LIBREDOX_FAKE_SERVER_H
#define TESTS_LIBREDOX_FAKE_SERVER_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <sanitizer/asan_interface.h>

#include "libredox/src/scheme_lib.h"

#define FAKE_SOCKET 21
#define FAKE_CHANNELS 16u
#define FAKE_PENDING 64u
#define FAKE_EVENTS 64u
#define FAKE_PORTALS 8u
#define FAKE_SET_GS 0x1001

#define fake_check(holds)                                                       \
    do {                                                                        \
        if (!(holds)) {                                                         \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds); \
            abort();                                                            \
        }                                                                       \
    } while (0)

struct fake_request {
    bool pending, answered;
    u32 tag;
    u8 op;
    u64 file;
    u8 *payload;
    u32 len;
    u32 kind, extra; /* of the completion */
    i64 result;
};

struct fake_channel {
    struct channel_header *h;
    u32 number;
    bool open;   /* the kernel's view */
    bool mapped; /* the server's */
    bool rung;
    u32 tail;
};

struct fake_event {
    u64 file;
    u32 flags;
};

static struct {
    struct queue_header *q;
    u32 sq_tail, cq_head;
    u32 next_tag;
    struct fake_request pending[FAKE_PENDING];
    struct fake_channel channels[FAKE_CHANNELS];
    struct fake_event events[FAKE_EVENTS];
    u32 nevents;
    u32 rings, wakes, yields;
    const u32 *first_woken; /* since wakes was 0 */
    u32 control_seq;
    u64 last_number; /* of the last file made with scheme_make_fd */
    u64 now_ns;
    i32 last_timeout;
    struct portal *portals[FAKE_PORTALS];
    u32 nportals;
    u32 cancelled_portal;
    jmp_buf idle;
    bool in_run;
} fake;

struct gate_thread gate_threads[PORTALS_MAX];
static struct proc_page fake_page;
struct proc_page *gate_page = &fake_page;
volatile bool gate_threaded;
struct gate_start gate_start;

/* The kernel's side of the queue */

static inline u8 *fake_payload(u32 i, u32 len)
{
    u8 *base = (u8 *)fake.q;

    return len <= QUEUE_SMALL ? base + QUEUE_SMALL_OFFSET + i * QUEUE_SMALL
                              : base + QUEUE_BIG_OFFSET + i % QUEUE_BIGS * QUEUE_BIG;
}

static inline bool fake_queue_full(void)
{
    return fake.sq_tail - __atomic_load_n(&fake.q->sq_head, __ATOMIC_ACQUIRE) == QUEUE_SQ_ENTRIES;
}

/* False: there is no room. */
static inline bool fake_post_entry(const struct queue_entry *e)
{
    struct queue_entry *ring = (struct queue_entry *)((u8 *)fake.q + QUEUE_SQ_OFFSET);

    if (fake_queue_full())
        return false;
    ring[fake.sq_tail % QUEUE_SQ_ENTRIES] = *e;
    __atomic_store_n(&fake.q->sq_tail, ++fake.sq_tail, __ATOMIC_RELEASE);
    return true;
}

static inline bool fake_message(u8 op, u64 a0, u64 a1, u64 a2)
{
    const struct queue_entry e = {
        .sqe = {.opcode = op, .args = {a0, a1, a2}},
        .channel = CHANNEL_NONE,
    };

    return fake_post_entry(&e);
}

static inline void fake_reap(void)
{
    const struct cqe *ring = (const struct cqe *)((u8 *)fake.q + QUEUE_CQ_OFFSET);

    while (fake.cq_head != __atomic_load_n(&fake.q->cq_tail, __ATOMIC_ACQUIRE)) {
        struct cqe c = ring[fake.cq_head % QUEUE_CQ_ENTRIES];
        struct fake_request *r = &fake.pending[c.tag % FAKE_PENDING];

        __atomic_store_n(&fake.q->cq_head, ++fake.cq_head, __ATOMIC_RELEASE);
        if ((c.flags & 7) == CQE_FEVENT) {
            fake.events[fake.nevents++ % FAKE_EVENTS] = (struct fake_event){c.result, c.tag};
            continue;
        }
        fake_check(r->pending && r->tag == c.tag && !r->answered);
        r->answered = true;
        r->kind = c.flags & 7;
        r->extra = c.extra[0];
        r->result = (i64)c.result;
    }
}

static inline struct fake_request *fake_free_request(void)
{
    for (u32 i = 0; i < FAKE_PENDING; i++)
        if (!fake.pending[i].pending)
            return &fake.pending[i];
    return NULL;
}

/*
 * Posts a request on file; args[1] is set to its payload, of len bytes copied from data (zero if
 * NULL). NULL: no room. To be given back with fake_done.
 */
static inline struct fake_request *fake_request(struct queue_entry e, const void *data, u32 len)
{
    struct fake_request *r = fake_free_request();
    u32 i = r ? (u32)(r - fake.pending) : 0;

    if (!r || (len > QUEUE_SMALL && i >= QUEUE_BIGS) || fake_queue_full())
        return NULL;
    r->payload = fake_payload(i, len);
    r->len = len;
    __asan_unpoison_memory_region(r->payload, len);
    if (data)
        memcpy(r->payload, data, len);
    else
        memset(r->payload, 0, len);
    r->tag = fake.next_tag++ * FAKE_PENDING + i;
    r->op = e.sqe.opcode;
    r->file = e.sqe.args[0];
    r->pending = true;
    r->answered = false;
    e.sqe.tag = r->tag;
    if (len) {
        e.sqe.args[1] = (u64)(r->payload - (u8 *)fake.q);
        e.sqe.args[2] = len;
    }
    fake_check(fake_post_entry(&e));
    return r;
}

static inline void fake_done(struct fake_request *r)
{
    fake_check(r->pending && r->answered);
    __asan_poison_memory_region(r->payload, r->len <= QUEUE_SMALL ? QUEUE_SMALL : QUEUE_BIG);
    r->pending = false;
}

/* Channels, as kernel and client see them */

static inline struct channel_slot *fake_slots(const struct fake_channel *ch)
{
    return (struct channel_slot *)((u8 *)ch->h + CHANNEL_SLOT_OFFSET);
}

static inline u8 *fake_small(const struct fake_channel *ch, u32 slot)
{
    return (u8 *)ch->h + CHANNEL_SMALL_OFFSET + slot * CHANNEL_SMALL;
}

static inline u8 *fake_big(const struct fake_channel *ch, u32 n)
{
    return (u8 *)ch->h + CHANNEL_BIG_OFFSET + n * CHANNEL_BIG;
}

static inline bool fake_channel_open(u32 n, u32 pid)
{
    struct fake_channel *ch = &fake.channels[n];
    struct queue_entry e = {.sqe = {.opcode = OP_CHANNEL_OPEN}, .channel = CHANNEL_NONE};

    if (fake_queue_full())
        return false;
    fake_check(!ch->open && !ch->mapped);
    if (!ch->h)
        ch->h = aligned_alloc(64, CHANNEL_SIZE);
    fake_check(ch->h != NULL);
    __asan_unpoison_memory_region(ch->h, CHANNEL_SIZE);
    memset(ch->h, 0, CHANNEL_SMALL_OFFSET);
    ch->tail = ch->h->tail = RING_INDEX_START;
    ch->h->need_ring = 1;
    ch->number = n;
    ch->open = ch->mapped = true;
    ch->rung = false;
    e.sqe.args[0] = n;
    e.sqe.args[1] = pid;
    e.sqe.args[2] = 1000 | 100ull << 32;
    e.sqe.args[3] = (u64)(uintptr_t)ch->h;
    return fake_post_entry(&e);
}

static inline bool fake_channel_close(u32 n)
{
    if (!fake_message(OP_CHANNEL_CLOSE, n, 0, 0))
        return false;
    fake.channels[n].open = false;
    return true;
}

/* Publishes slot and rings if the server wants it, as a client does. */
static inline void fake_publish(struct fake_channel *ch, u32 slot)
{
    ch->h->ring[ch->tail % CHANNEL_RING] = slot;
    ch->h->client_cpu = gate_cpu();
    __atomic_store_n(&ch->h->tail, ++ch->tail, __ATOMIC_RELEASE);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (ch->h->need_ring)
        ch->rung = true;
}

static inline void fake_submit(struct fake_channel *ch, u32 slot, const struct sqe *e)
{
    struct channel_slot *s = &fake_slots(ch)[slot];

    s->request = *e;
    s->state = WAIT_PENDING;
    s->cancel = 0;
    fake_publish(ch, slot);
}

static inline void fake_cancel(struct fake_channel *ch, u32 slot)
{
    fake_slots(ch)[slot].cancel = 1;
    __atomic_fetch_add(&ch->h->cancels, 1, __ATOMIC_SEQ_CST);
    if (ch->h->need_ring)
        ch->rung = true;
}

static inline bool fake_answered(const struct fake_channel *ch, u32 slot)
{
    return (fake_slots(ch)[slot].state & WAIT_STATE) == WAIT_DONE;
}

/* Running the server */

static inline void fake_take_rings(void)
{
    for (u32 i = 0; i < FAKE_CHANNELS; i++)
        if (fake.channels[i].rung) {
            fake.channels[i].rung = false;
            serve_mark_active(i);
        }
}

/* Runs the library's main loop until it would sleep. The next run goes on where it slept. */
static inline void fake_run(void)
{
    if (setjmp(fake.idle) == 0) {
        if (fake.in_run) {
            serve_disarm();
            fake_take_rings();
        }
        fake.in_run = true;
        scheme_run();
    }
    fake_reap();
}

u32 machine_loop_wait(i32 timeout_ms, u32 *which, u32 max)
{
    u32 n = 0;

    fake.last_timeout = timeout_ms;
    gate_self()->due = 0; /* it goes with the wait */
    for (u32 i = 0; i < FAKE_CHANNELS && n < max; i++)
        if (fake.channels[i].rung) {
            fake.channels[i].rung = false;
            which[n++] = i;
        }
    if (n == 0 && timeout_ms != 0)
        longjmp(fake.idle, 1);
    return n;
}

/* What the library calls */

void machine_ring_kernel(void)
{
    fake.rings++;
}

void gate_ring_kernel(void)
{
    if (fake.q->need_ring)
        fake.rings++;
}

/* The library yields when completions find no room: the kernel gets to them. */
void machine_yield(void)
{
    fake.yields++;
    fake_reap();
}

void machine_crowded(void)
{
}

void machine_control(u32 seq)
{
    fake.control_seq = seq;
}

void machine_drop_channel(void *header)
{
    for (u32 i = 0; i < FAKE_CHANNELS; i++)
        if (fake.channels[i].h == header && fake.channels[i].mapped) {
            fake.channels[i].mapped = false;
            fake.channels[i].rung = false;
            __asan_poison_memory_region(header, CHANNEL_SIZE);
            return;
        }
    fake_check(!"a channel is dropped that is not there");
}

i64 gate_clock(u32 clock, struct rx_timespec *ts)
{
    (void)clock;
    *ts = (struct rx_timespec){.sec = (i64)(fake.now_ns / 1000000000),
                               .nsec = (i32)(fake.now_ns % 1000000000)};
    return 0;
}

_Noreturn void gate_exit(u32 status)
{
    (void)status;
    longjmp(fake.idle, 2);
}

i64 gate_call(u32 op, const u64 args[6], const struct gate_buf *buf, u64 ret[4])
{
    if (op == UMK_PORTAL_NEW) {
        if (fake.nportals == FAKE_PORTALS)
            return -EAGAIN;
        fake.portals[fake.nportals] = calloc(1, PORTAL_SIZE);
        ret[0] = fake.nportals;
        return (i64)(uintptr_t)fake.portals[fake.nportals++];
    }
    if (op == SYS_CALL && args[3] == SOCKET_OBTAIN_FD && buf)
        for (size_t i = 0; i < buf->out_len / sizeof(u64); i++)
            ((u64 *)buf->out)[i] = 40 + i;
    return 0;
}

void gate_post(struct portal *p, u32 n, u32 op)
{
    (void)n;
    p->op = op;
    p->state = WAIT_PENDING;
}

void gate_cancel(struct portal *p, u32 n)
{
    (void)p;
    fake.cancelled_portal = n;
}

i64 gate_mmap(u64 fd, u64 offset, u64 size, u64 flags, u64 address)
{
    (void)offset;
    (void)flags;
    (void)address;
    fake_check(fd == FAKE_SOCKET && size == QUEUE_SIZE);
    return (i64)(uintptr_t)fake.q;
}

i64 gate_munmap(u64 address, u64 size)
{
    (void)address;
    (void)size;
    return 0;
}

size_t redox_open_v1(const u8 *path, size_t len, u32 flags, u16 mode)
{
    (void)path;
    (void)len;
    (void)flags;
    (void)mode;
    return 20;
}

size_t redox_dup_v1(size_t fd, const u8 *buf, size_t len)
{
    struct rx_new_fd n;

    if (fd != FAKE_SOCKET)
        return FAKE_SOCKET;
    fake_check(len == sizeof(n));
    memcpy(&n, buf, sizeof(n));
    fake.last_number = n.number;
    return 22;
}

size_t redox_close_v1(size_t fd)
{
    (void)fd;
    return 0;
}

size_t redox_fcntl_v0(size_t fd, size_t cmd, size_t arg)
{
    (void)fd;
    (void)cmd;
    (void)arg;
    return 0;
}

size_t redox_ftruncate_v0(size_t fd, size_t len)
{
    (void)fd;
    (void)len;
    return 0;
}

size_t redox_write_v1(size_t fd, const u8 *buf, size_t len)
{
    (void)fd;
    (void)buf;
    return len;
}

size_t redox_get_ns_v0(void)
{
    return 0;
}

size_t redox_register_scheme_to_ns_v0(size_t ns, const u8 *name, size_t len, size_t fd)
{
    (void)ns;
    (void)name;
    (void)len;
    (void)fd;
    return 0;
}

void machine_wake(u32 *word)
{
    if (fake.wakes++ == 0)
        fake.first_woken = word;
}

/* Counted at once; that it is put off shows in the thread's record. */
void machine_wake_soon(u32 *word)
{
    machine_wake(word);
    gate_self()->due = (u64)(uintptr_t)word;
}

void machine_settle(void)
{
    gate_self()->due = 0;
}

i64 rx_sendfd(u64 fd, const u64 *fds, size_t n, u32 call_flags, u64 meta)
{
    (void)fd;
    (void)fds;
    (void)n;
    (void)call_flags;
    (void)meta;
    return 0;
}

/* Makes the scheme with its root; the root's number is fake.last_number afterwards. */
static inline struct scheme *fake_scheme(const struct scheme_ops *ops, void *state, u64 root_id)
{
    struct scheme *s;

    gate_threads[0].self = &gate_threads[0];
    fake_check(syscall(SYS_arch_prctl, FAKE_SET_GS, &gate_threads[0]) == 0);
    fake.q = aligned_alloc(PAGE_SIZE, QUEUE_SIZE);
    fake_check(fake.q != NULL);
    memset(fake.q, 0, QUEUE_SIZE);
    fake.sq_tail = fake.cq_head = RING_INDEX_START;
    fake.q->sq_tail = fake.q->sq_head = fake.q->cq_tail = fake.q->cq_head = RING_INDEX_START;
    __asan_poison_memory_region((u8 *)fake.q + QUEUE_SMALL_OFFSET, QUEUE_SIZE - QUEUE_SMALL_OFFSET);
    fake_check(scheme_create(ops, state, root_id, &s) == 0);
    return s;
}

#endif
