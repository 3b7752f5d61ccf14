/*
 * nvmed: the NVMe controllers on PCI, each as a scheme disk.pci-SSSS-BB-DD.F-nvme whose disk N is
 * namespace N. (NVM Express base specification 1.4; command set: NVM.)
 *
 * One pair of queues for commands of administration, which is looked at while the driver waits at
 * its start, and one for reads and writes, with an MSI-X interrupt. What a controller says is
 * checked: one that breaks the rules is switched off, and its disks give EIO from then on.
 */
#include "servers/nvmed/nvme.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME "nvmed"
#define CLASS_STORAGE 1u
#define SUBCLASS_NVM 8u
#define INTERFACE_NVME 2u

struct drive {
    struct nvme nvme;
    struct disk *disks; /* NAMESPACES_MAX + 1; disk N is namespace N */
    struct transfers transfers;
    struct block_device block;
};

static i64 submit(void *device, u32 slot, struct disk *d, enum disk_op op, u64 offset, size_t len)
{
    struct drive *v = device;

    return nvme_submit(&v->nvme, slot, (u32)(d - v->disks),
                       op == DISK_READ    ? NVME_READ
                       : op == DISK_WRITE ? NVME_WRITE
                                          : NVME_FLUSH,
                       offset / d->block_size, (u32)(len / d->block_size), d->block_size);
}

static void look(void *arg)
{
    struct drive *v = arg;
    u32 slot;
    i64 result, r;

    while ((r = nvme_take(&v->nvme, &slot, &result)) > 0)
        transfer_done(&v->transfers, slot, result);
    if (r < 0)
        transfer_fail_all(&v->transfers, -EIO);
}

/* Result: how many disks, the numbers without a namespace included. */
static i64 add_disks(struct drive *v)
{
    struct nvme_namespace ns;
    u32 ndisks = 1;

    v->disks = calloc(NAMESPACES_MAX + 1, sizeof *v->disks);
    if (!v->disks)
        return -ENOMEM;
    for (u32 n = 1; n <= v->nvme.namespaces; n++) {
        struct disk *d = &v->disks[n];

        if (nvme_namespace(&v->nvme, n, &ns) < 0)
            continue;
        *d = (struct disk){.size = ns.blocks * ns.block_size,
                           .block_size = ns.block_size,
                           .driver = &v->transfers};
        i64 r = block_find_partitions(&v->block, d);
        if (r < 0)
            return r;
        ndisks = n + 1;
    }
    return ndisks;
}

static i64 bring_up(struct drive *v, const char *name)
{
    i64 r = nvme_open(&v->nvme, name), ndisks;

    if (r < 0)
        return r;
    block_init(&v->block, look, v);
    block_transfers(&v->block, &v->transfers, nvme_slot(&v->nvme, 0), NVME_SLOTS, NVME_SLOT);
    v->transfers.submit = submit;
    if ((ndisks = add_disks(v)) < 0)
        return ndisks;
    if ((r = hw_irq_watch(v->nvme.irq, look, v)) < 0)
        return r;
    return block_publish(&v->block, v->disks, (u32)ndisks);
}

static bool wanted(const struct pci_id *id)
{
    return id->class == CLASS_STORAGE && id->subclass == SUBCLASS_NVM &&
           id->interface == INTERFACE_NVME;
}

static i64 add(const char *function)
{
    struct drive *v = calloc(1, sizeof *v);

    if (!v)
        return -ENOMEM;
    hw_disk_name(v->block.name, sizeof v->block.name, function, "-nvme");
    return bring_up(v, function);
}

int main(void)
{
    hw_drive(NAME, wanted, add);
}
