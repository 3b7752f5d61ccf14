/*
 * Fuzzes the firmware's ACPI tables. The input is what is to be put right (PUT_*), then for each
 * table two bytes of its length and its bytes; the first is the root. Put right are what a fuzzer
 * hardly guesses: lengths, sums, and where the other tables are. What must hold: nothing outside of
 * a table is read, it comes to an end, and what comes out is within its limits.
 */
#include "tests/fuzz/firmware.h"

#define PUT_LENGTHS 1u
#define PUT_SUMS 2u
#define PUT_ENTRIES 4u /* the root's; the third table's address goes into the second, a FADT, say \
                        */
#define PUT_WIDE 8u    /* the root has addresses of 8 bytes */
#define HIDDEN 16u     /* the pointer to the root is not handed over: it is looked for */
#define TABLES 8u
#define HEADER 36u
#define ROOT_POINTER 64u
#define FIRST_TABLE 256u
#define FADT_DSDT 40u

static struct {
    u32 at, len;
} tables[TABLES];
static u32 ntables;

static void place(const u8 *data, size_t size)
{
    u32 at = FIRST_TABLE;

    ntables = 0;
    while (size > 2 && ntables < TABLES && at < FIRMWARE_SIZE) {
        u32 len = (u32)(data[0] | data[1] << 8);

        data += 2;
        size -= 2;
        len = len < size ? len : (u32)size;
        len = len < FIRMWARE_SIZE - at ? len : FIRMWARE_SIZE - at;
        memcpy(firmware + at, data, len);
        data += len;
        size -= len;
        tables[ntables].at = at;
        tables[ntables++].len = len;
        at = (at + len + 15) & ~15u;
    }
}

static void put_entries(bool wide)
{
    u8 *root = firmware + tables[0].at;
    u32 size = wide ? 8 : 4;

    for (u32 i = 1; i < ntables && HEADER + i * size <= tables[0].len; i++)
        firmware_put32(root + HEADER + (i - 1) * size, FIRMWARE + tables[i].at);
    if (ntables > 2 && tables[1].len >= FADT_DSDT + 4)
        firmware_put32(firmware + tables[1].at + FADT_DSDT, FIRMWARE + tables[2].at);
}

static void put_right(u8 what)
{
    if (what & PUT_ENTRIES && ntables)
        put_entries(what & PUT_WIDE);
    for (u32 i = 0; i < ntables; i++) {
        if (tables[i].len < HEADER)
            continue;
        if (what & PUT_LENGTHS)
            firmware_put32(firmware + tables[i].at + 4, tables[i].len);
        if (what & PUT_SUMS)
            firmware_sum(firmware + tables[i].at, tables[i].len, 9);
    }
}

/* The pointer to the root. */
static void point(bool wide)
{
    u8 *p = firmware + ROOT_POINTER;

    memcpy(p, "RSD PTR ", 8);
    p[15] = wide ? 2 : 0;
    firmware_put32(p + 16, FIRMWARE + FIRST_TABLE);
    firmware_put32(p + 24, wide ? FIRMWARE + FIRST_TABLE : 0);
    firmware_sum(p, 20, 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acpi_info a;
    u8 what = size ? data[0] : 0;

    memset(firmware, 0, sizeof(firmware));
    if (size)
        place(data + 1, size - 1);
    put_right(what);
    point(what & PUT_WIDE);
    acpi_init(what & HIDDEN ? 0 : FIRMWARE + ROOT_POINTER, &a);
    check_processors(&a);
    firmware_end();
    return 0;
}
