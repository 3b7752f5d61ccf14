/* Page frames; see frames.h. */
#include "umk/paging/frames.h"
#include "umk/paging/memory.h"

enum frame_state { NOT_RAM, FREE_HEAD, FREE_TAIL, USED };

static struct frame *frames;
static u32 nframes;
static u8 *bytes;
static u32 heads[FRAME_ORDERS]; /* first run of each order, FRAME_NONE: none */
static u32 nfree, ntotal, ncharged;
static u32 fail_in;
u64 (*frames_promised)(void);

void frames_init(struct frame *records, u32 n, u8 *memory)
{
    frames = records;
    nframes = n;
    bytes = memory;
    nfree = ntotal = ncharged = fail_in = 0;
    for (u32 i = 0; i < FRAME_ORDERS; i++)
        heads[i] = FRAME_NONE;
    memset(records, 0, (size_t)n * sizeof(*records));
}

static void push(u32 f, u32 order)
{
    frames[f].order = (u8)order;
    frames[f].state = FREE_HEAD;
    frames[f].prev = FRAME_NONE;
    frames[f].next = heads[order];
    if (heads[order])
        frames[heads[order]].prev = f;
    heads[order] = f;
}

static void unlink_run(u32 f)
{
    u32 order = frames[f].order;

    if (frames[f].prev)
        frames[frames[f].prev].next = frames[f].next;
    else
        heads[order] = frames[f].next;
    if (frames[f].next)
        frames[frames[f].next].prev = frames[f].prev;
    frames[f].state = FREE_TAIL;
}

/* A run becomes free, and one with its free neighbours. */
static void release(u32 f, u32 order)
{
    nfree += 1u << order;
    frames[f].state = FREE_TAIL;
    for (; order < FRAME_ORDERS - 1; order++) {
        u32 buddy = f ^ (1u << order);

        if (buddy >= nframes || frames[buddy].state != FREE_HEAD || frames[buddy].order != order)
            break;
        unlink_run(buddy);
        f &= ~(1u << order);
    }
    push(f, order);
}

void frames_add(u32 first, u32 count)
{
    for (u32 f = first; f - first < count && f < nframes; f++) {
        if (f == FRAME_NONE || frames[f].state != NOT_RAM)
            continue;
        ntotal++;
        release(f, 0);
    }
}

void frames_add_used(u32 first, u32 count)
{
    for (u32 f = first; f - first < count && f < nframes; f++) {
        if (f == FRAME_NONE || frames[f].state != NOT_RAM)
            continue;
        ntotal++;
        frames[f].state = USED;
        frames[f].refs = 1;
    }
}

u32 frames_take(u32 order)
{
    u32 have = order, f;

    if (fail_in && --fail_in == 0)
        return FRAME_NONE;
    while (have < FRAME_ORDERS && !heads[have])
        have++;
    if (have >= FRAME_ORDERS)
        return FRAME_NONE;
    f = heads[have];
    unlink_run(f);
    while (have > order) {
        have--;
        push(f + (1u << have), have);
    }
    for (u32 i = 0; i < 1u << order; i++) {
        frames[f + i].state = USED;
        frames[f + i].refs = 1;
    }
    nfree -= 1u << order;
    return f;
}

u32 frame_take_zeroed(void)
{
    u32 f = frames_take(0);

    if (f)
        memset(frame_bytes(f), 0, PAGE_SIZE);
    return f;
}

void frame_get(u32 f)
{
    paging_assert(frame_used(f) && frames[f].refs < UINT32_MAX);
    frames[f].refs++;
}

void frame_put(u32 f)
{
    paging_assert(frame_used(f));
    if (--frames[f].refs)
        return;
    ncharged -= frames[f].charged;
    frames[f].charged = 0;
    release(f, 0);
}

void frame_charge(u32 f)
{
    paging_assert(frame_used(f));
    ncharged += !frames[f].charged;
    frames[f].charged = 1;
}

void frame_discharge(u32 f)
{
    paging_assert(frame_used(f));
    ncharged -= frames[f].charged;
    frames[f].charged = 0;
}

u32 frames_charged(void)
{
    return ncharged;
}

bool frames_spare(u32 n)
{
    u64 promised = frames_promised ? frames_promised() : 0;
    u64 due = promised > ncharged ? promised - ncharged : 0;

    return nfree >= due && nfree - due >= n;
}

u32 frame_refs(u32 f)
{
    return f < nframes ? frames[f].refs : 0;
}

void *frame_bytes(u32 f)
{
    return bytes + (size_t)f * PAGE_SIZE;
}

bool frame_used(u32 f)
{
    return f < nframes && frames[f].state == USED;
}

u32 frames_free(void)
{
    return nfree;
}

u32 frames_total(void)
{
    return ntotal;
}

void frames_fail_in(u32 n)
{
    fail_in = n;
}

bool frames_consistent(void)
{
    u32 listed = 0, used = 0, charged = 0;

    for (u32 order = 0; order < FRAME_ORDERS; order++)
        for (u32 f = heads[order]; f; f = frames[f].next) {
            if (frames[f].state != FREE_HEAD || frames[f].order != order || f % (1u << order))
                return false;
            listed += 1u << order;
        }
    for (u32 f = 0; f < nframes; f++)
        if (frames[f].state == USED) {
            used++;
            charged += frames[f].charged;
            if (frames[f].refs == 0)
                return false;
        } else if (frames[f].refs || frames[f].charged) {
            return false;
        }
    return listed == nfree && used + nfree == ntotal && charged == ncharged;
}
