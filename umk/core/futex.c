/*
 * Futexes; the protocol is in futex.h.
 *
 *     OUT --ENQUEUE--> QUEUED --wake--> TOKEN --SLEEP--> OUT (at once)
 *                      QUEUED --SLEEP--> ASLEEP --wake, timeout, interrupt--> OUT
 *                      QUEUED, TOKEN --CANCEL--> OUT
 */
#include "umk/core/futex.h"

enum { OUT, QUEUED, TOKEN, ASLEEP };

#define BUCKETS 256u
static struct list buckets[BUCKETS];

void futex_init(void)
{
    for (u32 i = 0; i < BUCKETS; i++)
        list_init(&buckets[i]);
}

struct key {
    u64 word;  /* address, or offset in an object */
    u64 space; /* pid of the address space, or object id << 32 */
};

static struct key key_of(struct process *p, u64 address)
{
    struct region *r = aspace_find(&p->aspace, address);

    if (r && r->object && (r->flags & RX_MAP_SHARED))
        return (struct key){r->offset + (address - r->start), (u64)r->object->id << 32};
    return (struct key){address, p->pid};
}

static struct list *bucket(struct key k)
{
    return &buckets[(k.word >> 2 ^ k.word >> 14 ^ k.space) % BUCKETS];
}

void futex_leave(struct context *c)
{
    list_remove(&c->futex);
    c->futex_state = OUT;
}

static i64 enqueue(struct context *c, struct key k)
{
    futex_leave(c);
    c->futex_key = k.word;
    c->futex_space = k.space;
    c->futex_state = QUEUED;
    list_add(bucket(k), &c->futex);
    return 0;
}

static i64 wake(struct key k, u64 count)
{
    struct context *c, *tmp;
    u64 woken = 0;

    LIST_FOR_EACH_SAFE (c, tmp, bucket(k), futex) {
        if (woken == count)
            break;
        if (c->futex_key != k.word || c->futex_space != k.space)
            continue;
        woken++;
        list_remove(&c->futex);
        if (c->futex_state == ASLEEP) {
            c->futex_state = OUT;
            context_finish(c, 0);
        } else {
            c->futex_state = TOKEN;
        }
    }
    return (i64)woken;
}

static void sleep_interrupted(struct context *c)
{
    futex_leave(c);
    context_finish(c, -EINTR);
}

static void sleep_timeout(struct timer *t)
{
    struct context *c = CONTAINER_OF(t, struct context, timer);

    futex_leave(c);
    context_finish(c, -ETIMEDOUT);
}

static i64 sleep(struct context *c, u64 deadline)
{
    if (c->futex_state == TOKEN) {
        c->futex_state = OUT;
        return 0;
    }
    if (c->futex_state != QUEUED)
        return -EINVAL;
    c->futex_state = ASLEEP;
    if (deadline)
        context_timeout(c, deadline, sleep_timeout);
    return context_park(c, "futex", sleep_interrupted);
}

i64 futex_call(struct context *c, u32 op, u64 address, u64 value, u64 deadline)
{
    if ((op == FUTEX_OP_WAKE || op == FUTEX_OP_ENQUEUE) && address % 4)
        return -EINVAL;
    switch (op) {
    case FUTEX_OP_WAKE:
        return wake(key_of(c->proc, address), value);
    case FUTEX_OP_ENQUEUE:
        return enqueue(c, key_of(c->proc, address));
    case FUTEX_OP_SLEEP:
        return sleep(c, deadline);
    case FUTEX_OP_CANCEL:
        futex_leave(c);
        return 0;
    default:
        return -EINVAL;
    }
}
