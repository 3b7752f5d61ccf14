/*
 * ahcid: the AHCI adapters on PCI, each as a scheme disk.pci-SSSS-BB-DD.F_ahci whose disks are
 * those of its ports, in the ports' order. CD drives and port multipliers are not driven; neither
 * are disks without addresses of 48 bits.
 *
 * A command that the disk fails gives EIO; a port that an error has stopped is mended by way of a
 * reset. A disk that is gone, or silent for long, gives EIO from then on.
 */
#include "servers/ahcid/ahci.h"
#include "redox/scheme.h"

#include <stdlib.h>

#define NAME "ahcid"
#define CLASS_STORAGE 1u
#define SUBCLASS_SATA 6u
#define INTERFACE_AHCI 1u
#define LOOKS_MAX 8u
#define LATE_NS 30000000000ull

struct drive;

/* The way to a port's disk. */
struct way {
    struct drive *drive;
    struct ahci_port *port;
    struct transfers transfers;
    u32 done_before; /* what port->done was when the timer was set */
    bool timed;      /* it is set */
};

struct drive {
    struct ahci ahci;
    struct block_device block;
    u32 ndisks;
    struct disk disks[AHCI_PORTS];
    struct way ways[AHCI_PORTS];
};

static void look_at(struct way *w)
{
    u32 ended, failed;

    ahci_port_look(w->port, &ended, &failed);
    for (u32 i = 0; i < AHCI_SLOTS; i++) {
        if (ended >> i & 1)
            transfer_done(&w->transfers, i, failed >> i & 1 ? -EIO : 0);
    }
}

static void look(void *arg)
{
    struct drive *v = arg;

    for (u32 n = 0; n < LOOKS_MAX; n++) {
        for (u32 i = 0; i < v->ndisks; i++)
            look_at(&v->ways[i]);
        if (!ahci_acknowledge(&v->ahci))
            break;
    }
}

/* While commands are out: has one ended since the last time? */
static void on_time(void *arg)
{
    struct way *w = arg;

    w->timed = false;
    if (w->port->out && w->port->done == w->done_before)
        ahci_port_late(w->port);
    look_at(w);
    if (!w->port->out)
        return;
    w->done_before = w->port->done;
    w->timed = rx_timer(hw_now() + LATE_NS, on_time, w) >= 0;
}

static i64 submit(void *device, u32 slot, struct disk *d, enum disk_op op, u64 offset, size_t len)
{
    struct way *w = device;
    i64 r = ahci_port_submit(w->port, slot,
                             op == DISK_READ    ? AHCI_READ
                             : op == DISK_WRITE ? AHCI_WRITE
                                                : AHCI_FLUSH,
                             offset / d->block_size, (u32)(len / d->block_size));

    if (r >= 0 && !w->timed && w->drive->block.scheme) {
        w->done_before = w->port->done;
        w->timed = rx_timer(hw_now() + LATE_NS, on_time, w) >= 0;
    }
    return r;
}

static i64 add_disk(struct drive *v, struct ahci_port *p)
{
    u32 n = v->ndisks++;
    struct way *w = &v->ways[n];
    struct disk *d = &v->disks[n];

    w->drive = v;
    w->port = p;
    block_transfers(&v->block, &w->transfers, ahci_port_data(p), AHCI_SLOTS, AHCI_SLOT);
    w->transfers.submit = submit;
    w->transfers.device = w;
    *d = (struct disk){.size = p->disk.sectors * p->disk.sector_size,
                       .block_size = p->disk.sector_size,
                       .driver = &w->transfers};
    return block_find_partitions(&v->block, d);
}

static i64 bring_up(struct drive *v, const char *name)
{
    i64 r = ahci_open(&v->ahci, name);

    block_init(&v->block, look, v);
    for (u32 i = 0; r >= 0 && i < AHCI_PORTS; i++) {
        if (v->ahci.ports[i].registers)
            r = add_disk(v, &v->ahci.ports[i]);
    }
    if (r < 0 || (r = hw_irq_watch(v->ahci.irq, look, v)) < 0)
        return r;
    return block_publish(&v->block, v->disks, v->ndisks);
}

static bool wanted(const struct pci_id *id)
{
    return id->class == CLASS_STORAGE && id->subclass == SUBCLASS_SATA &&
           id->interface == INTERFACE_AHCI;
}

static i64 add(const char *function)
{
    struct drive *v = calloc(1, sizeof *v);

    if (!v)
        return -ENOMEM;
    hw_disk_name(v->block.name, sizeof v->block.name, function, "_ahci");
    return bring_up(v, function);
}

int main(void)
{
    hw_drive(NAME, wanted, add);
}
