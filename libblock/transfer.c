/* Requests in pieces; see transfer.h. */
#include "libblock/transfer.h"

#include <stdlib.h>
#include <string.h>

static struct transfers *all;

void transfers_init(struct transfers *t, u8 *memory, u32 nslots, size_t slot_size)
{
    *t = (struct transfers){.others = all, .nslots = nslots, .slot_size = slot_size};
    for (u32 i = 0; i < nslots; i++)
        t->slot[i] = memory + i * slot_size;
    all = t;
}

static i32 free_slot(const struct transfers *t)
{
    for (u32 i = 0; i < t->nslots; i++) {
        if (!t->busy[i])
            return (i32)i;
    }
    return -1;
}

static void finish(struct transfers *t, struct transfer *r, i64 result)
{
    bool cancelled = r->op != DISK_FLUSH && !r->buf;
    u64 request = r->request;

    free(r);
    if (!cancelled)
        t->answer(t->asker, request, result);
}

/* Gives the next piece to the device. */
static i64 next_piece(struct transfers *t, struct transfer *r, u32 slot)
{
    size_t left = r->len - r->done;

    r->piece = left < t->slot_size ? left : t->slot_size;
    if (r->op == DISK_WRITE)
        memcpy(t->slot[slot], r->buf + r->done, r->piece);
    return t->submit(t->device, slot, r->disk, r->op, r->offset + r->done, r->piece);
}

/* Starts what waits, as long as there are slots. */
static void refill(struct transfers *t)
{
    i32 slot;

    while (t->waiting && (slot = free_slot(t)) >= 0) {
        struct transfer *r = t->waiting;

        t->waiting = r->next;
        t->busy[slot] = r;
        i64 err = next_piece(t, r, (u32)slot);
        if (err < 0) {
            t->busy[slot] = NULL;
            finish(t, r, err);
        }
    }
}

i64 transfer_start(struct transfers *t, struct disk *d, enum disk_op op, u64 offset, void *buf,
                   size_t len, u64 request)
{
    struct transfer *r, **last = &t->waiting;
    i32 slot = free_slot(t);

    if (op == DISK_FLUSH && t->writes_through)
        return 0;
    r = malloc(sizeof *r);
    if (!r)
        return -ENOMEM;
    *r = (struct transfer){
        .disk = d, .op = op, .offset = offset, .buf = buf, .len = len, .request = request};
    if (slot < 0) {
        while (*last)
            last = &(*last)->next;
        *last = r;
        return SCHEME_PARKED;
    }
    i64 err = next_piece(t, r, (u32)slot);
    if (err < 0) {
        free(r);
        return err;
    }
    t->busy[slot] = r;
    return SCHEME_PARKED;
}

void transfer_done(struct transfers *t, u32 slot, i64 result)
{
    struct transfer *r = slot < t->nslots ? t->busy[slot] : NULL;

    if (!r)
        return;
    if (result >= 0 && r->buf) {
        if (r->op == DISK_READ)
            scheme_copy(r->buf + r->done, t->slot[slot], r->piece);
        r->done += r->piece;
        if (r->done < r->len && (result = next_piece(t, r, slot)) >= 0)
            return;
    }
    t->busy[slot] = NULL;
    finish(t, r, result < 0 ? result : (i64)r->len);
    refill(t);
}

bool transfer_cancel(struct transfers *t, u64 request)
{
    for (struct transfer **at = &t->waiting, *r; (r = *at) != NULL; at = &r->next) {
        if (r->request == request) {
            *at = r->next;
            free(r);
            return true;
        }
    }
    for (u32 i = 0; i < t->nslots; i++) {
        struct transfer *r = t->busy[i];

        if (r && r->request == request) {
            r->op = DISK_READ; /* a flush too has nobody to tell now */
            r->buf = NULL;
            return true;
        }
    }
    return false;
}

bool transfers_cancel(u64 request)
{
    for (struct transfers *t = all; t; t = t->others) {
        if (transfer_cancel(t, request))
            return true;
    }
    return false;
}

void transfer_fail_all(struct transfers *t, i64 error)
{
    struct transfer *r;

    while ((r = t->waiting) != NULL) {
        t->waiting = r->next;
        finish(t, r, error);
    }
    for (u32 i = 0; i < t->nslots; i++) {
        r = t->busy[i];
        t->busy[i] = NULL;
        if (r)
            finish(t, r, error);
    }
}
