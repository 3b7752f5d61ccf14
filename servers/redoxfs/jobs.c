/* See jobs.h. */
#include "servers/redoxfs/jobs.h"

#include <stdlib.h>
#include <string.h>

#define SPARE_MAX 128u /* buffers of a slot's size: memory that was touched before is fast */

struct buffer {
    struct buffer *next;
};

static u8 *slot_memory(const struct backlog *q, i32 slot)
{
    return q->window + (size_t)slot * BACKLOG_SLOT;
}

/* Reads and writes have slots of their own: neither can keep the other from going on. */
static i32 slot_take(struct backlog *q, const struct job *j)
{
    const u32 for_reads = UINT32_MAX << (BACKLOG_SLOTS - BACKLOG_READ_SLOTS);
    const u32 run = (1u << RUN) - 1;
    u32 free_slots = ~q->slots & (j->op == ACT_READ ? for_reads : ~for_reads);

    if (!q->shared || !free_slots || j->count > JOINED)
        return -1;
    i32 slot = __builtin_ctz(free_slots);
    /* better one with room for what may come to lie behind it */
    for (u32 i = 0; j->op == ACT_WRITE && i < BACKLOG_SLOTS - BACKLOG_READ_SLOTS; i += RUN) {
        if ((free_slots >> i & run) == run) {
            slot = (i32)i;
            break;
        }
    }
    q->slots |= 1u << slot;
    return slot;
}

/* Gives a write that has slots the next one besides. */
static bool slot_more(struct backlog *q, struct job *j)
{
    u32 n = j->room / JOINED, next = (u32)j->slot + n;

    if (!q->shared || n == RUN || next >= BACKLOG_SLOTS - BACKLOG_READ_SLOTS ||
        (q->slots >> next & 1))
        return false;
    q->slots |= 1u << next;
    j->room += JOINED;
    return true;
}

static void slots_give(struct backlog *q, const struct job *j)
{
    u32 bits = (u32)((1ull << j->room / JOINED) - 1);

    q->slots &= ~(bits << j->slot);
}

static u8 *buffer_take(struct backlog *q, u32 blocks)
{
    struct buffer *b = q->spare;

    if (blocks != JOINED || !b)
        return malloc((size_t)blocks * BACKLOG_BLOCK);
    q->spare = b->next;
    q->nspare--;
    return (u8 *)b;
}

static void buffer_give(struct backlog *q, u8 *data, u32 blocks)
{
    struct buffer *b = (struct buffer *)(void *)data;

    if (blocks != JOINED || q->nspare == SPARE_MAX) {
        free(data);
        return;
    }
    b->next = q->spare;
    q->spare = b;
    q->nspare++;
}

void backlog_close(struct backlog *q)
{
    for (struct buffer *next, *b = q->spare; b; b = next) {
        next = b->next;
        free(b);
    }
    q->spare = NULL;
    q->nspare = 0;
}

static void data_free(struct backlog *q, struct job *j)
{
    if (j->slot >= 0)
        slots_give(q, j);
    else if (j->data)
        buffer_give(q, j->data, j->room);
}

static bool data_make(struct backlog *q, struct job *j)
{
    if (!j->count)
        return true;
    if (j->op == ACT_READ || !q->unslotted)
        j->slot = slot_take(q, j);
    if (j->slot >= 0) {
        j->data = slot_memory(q, j->slot);
        j->room = JOINED;
    } else {
        j->data = buffer_take(q, j->count);
    }
    return j->data != NULL;
}

/* Whether a write waits for a slot. */
static bool is_unslotted(const struct job *j)
{
    return j->op == ACT_WRITE && j->slot < 0;
}

struct job *job_new(struct backlog *q, enum disk_act op, u64 block, u32 count)
{
    struct job *j = malloc(sizeof *j);

    if (!j)
        return NULL;
    *j = (struct job){.op = op, .block = block, .count = count, .room = count, .slot = -1};
    if (!data_make(q, j)) {
        free(j);
        return NULL;
    }
    q->unslotted += is_unslotted(j);
    return j;
}

void job_free(struct backlog *q, struct job *j)
{
    q->unslotted -= is_unslotted(j);
    data_free(q, j);
    free(j);
}

void job_cut(struct backlog *q, struct job *j)
{
    if (j->prev)
        j->prev->next = j->next;
    else
        q->first = j->next;
    if (j->next)
        j->next->prev = j->prev;
    else
        q->last = j->prev;
    if (q->todo == j)
        q->todo = j->next;
    q->bytes -= size_of(j);
    job_free(q, j);
}

static bool follows(const struct job *j, u64 block)
{
    return j->op == ACT_WRITE && !j->asked && !j->error && block == j->block + j->count;
}

/* Writes behind it that wait for slots join it, where they go on with what it has. */
static void absorb(struct backlog *q, struct job *j)
{
    struct job *after;

    for (struct job *n = j->next; n && is_unslotted(n) && !n->asked && !n->error &&
                                  follows(j, n->block) && n->count <= JOINED;
         n = after) {
        if (j->count + n->count > j->room && !slot_more(q, j))
            return;
        after = n->next;
        memcpy(j->data + size_of(j), n->data, size_of(n));
        j->count += n->count;
        q->bytes += size_of(n); /* counted once more with n, which goes */
        job_cut(q, n);
    }
}

bool job_place(struct backlog *q, struct job *j)
{
    if (!q->shared || !is_unslotted(j) || j->asked || j->count > JOINED)
        return true;
    i32 slot = slot_take(q, j);
    if (slot < 0)
        return false;
    u8 *to = slot_memory(q, slot);
    memcpy(to, j->data, size_of(j));
    buffer_give(q, j->data, j->room);
    j->data = to;
    j->slot = slot;
    j->room = JOINED;
    q->unslotted--;
    absorb(q, j);
    return true;
}

u8 *job_join(struct backlog *q, struct job *j, u64 block, u32 count)
{
    if (!follows(j, block) || count > JOINED)
        return NULL;
    if (j->count + count > j->room && j->slot >= 0 && !slot_more(q, j))
        return NULL;
    if (j->slot < 0 && j->count + count > JOINED)
        return NULL;
    if (j->count + count > j->room) {
        u8 *data = buffer_take(q, JOINED);
        if (!data)
            return NULL;
        memcpy(data, j->data, size_of(j));
        buffer_give(q, j->data, j->room);
        j->data = data;
        j->room = JOINED;
    }
    u8 *place = j->data + size_of(j);
    j->count += count;
    q->bytes += (u64)count * BACKLOG_BLOCK;
    return place;
}

static void rebase(const struct backlog *q, struct job *j)
{
    for (; j; j = j->next) {
        if (j->slot >= 0)
            j->data = slot_memory(q, j->slot);
    }
}

void backlog_window(struct backlog *q, u8 *window, bool shared)
{
    q->window = window;
    q->shared = shared;
    rebase(q, q->first);
    rebase(q, q->reads);
}
