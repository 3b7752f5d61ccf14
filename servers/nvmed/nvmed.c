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
#define CONTROLLERS_MAX 8u
#define CLASS_STORAGE 1u
#define SUBCLASS_NVM 8u
#define INTERFACE_NVME 2u
#define FIRST_WAIT_NS 5000000000ull

struct drive {
    struct nvme nvme;
    struct disk *disks; /* NAMESPACES_MAX + 1; disk N is namespace N */
    struct disk_scheme state;
    struct transfers transfers;
    struct scheme *scheme;
    char name[64];
    i64 first_result; /* of reads before there is a scheme; 1: not yet */
};

static struct drive *drives[CONTROLLERS_MAX];
static u32 ndrives;

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

static void answer(void *device, u64 request, i64 result)
{
    struct drive *v = device;

    if (v->scheme)
        scheme_answer(v->scheme, request, result);
    else
        v->first_result = result;
}

static i64 start(struct disk *d, enum disk_op op, u64 offset, void *buf, size_t len, u64 request)
{
    struct drive *v = d->driver;

    return transfer_start(&v->transfers, d, op, offset, buf, len, request);
}

static void cancel(u64 request)
{
    for (u32 i = 0; i < ndrives; i++) {
        if (transfer_cancel(&drives[i]->transfers, request))
            return;
    }
}

/* Before there is a loop: waits, with a limit. */
static i64 read_now(void *ctx, u64 offset, void *buf, size_t len)
{
    struct disk *d = ctx;
    struct drive *v = d->driver;
    u64 end = nvme_now() + FIRST_WAIT_NS;

    v->first_result = 1;
    i64 r = transfer_start(&v->transfers, d, DISK_READ, offset, buf, len, 0);
    if (r != SCHEME_PARKED)
        return r;
    while (v->first_result == 1) {
        look(v);
        if (nvme_now() > end) {
            transfer_cancel(&v->transfers, 0);
            return -ETIMEDOUT;
        }
        rx_yield();
    }
    return v->first_result < 0 ? v->first_result : 0;
}

static i64 add_disks(struct drive *v)
{
    struct nvme_namespace ns;

    v->disks = calloc(NAMESPACES_MAX + 1, sizeof *v->disks);
    if (!v->disks)
        return -ENOMEM;
    v->state.ndisks = 1;
    for (u32 n = 1; n <= v->nvme.namespaces; n++) {
        struct disk *d = &v->disks[n];

        if (nvme_namespace(&v->nvme, n, &ns) < 0)
            continue;
        *d = (struct disk){
            .size = ns.blocks * ns.block_size, .block_size = ns.block_size, .driver = v};
        const struct partition_disk p = {d->block_size, d->size, read_now, d};
        i64 found = partitions_find(&p, d->parts);
        if (found < 0)
            return found;
        d->nparts = (u32)found;
        v->state.ndisks = n + 1;
    }
    return 0;
}

static i64 bring_up(struct drive *v, const char *name)
{
    i64 r = nvme_open(&v->nvme, name);

    if (r < 0)
        return r;
    v->transfers = (struct transfers){.nslots = NVME_SLOTS,
                                      .slot_size = NVME_SLOT,
                                      .submit = submit,
                                      .device = v,
                                      .answer = answer};
    for (u32 i = 0; i < NVME_SLOTS; i++)
        v->transfers.slot[i] = nvme_slot(&v->nvme, i);
    if ((r = add_disks(v)) < 0)
        return r;
    v->state.disks = v->disks;
    v->state.name = v->name;
    v->state.start = start;
    v->state.cancel = cancel;
    r = scheme_create(&disk_scheme_ops, &v->state, DISK_SCHEME_ROOT, &v->scheme);
    if (r >= 0)
        r = hw_irq_watch(v->nvme.irq, look, v);
    if (r >= 0)
        r = scheme_register(v->scheme, v->name);
    look(v); /* what came before anybody watched */
    return r;
}

struct found {
    char names[CONTROLLERS_MAX][PCI_NAME_MAX];
    u32 n;
};

static bool note(const struct hw_function *f, void *arg)
{
    struct found *found = arg;

    if (f->id.class == CLASS_STORAGE && f->id.subclass == SUBCLASS_NVM &&
        f->id.interface == INTERFACE_NVME)
        memcpy(found->names[found->n++], f->name, PCI_NAME_MAX);
    return found->n == CONTROLLERS_MAX;
}

int main(void)
{
    static const struct rx_timespec day = {.sec = 86400};
    static struct found found;
    i64 r = hw_each_function(note, &found);

    if (r < 0)
        hw_fail(NAME, "no functions of PCI", r);
    for (u32 i = 0; i < found.n; i++) {
        const char *n = found.names[i];
        struct drive *v = calloc(1, sizeof *v);

        if (!v)
            hw_fail(NAME, n, -ENOMEM);
        drives[ndrives++] = v;
        snprintf(v->name, sizeof v->name, "disk.pci-%.4s-%.2s-%s-nvme", n, n + 6, n + 10);
        if ((r = bring_up(v, n)) < 0)
            hw_fail(NAME, v->name, r);
    }
    scheme_notify_ready();
    while (ndrives == 0) /* a service that ends would be started again */
        rx_nanosleep(&day, NULL);
    scheme_run();
}
