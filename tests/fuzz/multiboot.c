/*
 * Fuzzes the records of a Multiboot2 loader, which the input is. What must hold: nothing outside
 * of them is read, and what comes out can be believed: ranges of RAM are whole pages and none of
 * them is part of the disk in memory.
 */
#include <stdlib.h>
#include <string.h>

#include "umk/core/core.h"
#include "umk/x86_64/multiboot.h"

#define RECORDS 0x10000u /* their physical address */

static const u8 *records;
static size_t records_len;
static void *given[2]; /* copies of their own size, so that a step outside is seen */
static u32 ngiven;

const void *__wrap_boot_early(u64 physical, u64 len);

static void check(bool holds)
{
    if (!holds)
        abort();
}

const void *__wrap_boot_early(u64 physical, u64 len)
{
    check(physical == RECORDS && ngiven < 2);
    if (len > records_len)
        return NULL;
    given[ngiven] = malloc(len);
    memcpy(given[ngiven], records, len);
    return given[ngiven++];
}

static void check_result(const struct boot_info *b)
{
    check(b->nram <= RAM_RANGES_MAX && memchr(b->command_line, 0, sizeof(b->command_line)));
    for (u32 i = 0; i < b->nram; i++) {
        const struct range *r = &b->ram[i];

        check(r->start <= r->end && !(r->start & PAGE_MASK) && !(r->end & PAGE_MASK));
        if (b->live.end && r->start < r->end)
            check(b->live.end <= r->start || b->live.start >= r->end);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct boot_info b = {0};

    records = data;
    records_len = size;
    if (!multiboot_read(RECORDS, &b))
        check_result(&b);
    while (ngiven > 0)
        free(given[--ngiven]);
    return 0;
}
