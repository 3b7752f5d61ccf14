/*
 * Fuzzes what an AHCI adapter may do to its driver. The input: 512 bytes that a disk says of
 * itself, then steps of 4 bytes: the driver starts a command or looks at the port, or the adapter
 * writes a word to its registers or to the memory; while the driver waits, the next steps are the
 * adapter's. What must hold: a slot ends once at most, and only after it was begun; no wait is
 * endless.
 */
#include <stdlib.h>
#include <string.h>

#include "servers/ahcid/ahci.h"

#define STEP_NS 50000000u

static _Alignas(8) u8 registers[0x80];
static _Alignas(4096) u8 memory[AHCI_MEMORY];
static const u8 *input;
static size_t left;
static u64 now;

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* The adapter's step. */
static void write_word(const u8 step[4])
{
    u32 value;

    if (step[0] & 0x80) { /* near the start of the memory: headers and what was received */
        memory[(step[1] | (u32)step[2] << 8) % 2048] = step[3];
        return;
    }
    u32 at = step[1] % (sizeof registers / 4) * 4;
    memcpy(&value, registers + at, sizeof value);
    value ^= (u32)step[2] << step[3] % 32;
    memcpy(registers + at, &value, sizeof value);
}

static const u8 *next_step(void)
{
    const u8 *step = input;

    if (left < 4)
        return NULL;
    input += 4;
    left -= 4;
    return step;
}

u64 hw_now(void)
{
    return now += STEP_NS;
}

void hw_pause(void)
{
    const u8 *step = next_step();

    if (step)
        write_word(step);
}

i64 hw_memory(size_t len, struct hw_memory *out)
{
    check(len <= sizeof memory);
    *out = (struct hw_memory){memory, 0x100000, sizeof memory};
    return 0;
}

static void look(struct ahci_port *p, u32 *out)
{
    u32 ended, failed;

    ahci_port_look(p, &ended, &failed);
    check((ended & ~*out) == 0 && (failed & ~ended) == 0);
    *out &= ~ended;
    check(p->out == *out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ahci_port p = {.registers = registers};
    const u8 *step;
    u32 out = 0;

    memset(registers, 0, sizeof registers);
    memset(memory, 0, AHCI_DATA + 512); /* the rest nobody looks at */
    memcpy(memory + AHCI_DATA, data, size < 512 ? size : 512);
    input = data + (size < 512 ? size : 512);
    left = size < 512 ? 0 : size - 512;
    registers[0x28] = 3; /* the link is up */
    hw_write32(registers, 0x24, 0x101);
    if (ahci_port_open(&p) < 0) {
        check(p.broken);
        p = (struct ahci_port){.registers = registers, .disk = {1000, 512, true}};
        hw_memory(AHCI_MEMORY, &p.memory);
    }
    check(p.disk.sector_size >= 512 && p.disk.sector_size <= 4096);
    out = p.out;
    while ((step = next_step())) {
        u32 slot = step[1] % 16, bit = 1u << slot;

        if (step[0] % 8 == 0) {
            if (ahci_port_submit(&p, slot, step[1] >> 4, step[2], step[3]) == 0) {
                check(slot < AHCI_SLOTS && !(out & bit));
                out |= bit;
            }
        } else if (step[0] % 8 == 1) {
            look(&p, &out);
        } else if (step[0] % 64 == 2) {
            ahci_port_late(&p);
        } else {
            write_word(step);
        }
    }
    ahci_port_late(&p);
    ahci_port_late(&p);
    look(&p, &out);
    return 0;
}
