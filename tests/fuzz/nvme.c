/*
 * Fuzzes what an NVMe controller may do to its driver. The input is steps of 4 bytes: the driver
 * starts a command, takes one that is done, or asks for a namespace, or the controller writes a
 * byte to the memory: completions, or what it says of itself. While the driver waits, the next
 * steps are the controller's. What must hold: a command ends once at most, and only after it was
 * begun; a namespace that is accepted has sizes that can be.
 */
#include <stdlib.h>
#include <string.h>

#include "servers/nvmed/nvme.h"

#define PAGES (5 + NVME_SLOTS + NVME_SLOTS * NVME_SLOT / NVME_PAGE)
#define STEP_NS 500000000u

static _Alignas(4096) u8 memory[PAGES * NVME_PAGE], registers[0x2000];
static const u8 *input;
static size_t left;
static u64 now;

static void check(bool holds)
{
    if (!holds)
        abort();
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

/* Pages 1 and 3 are the completion queues, page 4 what it says of itself. */
static void write_byte(const u8 step[4])
{
    static const u32 pages[4] = {1, 3, 3, 4};
    u32 at = step[1] | (step[0] >> 6 == 3 ? (u32)(step[0] >> 4 & 3) << 8 : 0);

    memory[pages[step[0] >> 6] * NVME_PAGE + at] ^= step[2];
    registers[0x1C] ^= step[3] & 1;
}

u64 hw_now(void)
{
    return now += STEP_NS;
}

void hw_pause(void)
{
    const u8 *step = next_step();

    if (step)
        write_byte(step);
}

static void take(struct nvme *v, u32 *out)
{
    u32 slot = 0;
    i64 result, r = nvme_take(v, &slot, &result);

    if (r > 0) {
        check(slot < NVME_ENTRIES && *out >> slot & 1);
        *out &= ~(1u << slot);
    }
    if (r < 0)
        check(v->broken);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nvme v = {.registers = registers, .memory = {memory, 0x100000, sizeof memory}};
    struct nvme_namespace ns;
    const u8 *step;
    u32 out = 0;

    memset(registers, 0, 0x40);
    memset(memory, 0, 5 * NVME_PAGE); /* the rest nobody looks at */
    queue_init(&v.admin, memory, memory + NVME_PAGE, registers + 0x1000, 4);
    queue_init(&v.io, memory + 2 * NVME_PAGE, memory + 3 * NVME_PAGE, registers + 0x1008, 4);
    input = data;
    left = size;
    while ((step = next_step())) {
        u32 slot = step[1] % NVME_ENTRIES;

        if (step[0] % 8 == 0 && slot < NVME_SLOTS) {
            if (nvme_submit(&v, slot, 1, (enum nvme_op)(step[2] % 3), step[3], 8, 512) == 0) {
                check(!(out >> slot & 1));
                out |= 1u << slot;
            }
        } else if (step[0] % 8 == 1) {
            take(&v, &out);
        } else if (step[0] % 16 == 2) {
            if (nvme_namespace(&v, 1, &ns) == 0)
                check(ns.block_size >= 512 && ns.block_size <= 4096 && ns.blocks &&
                      ns.blocks <= UINT64_MAX / ns.block_size);
        } else {
            write_byte(step);
        }
    }
    return 0;
}
