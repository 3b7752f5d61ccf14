/* See mptable.h. */
#include "umk/x86_64/mptable.h"
#include "umk/core/core.h"
#include "umk/x86_64/kmap.h"

#define TABLE_MAX 65535u
#define HEADER_SIZE 44u
#define PROCESSOR 0
#define PROCESSOR_SIZE 20u
#define OTHER_SIZE 8u
#define USABLE 1u

/* The physical address of the table, found by the 16 bytes that point to it; 0: there is none. */
static u64 find(u64 start, u64 end)
{
    const u8 *p = vmap_device(start, end - start);
    u32 table;

    for (u64 at = 0; p && at + 16 <= end - start; at += 16)
        if (memcmp(p + at, "_MP_", 4) == 0 && p[at + 8] == 1 && acpi_sums_to_zero(p + at, 16)) {
            memcpy(&table, p + at + 4, sizeof(table));
            return table;
        }
    return 0;
}

/* A whole table, mapped for good; NULL: not one. */
static const u8 *table_at(u64 physical, u32 *len)
{
    const u8 *p = physical ? vmap_device(physical, HEADER_SIZE) : NULL;

    if (!p || memcmp(p, "PCMP", 4) != 0)
        return NULL;
    *len = (u32)(p[4] | p[5] << 8);
    if (*len < HEADER_SIZE || *len > TABLE_MAX)
        return NULL;
    p = vmap_device(physical, *len);
    return p && acpi_sums_to_zero(p, *len) ? p : NULL;
}

void mptable_read(struct acpi_info *out)
{
    u64 physical = find(0x9FC00, 0xA0000);
    const u8 *p;
    u32 len = 0, size;

    p = table_at(physical ? physical : find(0xF0000, 0x100000), &len);
    for (u32 at = HEADER_SIZE; p && at < len; at += size) {
        size = p[at] == PROCESSOR ? PROCESSOR_SIZE : OTHER_SIZE;
        if (size > len - at)
            break;
        if (p[at] == PROCESSOR)
            acpi_add_processor(out, p[at + 1], p[at + 3] & USABLE);
    }
}
