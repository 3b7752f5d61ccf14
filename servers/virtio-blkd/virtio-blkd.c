/*
 * virtio-blkd pci|mmio: all virtio block devices of a transport, each as disk 0 of a scheme of its
 * own: disk.pci-SSSS-BB-DD.F_virtio_blk, disk.mmio-ADDRESS_virtio_blk.
 *
 * A device that breaks the rules is reset and its disk gives EIO from then on. One that has no
 * driver any more writes nowhere: a driver that starts resets the device before anything else.
 */
#include "libblock/transfer.h"
#include "libhw/virtqueue.h"
#include "servers/virtio-blkd/device.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "virtio-blkd"
#define DEVICES_MAX 16u
#define SLOTS 8u
#define SLOT_SIZE ((size_t)64 << 10)
#define HEADER 16u /* of a request */
#define HEADERS_AT VIRTQ_BYTES
#define SLOTS_AT (VIRTQ_BYTES + 4096u)
#define STATUS_UNSET 0xFFu
#define FIRST_WAIT_NS 5000000000ull

/* Features and configuration (virtio 1.2, section 5.2). */
#define F_READ_ONLY 5u
#define F_BLOCK_SIZE 6u
#define F_FLUSH 9u
#define CONFIG_SECTORS 0u
#define CONFIG_BLOCK_SIZE 20u
#define SECTOR 512u
enum { T_IN = 0, T_OUT = 1, T_FLUSH = 4 };

struct request_header {
    u32 type, reserved;
    u64 sector;
};

struct blk {
    struct virtio virtio;
    struct virtq queue;
    struct hw_memory memory; /* queue, headers, slots */
    struct disk disk;
    struct disk_scheme scheme_state;
    struct transfers transfers;
    struct scheme *scheme;
    char name[64];
    bool can_flush, broken;
    i64 first_result; /* of the reads before there is a scheme; 1: not yet */
};

static struct blk *devices[DEVICES_MAX];
static u32 ndevices;

static u8 *status_of(const struct blk *b, u32 slot)
{
    return b->memory.at + HEADERS_AT + SLOTS * HEADER + slot;
}

static i64 submit(void *device, u32 slot, struct disk *d, enum disk_op op, u64 offset, size_t len)
{
    struct blk *b = device;
    const struct request_header h = {
        .type = op == DISK_READ    ? T_IN
                : op == DISK_WRITE ? T_OUT
                                   : T_FLUSH,
        .sector = op == DISK_FLUSH ? 0 : offset / SECTOR,
    };
    u64 base = b->memory.physical;
    struct virtq_segment s[3] = {{base + HEADERS_AT + slot * HEADER, HEADER, false}};
    u32 n = 1;

    (void)d;
    if (b->broken)
        return -EIO;
    memcpy(b->memory.at + HEADERS_AT + slot * HEADER, &h, sizeof h);
    *status_of(b, slot) = STATUS_UNSET;
    if (op != DISK_FLUSH)
        s[n++] =
            (struct virtq_segment){base + SLOTS_AT + slot * SLOT_SIZE, (u32)len, op == DISK_READ};
    s[n++] = (struct virtq_segment){base + HEADERS_AT + SLOTS * HEADER + slot, 1, true};
    i64 r = virtq_add(&b->queue, s, n, slot);
    if (r >= 0)
        b->virtio.transport->notify(&b->virtio);
    return r;
}

/* Looks at what the device has done. */
static void look(void *arg)
{
    struct blk *b = arg;
    u64 slot;
    i64 r;

    if (b->broken)
        return;
    b->virtio.transport->interrupted(&b->virtio);
    while ((r = virtq_take(&b->queue, &slot)) > 0) {
        u8 status = __atomic_load_n(status_of(b, (u32)slot), __ATOMIC_RELAXED);
        transfer_done(&b->transfers, (u32)slot, status == 0 ? 0 : status == 2 ? -ENOSYS : -EIO);
    }
    if (r < 0) {
        b->broken = true;
        b->virtio.transport->set_status(&b->virtio, 0);
        transfer_fail_all(&b->transfers, -EIO);
    }
}

static void answer(void *device, u64 request, i64 result)
{
    struct blk *b = device;

    if (b->scheme)
        scheme_answer(b->scheme, request, result);
    else
        b->first_result = result;
}

static i64 start(struct disk *d, enum disk_op op, u64 offset, void *buf, size_t len, u64 request)
{
    struct blk *b = d->driver;

    if (op == DISK_FLUSH && !b->can_flush)
        return 0; /* it writes through */
    return transfer_start(&b->transfers, d, op, offset, buf, len, request);
}

static void cancel(u64 request)
{
    for (u32 i = 0; i < ndevices; i++) {
        if (transfer_cancel(&devices[i]->transfers, request))
            return;
    }
}

/* Before there is a loop: waits, with a limit. */
static i64 read_now(void *ctx, u64 offset, void *buf, size_t len)
{
    struct blk *b = ctx;
    struct rx_timespec t;

    rx_clock(RX_CLOCK_MONOTONIC, &t);
    u64 end = (u64)t.sec * 1000000000 + (u64)t.nsec + FIRST_WAIT_NS;
    b->first_result = 1;
    i64 r = transfer_start(&b->transfers, &b->disk, DISK_READ, offset, buf, len, 0);
    if (r != SCHEME_PARKED)
        return r;
    while (b->first_result == 1) {
        look(b);
        rx_yield();
        rx_clock(RX_CLOCK_MONOTONIC, &t);
        if ((u64)t.sec * 1000000000 + (u64)t.nsec > end) {
            transfer_cancel(&b->transfers, 0);
            return -ETIMEDOUT;
        }
    }
    return b->first_result < 0 ? b->first_result : 0;
}

i64 virtio_negotiate(struct virtio *v, u64 wanted, u64 *got)
{
    const struct virtio_transport *t = v->transport;

    t->set_status(v, 0);
    t->set_status(v, STATUS_ACKNOWLEDGE);
    t->set_status(v, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
    *got = t->features(v) & (wanted | (v->legacy ? 0 : 1ull << VIRTIO_VERSION_1));
    if (!v->legacy && !(*got >> VIRTIO_VERSION_1 & 1))
        return -ENODEV;
    t->accept(v, *got);
    if (v->legacy)
        return 0;
    t->set_status(v, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
    return t->status(v) & STATUS_FEATURES_OK ? 0 : -ENODEV;
}

/* What the device says of itself. */
static i64 describe(struct blk *b, u64 features)
{
    u64 sectors = hw_read64(b->virtio.config, CONFIG_SECTORS);
    u32 block = SECTOR;

    if (features >> F_BLOCK_SIZE & 1)
        block = hw_read32(b->virtio.config, CONFIG_BLOCK_SIZE);
    if (block < SECTOR || block > 4096 || block & (block - 1) || sectors > UINT64_MAX / SECTOR)
        return -EINVAL;
    b->can_flush = features >> F_FLUSH & 1;
    b->disk = (struct disk){.size = sectors * SECTOR / block * block,
                            .block_size = block,
                            .read_only = features >> F_READ_ONLY & 1,
                            .driver = b};
    return 0;
}

static i64 set_up_memory(struct blk *b)
{
    u32 size = b->virtio.transport->queue_size(&b->virtio);
    i64 r = hw_memory(SLOTS_AT + SLOTS * SLOT_SIZE, &b->memory);

    if (r < 0)
        return r;
    if (size < 3 * SLOTS)
        return -EINVAL;
    size = size < VIRTQ_MAX ? 32 : VIRTQ_MAX;
    virtq_init(&b->queue, b->memory.at, (u16)size);
    b->transfers = (struct transfers){
        .nslots = SLOTS, .slot_size = SLOT_SIZE, .submit = submit, .device = b, .answer = answer};
    for (u32 i = 0; i < SLOTS; i++)
        b->transfers.slot[i] = b->memory.at + SLOTS_AT + i * SLOT_SIZE;
    return b->virtio.transport->queue_setup(&b->virtio, size, b->memory.physical,
                                            virtq_available(&b->queue));
}

static i64 publish(struct blk *b)
{
    const struct partition_disk p = {b->disk.block_size, b->disk.size, read_now, b};
    i64 n = partitions_find(&p, b->disk.parts);

    if (n < 0)
        return n;
    b->disk.nparts = (u32)n;
    b->scheme_state = (struct disk_scheme){
        .disks = &b->disk, .ndisks = 1, .name = b->name, .start = start, .cancel = cancel};
    i64 r = scheme_create(&disk_scheme_ops, &b->scheme_state, DISK_SCHEME_ROOT, &b->scheme);
    if (r >= 0)
        r = hw_irq_watch(b->virtio.irq, look, b);
    if (r >= 0)
        r = scheme_register(b->scheme, b->name);
    look(b); /* what came before anybody watched */
    return r;
}

static i64 bring_up(struct blk *b)
{
    u64 features;
    i64 r = virtio_negotiate(&b->virtio, 1u << F_READ_ONLY | 1u << F_BLOCK_SIZE | 1u << F_FLUSH,
                             &features);

    if (r >= 0)
        r = describe(b, features);
    if (r >= 0)
        r = set_up_memory(b);
    if (r < 0) {
        b->virtio.transport->set_status(&b->virtio, STATUS_FAILED);
        return r;
    }
    b->virtio.transport->set_status(&b->virtio, STATUS_ACKNOWLEDGE | STATUS_DRIVER |
                                                    STATUS_DRIVER_OK |
                                                    (b->virtio.legacy ? 0 : STATUS_FEATURES_OK));
    return publish(b);
}

static struct blk *new_device(void)
{
    struct blk *b = ndevices < DEVICES_MAX ? calloc(1, sizeof *b) : NULL;

    if (b)
        devices[ndevices++] = b;
    return b;
}

static void add_mmio(void)
{
    i64 r = 0;

    for (u32 n = 0; r != -ENOENT; n++) {
        struct blk *b = new_device();
        u64 base;

        if (!b)
            return;
        r = virtio_mmio_open(&b->virtio, n, &base);
        if (r >= 0) {
            snprintf(b->name, sizeof b->name, "disk.mmio-%lx_virtio_blk", (unsigned long)base);
            r = bring_up(b);
        }
        if (r < 0)
            ndevices--; /* what is left of it is never looked at again */
        if (r < 0 && r != -ENOENT && r != -ENODEV)
            hw_fail(NAME, "a device on MMIO", r);
    }
}

#define VENDOR 0x1AF4u
#define DEVICE_TRANSITIONAL 0x1001u
#define DEVICE_MODERN 0x1042u

struct found {
    char names[DEVICES_MAX][PCI_NAME_MAX];
    u32 n;
};

static bool note(const struct hw_function *f, void *arg)
{
    struct found *found = arg;

    if (f->id.vendor == VENDOR &&
        (f->id.device == DEVICE_MODERN || f->id.device == DEVICE_TRANSITIONAL))
        memcpy(found->names[found->n++], f->name, PCI_NAME_MAX);
    return found->n == DEVICES_MAX;
}

static void add_pci(void)
{
    static struct found found;
    i64 r = hw_each_function(note, &found);

    if (r < 0)
        hw_fail(NAME, "no functions of PCI", r);
    for (u32 i = 0; i < found.n; i++) {
        struct blk *b = new_device();
        const char *n = found.names[i];

        if (!b)
            return;
        snprintf(b->name, sizeof b->name, "disk.pci-%.4s-%.2s-%s_virtio_blk", n, n + 6, n + 10);
        r = virtio_pci_open(&b->virtio, n);
        if (r >= 0)
            r = bring_up(b);
        if (r < 0)
            hw_fail(NAME, b->name, r);
    }
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "pci") == 0)
        add_pci();
    else if (argc == 2 && strcmp(argv[1], "mmio") == 0)
        add_mmio();
    else
        rx_panic("usage: virtio-blkd pci|mmio");
    scheme_notify_ready();
    while (ndevices == 0) { /* a service that ends would be started again */
        static const struct rx_timespec day = {.sec = 86400};
        rx_nanosleep(&day, NULL);
    }
    scheme_run();
}
