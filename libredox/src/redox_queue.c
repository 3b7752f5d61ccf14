/*
 * The shared queue; see redox_queue.h for layout and trust.
 *
 * No wake-up is lost: who goes to sleep first marks its own index, then looks at the
 * other side's index once more, and sleeps on that word only if it is unchanged; who
 * publishes first stores its index, then looks for the mark. Both pairs are sequentially
 * consistent, so one of the two sees the other.
 */
#include "gate.h"
#include "redox_queue.h"

#define SPINS 100

static u32 *head_word(const struct shared_queue *q)
{
    return (u32 *)(void *)(q->memory + QUEUE_HEAD_OFFSET);
}

static u32 *tail_word(const struct shared_queue *q)
{
    return (u32 *)(void *)(q->memory + QUEUE_TAIL_OFFSET);
}

static void *slot_at(const struct shared_queue *q, u32 index)
{
    return q->memory + QUEUE_ENTRIES_OFFSET + (size_t)(index & (q->count - 1)) * q->entry_size;
}

i64 queue_attach(struct shared_queue *q, void *memory, size_t size, u32 entry_size, bool producer)
{
    if (entry_size == 0 || size < QUEUE_ENTRIES_OFFSET + (size_t)entry_size)
        return -EINVAL;
    u64 fit = (size - QUEUE_ENTRIES_OFFSET) / entry_size;
    u32 count = 1;
    while ((u64)count * 2 <= fit && count < (1u << 30))
        count *= 2;
    *q = (struct shared_queue){.memory = memory, .entry_size = entry_size, .count = count};
    u32 *own = producer ? tail_word(q) : head_word(q);
    q->own = __atomic_load_n(own, __ATOMIC_ACQUIRE) & QUEUE_INDEX_MASK;
    return 0;
}

/* Stores the own index and wakes the other side if it sleeps on it. */
static void publish_index(u32 *own_word, u32 index, const u32 *other_word)
{
    /* Pairs with the second look in sleep_on. The entry's bytes come before it. */
    __atomic_store_n(own_word, index, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    if (__atomic_load_n(other_word, __ATOMIC_SEQ_CST) & QUEUE_SLEEPS)
        gate_futex_wake(own_word, 1);
}

/*
 * Waits until the other side's index is no longer `seen`: spins a little, then sleeps. own_word
 * carries the mark meanwhile. 0 (perhaps for no reason) or -EINTR.
 */
static i64 sleep_on(u32 *other_word, u32 seen, u32 *own_word, u32 own)
{
    for (u32 i = 0; i < SPINS; i++) {
        if ((__atomic_load_n(other_word, __ATOMIC_ACQUIRE) & QUEUE_INDEX_MASK) != seen)
            return 0;
        __builtin_ia32_pause();
    }
    __atomic_store_n(own_word, own | QUEUE_SLEEPS, __ATOMIC_SEQ_CST);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    /* Pairs with publish_index. */
    u32 word = __atomic_load_n(other_word, __ATOMIC_SEQ_CST);
    i64 r = 0;
    if ((word & QUEUE_INDEX_MASK) == seen)
        r = gate_futex_wait(other_word, word, NULL);
    __atomic_store_n(own_word, own, __ATOMIC_RELEASE);
    return r == -EINTR ? r : 0;
}

/* Entries between the consumer's and the producer's index. -EIO: more than there are. */
static i64 distance(const struct shared_queue *q, u32 head, u32 tail)
{
    u32 used = (tail - head) & QUEUE_INDEX_MASK;
    return used > q->count ? -EIO : (i64)used;
}

static i64 produced_and_taken(const struct shared_queue *q, u32 *head)
{
    *head = __atomic_load_n(head_word(q), __ATOMIC_ACQUIRE) & QUEUE_INDEX_MASK;
    return distance(q, *head, q->own + q->taken);
}

i64 queue_take(struct shared_queue *q, void **slot)
{
    u32 head;
    i64 used = produced_and_taken(q, &head);
    if (used < 0)
        return used;
    if (used == q->count)
        return -ENOSPC;
    *slot = slot_at(q, q->own + q->taken++);
    return 0;
}

u32 queue_publish(struct shared_queue *q)
{
    u32 n = q->taken;
    if (n == 0)
        return 0;
    q->own = (q->own + n) & QUEUE_INDEX_MASK;
    q->taken = 0;
    publish_index(tail_word(q), q->own, head_word(q));
    return n;
}

i64 queue_wait_room(struct shared_queue *q)
{
    for (;;) {
        u32 head;
        i64 used = produced_and_taken(q, &head);
        if (used != q->count)
            return used < 0 ? used : 0;
        i64 r = sleep_on(head_word(q), head, tail_word(q), q->own);
        if (r < 0)
            return r;
    }
}

i64 queue_peek(const struct shared_queue *q, void *entry)
{
    u32 tail = __atomic_load_n(tail_word(q), __ATOMIC_ACQUIRE) & QUEUE_INDEX_MASK;
    i64 used = distance(q, q->own, tail);
    if (used <= 0)
        return used < 0 ? used : -RX_EWOULDBLOCK;
    __builtin_memcpy(entry, slot_at(q, q->own), q->entry_size);
    return 0;
}

void queue_pop(struct shared_queue *q)
{
    q->own = (q->own + 1) & QUEUE_INDEX_MASK;
    publish_index(head_word(q), q->own, tail_word(q));
}

i64 queue_wait_entry(struct shared_queue *q)
{
    for (;;) {
        u32 tail = __atomic_load_n(tail_word(q), __ATOMIC_ACQUIRE) & QUEUE_INDEX_MASK;
        i64 used = distance(q, q->own, tail);
        if (used != 0)
            return used < 0 ? used : 0;
        i64 r = sleep_on(tail_word(q), tail, head_word(q), q->own);
        if (r < 0)
            return r;
    }
}
