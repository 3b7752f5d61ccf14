/*
 * virtio-blkd pci|mmio: all virtio block devices of a transport, each as disk 0 of a scheme of its
 * own: disk.pci-SSSS-BB-DD.F_virtio_blk, disk.mmio-ADDRESS_virtio_blk.
 *
 * A device that breaks the rules is reset and its disk gives EIO from then on. One that has no
 * driver any more writes nowhere: a driver that starts resets the device before anything else.
 */
#include "libblock/device.h"
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
    struct transfers transfers;
    struct block_device block;
    bool broken;
};

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
    b->disk = (struct disk){.size = sectors * SECTOR / block * block,
                            .block_size = block,
                            .read_only = features >> F_READ_ONLY & 1,
                            .driver = &b->transfers};
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
    block_init(&b->block, look, b);
    block_transfers(&b->block, &b->transfers, b->memory.at + SLOTS_AT, SLOTS, SLOT_SIZE);
    b->transfers.submit = submit;
    return b->virtio.transport->queue_setup(&b->virtio, size, b->memory.physical,
                                            virtq_available(&b->queue));
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
    b->transfers.writes_through = !(features >> F_FLUSH & 1);
    if ((r = block_find_partitions(&b->block, &b->disk)) < 0 ||
        (r = hw_irq_watch(b->virtio.irq, look, b)) < 0)
        return r;
    return block_publish(&b->block, &b->disk, 1);
}

static struct blk *new_device(void)
{
    struct blk *b = calloc(1, sizeof *b);

    if (!b)
        hw_fail(NAME, "no memory", -ENOMEM);
    return b;
}

/* Result: how many there are. */
static u32 add_mmio(void)
{
    u32 ndevices = 0;
    u64 base;
    i64 r = 0;

    for (u32 n = 0; r != -ENOENT && ndevices < DEVICES_MAX; n++) {
        struct blk *b = new_device();

        r = virtio_mmio_open(&b->virtio, n, &base);
        if (r >= 0) {
            snprintf(b->block.name, sizeof b->block.name, "disk.mmio-%lx_virtio_blk",
                     (unsigned long)base);
            if ((r = bring_up(b)) >= 0)
                ndevices++;
        } else {
            free(b);
        }
        if (r < 0 && r != -ENOENT && r != -ENODEV)
            hw_fail(NAME, "a device on MMIO", r);
    }
    return ndevices;
}

#define VENDOR 0x1AF4u
#define DEVICE_TRANSITIONAL 0x1001u
#define DEVICE_MODERN 0x1042u

static bool wanted(const struct pci_id *id)
{
    return id->vendor == VENDOR &&
           (id->device == DEVICE_MODERN || id->device == DEVICE_TRANSITIONAL);
}

static i64 add_pci(const char *function)
{
    struct blk *b = new_device();
    i64 r = virtio_pci_open(&b->virtio, function);

    hw_disk_name(b->block.name, sizeof b->block.name, function, "_virtio_blk");
    return r < 0 ? r : bring_up(b);
}

int main(int argc, char **argv)
{
    u32 ndevices;

    if (argc == 2 && strcmp(argv[1], "pci") == 0)
        hw_drive(NAME, wanted, add_pci);
    if (argc != 2 || strcmp(argv[1], "mmio") != 0)
        rx_panic("usage: virtio-blkd pci|mmio");
    ndevices = add_mmio();
    scheme_notify_ready();
    hw_serve(ndevices);
}
