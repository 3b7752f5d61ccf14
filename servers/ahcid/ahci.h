/*
 * AHCI host adapters (Serial ATA AHCI 1.3.1) and the ATA disks behind their ports (ATA8-ACS).
 *
 *     adapter.c   an adapter: start, interrupts
 *     port.c      a port: its engine, commands, what goes wrong
 *     identify.c  what a disk says of itself
 *
 * What the device writes (registers, completions, counts) is read once and checked; what must be
 * known again, such as which commands are out, is kept in the driver's own memory.
 */
#ifndef SERVERS_AHCID_AHCI_H
#define SERVERS_AHCID_AHCI_H

#include "libblock/device.h"
#include "libhw/hw.h"

#define AHCI_PORTS 32u
#define AHCI_SLOTS 8u
#define AHCI_SLOT ((size_t)64 << 10)
#define AHCI_SECTORS_MAX ((u64)1 << 48) /* as far as a command can reach */

/* Memory of a port: structures for the adapter, then the data of each slot. */
#define AHCI_DATA 4096u
#define AHCI_MEMORY (AHCI_DATA + AHCI_SLOTS * AHCI_SLOT)

struct ahci_disk {
    u64 sectors;
    u32 sector_size;
    bool flush_wide; /* FLUSH CACHE EXT rather than FLUSH CACHE */
};

struct ahci_port {
    volatile u8 *registers; /* NULL: nothing is driven here */
    struct hw_memory memory;
    struct ahci_disk disk;
    u32 out;                /* a bit for each slot that is under way */
    u32 issued;             /* the one of them that the adapter has; 0: none */
    u32 last;               /* the one that it was given last */
    u32 length[AHCI_SLOTS]; /* of its data */
    u32 done;               /* how many commands have been, for ahci_port_watch */
    u32 recoveries;         /* since the last command that ended well */
    bool broken;            /* switched off */
};

struct ahci {
    struct hw_function function;
    volatile u8 *registers;
    u64 irq;
    struct ahci_port ports[AHCI_PORTS];
};

enum ahci_op { AHCI_READ, AHCI_WRITE, AHCI_FLUSH };

/* Resets the adapter and starts the ports that have a disk. h stays where it is. */
i64 ahci_open(struct ahci *h, const char *name);
/* Before the ports are looked at, and after: true when they must be looked at once more. */
bool ahci_acknowledge(struct ahci *h);

/* Starts a port and asks its disk what it is. p is zeroed but for registers. -ENODEV: there is no
 * disk; -EOPNOTSUPP: it is of a kind that is not driven. */
i64 ahci_port_open(struct ahci_port *p);
/* Ends whatever was going on there before. Registers of a port that is not used. */
i64 ahci_port_stop(volatile u8 *registers);
/* Starts an operation with the data of a slot that is free: 0, -EIO, -EINVAL. */
i64 ahci_port_submit(struct ahci_port *p, u32 slot, enum ahci_op op, u64 sector, u32 count);
/* What has ended since the last time: a bit for each slot, and in *failed for those of them that
 * did not end well. Mends what an error has stopped. */
void ahci_port_look(struct ahci_port *p, u32 *ended, u32 *failed);
/* Nothing has ended for a long time: the port is reset and what was out is begun once more, the
 * second time that is given up. */
void ahci_port_late(struct ahci_port *p);
static inline u8 *ahci_port_data(const struct ahci_port *p)
{
    return p->memory.at + AHCI_DATA;
}

/* The 512 bytes that a disk answers to IDENTIFY DEVICE: -EOPNOTSUPP, -EINVAL. */
i64 ahci_identify(const u8 *data, struct ahci_disk *out);

#endif
