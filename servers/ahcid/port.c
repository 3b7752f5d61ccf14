/*
 * A port of an AHCI adapter (sections 3.3, 4, 6 and 10 of the specification); see ahci.h.
 *
 * Its memory: the command list, a page for what the disk sends, a command table for each slot, and
 * the data. Commands are not queued in the disk (no NCQ), so it takes one after the other anyway;
 * the adapter is given one at a time, and at an error there is no doubt about which one failed.
 */
#include "servers/ahcid/ahci.h"
#include "umk/abi/errno.h"

#include <string.h>

/* Registers. */
#define LIST 0x00u
#define RECEIVED 0x08u
#define INTERRUPTS 0x10u
#define INTERRUPTS_ON 0x14u
#define COMMAND 0x18u
#define TASK 0x20u
#define SIGNATURE 0x24u
#define LINK 0x28u
#define LINK_CONTROL 0x2Cu
#define LINK_ERRORS 0x30u
#define ISSUE 0x38u

#define COMMAND_START 0x1u
#define COMMAND_SPIN_UP 0x2u
#define COMMAND_POWER 0x4u
#define COMMAND_RECEIVE 0x10u
#define COMMAND_RECEIVING 0x4000u
#define COMMAND_RUNNING 0x8000u
#define TASK_BAD 0x21u   /* an error, or the device is at fault */
#define TASK_WAITS 0x88u /* busy, or data is asked for */
#define SIGNATURE_ATA 0x101u
#define LINK_STATE(v) ((v)&0xF)
#define LINK_UP 3u
#define LINK_CONTROL_RESET 1u
#define LINK_CONTROL_STATE 0xFu

#define ON_DEVICE 0x7u        /* the disk has sent something */
#define ON_GONE 0x400040u     /* the link or the connection changed */
#define ON_FAILED 0x40000000u /* the disk says that a command failed */
#define ON_FATAL 0x39000000u  /* the adapter or the link did: HBFS, HBDS, IFS, OFS */

/* The memory. */
#define HEADER 32u
#define RECEIVED_AT 1024u
#define TABLES_AT 2048u
#define TABLE 256u
#define TABLE_REGION 128u /* in a command table: where its one piece of memory is named */
_Static_assert(TABLES_AT + AHCI_SLOTS * TABLE == AHCI_DATA, "the tables fill their page");
#define HEADER_LEN 5u /* of a command, in words of 4 bytes */
#define HEADER_WRITE 0x40u
#define HEADER_ONE_REGION 0x10000u

#define REGISTER_FIS 0x27u
#define FIS_COMMAND 0x80u
#define FIS_LBA 0x40u
enum {
    ATA_READ = 0x25,
    ATA_WRITE = 0x35,
    ATA_FLUSH = 0xE7,
    ATA_FLUSH_WIDE = 0xEA,
    ATA_IDENTIFY = 0xEC
};

#define MS 1000000ull
#define STOP_WAIT (500 * MS)
#define LINK_WAIT (1000 * MS)
#define READY_WAIT (10000 * MS)
#define IDENTIFY_WAIT (5000 * MS)
#define RECOVERIES_MAX 4u

/* Until the bits of a register in mask are as in value; -EIO: the adapter is gone. */
static i64 wait_for(volatile u8 *registers, u32 at, u32 mask, u32 value, u64 limit)
{
    u64 end = hw_now() + limit;

    for (;;) {
        u32 now = hw_read32(registers, at);

        if (now == UINT32_MAX)
            return -EIO;
        if ((now & mask) == value)
            return 0;
        if (hw_now() > end)
            return -ETIMEDOUT;
        hw_pause();
    }
}

static void change(volatile u8 *registers, u32 at, u32 clear, u32 set)
{
    hw_write32(registers, at, (hw_read32(registers, at) & ~clear) | set);
}

static void clear_all(volatile u8 *registers, u32 at)
{
    hw_write32(registers, at, hw_read32(registers, at));
}

static i64 stop_commands(volatile u8 *registers)
{
    change(registers, COMMAND, COMMAND_START, 0);
    return wait_for(registers, COMMAND, COMMAND_RUNNING, 0, STOP_WAIT);
}

i64 ahci_port_stop(volatile u8 *registers)
{
    i64 r = stop_commands(registers);

    if (r < 0)
        return r;
    hw_write32(registers, INTERRUPTS_ON, 0);
    change(registers, COMMAND, COMMAND_RECEIVE, 0);
    return wait_for(registers, COMMAND, COMMAND_RECEIVING, 0, STOP_WAIT);
}

static void switch_off(struct ahci_port *p)
{
    p->broken = true;
    ahci_port_stop(p->registers);
}

/* The link is brought down and up again, which resets the disk (section 10.4.2). */
static i64 reset_link(volatile u8 *registers)
{
    u64 end;

    change(registers, LINK_CONTROL, LINK_CONTROL_STATE, LINK_CONTROL_RESET);
    for (end = hw_now() + MS; hw_now() < end;)
        hw_pause();
    change(registers, LINK_CONTROL, LINK_CONTROL_STATE, 0);
    i64 r = wait_for(registers, LINK, LINK_CONTROL_STATE, LINK_UP, LINK_WAIT);
    clear_all(registers, LINK_ERRORS);
    return r;
}

static i64 start_commands(volatile u8 *registers)
{
    i64 r = wait_for(registers, TASK, TASK_WAITS, 0, READY_WAIT);

    if (r >= 0)
        change(registers, COMMAND, 0, COMMAND_START);
    return r;
}

/* After an error: the command that is with the adapter still is begun once more (sections 6.2.2 and
 * 5.3.3). */
static i64 recover(struct ahci_port *p, bool reset)
{
    volatile u8 *registers = p->registers;
    i64 r = stop_commands(registers);

    if (++p->recoveries > RECOVERIES_MAX)
        return -EIO;
    clear_all(registers, LINK_ERRORS);
    if (r < 0 || reset || hw_read32(registers, TASK) & TASK_WAITS)
        r = reset_link(registers);
    clear_all(registers, INTERRUPTS);
    if (r >= 0 && (r = start_commands(registers)) >= 0 && p->issued)
        hw_write32(registers, ISSUE, p->issued);
    return r;
}

/* Gives the adapter the next command, if it has none: in turns, so that none waits for ever. */
static void issue_next(struct ahci_port *p)
{
    u32 after = p->out & ~((p->last << 1) - 1), next = after ? after : p->out;

    if (p->broken || !p->out || p->issued)
        return;
    p->last = p->issued = next & -next;
    __atomic_thread_fence(__ATOMIC_SEQ_CST); /* the command before the bell */
    hw_write32(p->registers, ISSUE, p->issued);
}

/* Writes a command: its registers for the disk, its header and its piece of memory. */
static void write_command(struct ahci_port *p, u32 slot, u8 command, u64 sector, u32 count, u32 len)
{
    u8 *table = p->memory.at + TABLES_AT + slot * TABLE;
    u64 data = p->memory.physical + AHCI_DATA + slot * AHCI_SLOT;
    u64 at = p->memory.physical + TABLES_AT + slot * TABLE;
    const u8 fis[HEADER_LEN * 4] = {
        REGISTER_FIS,
        FIS_COMMAND,
        command,
        0,
        (u8)sector,
        (u8)(sector >> 8),
        (u8)(sector >> 16),
        FIS_LBA,
        (u8)(sector >> 24),
        (u8)(sector >> 32),
        (u8)(sector >> 40),
        0,
        (u8)count,
        (u8)(count >> 8),
    };
    const u32 region[4] = {(u32)data, (u32)(data >> 32), 0, len - 1};
    const u32 header[4] = {HEADER_LEN | (command == ATA_WRITE ? HEADER_WRITE : 0) |
                               (len ? HEADER_ONE_REGION : 0),
                           0, (u32)at, (u32)(at >> 32)};

    memcpy(table, fis, sizeof fis);
    if (len)
        memcpy(table + TABLE_REGION, region, sizeof region);
    memcpy(p->memory.at + slot * HEADER, header, sizeof header);
}

static void issue(struct ahci_port *p, u32 slot, u32 len)
{
    p->length[slot] = len;
    p->out |= 1u << slot;
    issue_next(p);
}

i64 ahci_port_submit(struct ahci_port *p, u32 slot, enum ahci_op op, u64 sector, u32 count)
{
    u64 len = (u64)count * p->disk.sector_size;
    u8 command = op == AHCI_READ ? ATA_READ : ATA_WRITE;

    if (p->broken || slot >= AHCI_SLOTS || p->out >> slot & 1)
        return -EIO;
    if (op == AHCI_FLUSH) {
        command = p->disk.flush_wide ? ATA_FLUSH_WIDE : ATA_FLUSH;
        sector = count = 0;
        len = 0;
    } else if (count == 0 || len > AHCI_SLOT || count > p->disk.sectors ||
               sector > p->disk.sectors - count) {
        return -EINVAL;
    }
    write_command(p, slot, command, sector, count, (u32)len);
    issue(p, slot, (u32)len);
    return 0;
}

/* A command that ended without an error has moved all of its data, by the adapter's count. */
static bool moved_all(const struct ahci_port *p, u32 slot)
{
    const u8 *count = p->memory.at + slot * HEADER + 4;

    return __atomic_load_n((const u32 *)(const void *)count, __ATOMIC_ACQUIRE) == p->length[slot];
}

static void give_up(struct ahci_port *p, u32 *ended, u32 *failed)
{
    *ended |= p->out;
    *failed |= p->out;
    p->out = p->issued = 0;
    switch_off(p);
}

/* The adapter's command has ended. */
static void end_issued(struct ahci_port *p, bool good, u32 *ended, u32 *failed)
{
    *ended |= p->issued;
    *failed |= good ? 0 : p->issued;
    p->out &= ~p->issued;
    p->issued = 0;
    p->done++;
    if (good)
        p->recoveries = 0;
}

/* Some adapters take a failed command for done; the disk's own word tells. */
static bool ended_well(const struct ahci_port *p)
{
    return moved_all(p, (u32)__builtin_ctz(p->issued)) &&
           !(hw_read32(p->registers, TASK) & TASK_BAD);
}

void ahci_port_look(struct ahci_port *p, u32 *ended, u32 *failed)
{
    u32 why;

    *ended = *failed = 0;
    if (p->broken) {
        *ended = *failed = p->out;
        p->out = p->issued = 0;
        return;
    }
    why = hw_read32(p->registers, INTERRUPTS);
    hw_write32(p->registers, INTERRUPTS, why);
    if (p->issued && !(hw_read32(p->registers, ISSUE) & p->issued))
        end_issued(p, ended_well(p), ended, failed);
    if (why & ON_GONE) {
        if (LINK_STATE(hw_read32(p->registers, LINK)) != LINK_UP) {
            give_up(p, ended, failed);
            return;
        }
        clear_all(p->registers, LINK_ERRORS); /* which says it again else */
    }
    if (why & (ON_FAILED | ON_FATAL)) {
        if (why & ON_FAILED && p->issued)
            end_issued(p, false, ended, failed);
        if (why & ON_FAILED && *failed)
            p->recoveries = 0;
        if (recover(p, why & ON_FATAL) < 0) {
            give_up(p, ended, failed);
            return;
        }
    }
    issue_next(p);
}

void ahci_port_late(struct ahci_port *p)
{
    if (!p->broken && (p->recoveries || recover(p, true) < 0))
        switch_off(p);
}

static i64 identify(struct ahci_port *p)
{
    u64 end = hw_now() + IDENTIFY_WAIT;
    u32 ended = 0, failed = 0;

    write_command(p, 0, ATA_IDENTIFY, 0, 0, 512);
    issue(p, 0, 512);
    while (!ended) {
        ahci_port_look(p, &ended, &failed);
        if (!ended && hw_now() > end)
            return -ETIMEDOUT;
        hw_pause();
    }
    return failed ? -EIO : ahci_identify(ahci_port_data(p), &p->disk);
}

/* Is there a disk? */
static i64 find(struct ahci_port *p)
{
    volatile u8 *registers = p->registers;

    change(registers, COMMAND, 0, COMMAND_SPIN_UP | COMMAND_POWER);
    if (wait_for(registers, LINK, LINK_CONTROL_STATE, LINK_UP, 50 * MS) < 0)
        return -ENODEV;
    clear_all(registers, LINK_ERRORS);
    i64 r = hw_memory(AHCI_MEMORY, &p->memory);
    if (r < 0)
        return r;
    hw_write64(registers, LIST, p->memory.physical);
    hw_write64(registers, RECEIVED, p->memory.physical + RECEIVED_AT);
    change(registers, COMMAND, 0, COMMAND_RECEIVE);
    if ((r = wait_for(registers, TASK, TASK_WAITS, 0, READY_WAIT)) < 0)
        return r;
    return hw_read32(registers, SIGNATURE) == SIGNATURE_ATA ? 0 : -ENODEV;
}

i64 ahci_port_open(struct ahci_port *p)
{
    i64 r = ahci_port_stop(p->registers);

    if (r < 0 || (r = find(p)) < 0 || (r = start_commands(p->registers)) < 0)
        goto off;
    clear_all(p->registers, INTERRUPTS);
    if ((r = identify(p)) < 0)
        goto off;
    hw_write32(p->registers, INTERRUPTS_ON, ON_DEVICE | ON_GONE | ON_FAILED | ON_FATAL);
    return 0;
off:
    switch_off(p);
    return r;
}
