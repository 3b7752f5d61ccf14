/* Drivers of hardware as schemes of disks; see device.h. */
#include "libblock/device.h"

#define FIRST_WAIT_NS 5000000000ull

static u64 now(void)
{
    struct rx_timespec t = {0};

    rx_clock(RX_CLOCK_MONOTONIC, &t);
    return (u64)t.sec * 1000000000 + (u64)t.nsec;
}

static i64 start(struct disk *d, enum disk_op op, u64 offset, void *buf, size_t len, u64 request)
{
    return transfer_start(d->driver, d, op, offset, buf, len, request);
}

/* A request's number is one of the whole program's. */
static void cancel(u64 request)
{
    transfers_cancel(request);
}

void block_init(struct block_device *b, void (*look)(void *device), void *device)
{
    b->look = look;
    b->device = device;
    b->state = (struct disk_scheme){.name = b->name, .start = start, .cancel = cancel};
}

static void answer(void *asker, u64 request, i64 result)
{
    struct block_device *b = asker;

    if (b->scheme)
        scheme_answer(b->scheme, request, result);
    else
        b->first_result = result;
}

void block_transfers(struct block_device *b, struct transfers *t, u8 *memory, u32 nslots,
                     size_t slot_size)
{
    transfers_init(t, memory, nslots, slot_size);
    t->device = b->device;
    t->answer = answer;
    t->asker = b;
}

struct first {
    struct block_device *block;
    struct disk *disk;
};

/* There is no loop yet that could wait for the device. */
static i64 read_now(void *ctx, u64 offset, void *buf, size_t len)
{
    const struct first *f = ctx;
    struct block_device *b = f->block;
    u64 end = now() + FIRST_WAIT_NS;

    b->first_result = 1;
    i64 r = start(f->disk, DISK_READ, offset, buf, len, 0);
    if (r != SCHEME_PARKED)
        return r;
    while (b->first_result == 1) {
        b->look(b->device);
        if (now() > end) {
            cancel(0);
            return -ETIMEDOUT;
        }
        rx_yield();
    }
    return b->first_result < 0 ? b->first_result : 0;
}

i64 block_find_partitions(struct block_device *b, struct disk *d)
{
    struct first f = {b, d};
    const struct partition_disk p = {d->block_size, d->size, read_now, &f};
    i64 n = partitions_find(&p, d->parts);

    d->nparts = n > 0 ? (u32)n : 0;
    return n < 0 ? n : 0;
}

i64 block_publish(struct block_device *b, struct disk *disks, u32 ndisks)
{
    b->state.disks = disks;
    b->state.ndisks = ndisks;
    i64 r = scheme_create(&disk_scheme_ops, &b->state, DISK_SCHEME_ROOT, &b->scheme);
    if (r >= 0)
        r = scheme_register(b->scheme, b->name);
    b->look(b->device); /* what came before anybody watched */
    return r;
}
