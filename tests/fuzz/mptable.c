/*
 * Fuzzes the table of processors of machines without ACPI. The input is what is to be put right
 * (PUT_*), the 16 bytes that point to the table, and the table. What must hold: nothing outside of
 * the table is read, it comes to an end, and the processors are within their limits.
 */
#include "tests/fuzz/firmware.h"
#include "umk/x86_64/mptable.h"

#define PUT_POINTER 1u
#define PUT_LENGTH 2u
#define PUT_SUM 4u
#define POINTER 0x10000u /* in the firmware's memory: at 0xF0000 */
#define POINTER_SIZE 16u
#define TABLE (POINTER + 64u)
#define HEADER 44u

static void put_right(u8 what, u32 len)
{
    u8 *pointer = firmware + POINTER, *table = firmware + TABLE;

    if (what & PUT_POINTER) {
        memcpy(pointer, "_MP_", 4);
        firmware_put32(pointer + 4, FIRMWARE + TABLE);
        pointer[8] = 1;
        firmware_sum(pointer, POINTER_SIZE, 10);
    }
    if (what & PUT_LENGTH && len >= HEADER) {
        memcpy(table, "PCMP", 4);
        table[4] = (u8)len;
        table[5] = (u8)(len >> 8);
    }
    if (what & PUT_SUM && len >= HEADER)
        firmware_sum(table, len, 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct acpi_info a = {0};
    size_t len = size > 1 + POINTER_SIZE ? size - 1 - POINTER_SIZE : 0;

    memset(firmware, 0, sizeof(firmware));
    len = len < FIRMWARE_SIZE - TABLE ? len : FIRMWARE_SIZE - TABLE;
    if (size > 1)
        memcpy(firmware + POINTER, data + 1, size - 1 < POINTER_SIZE ? size - 1 : POINTER_SIZE);
    if (len)
        memcpy(firmware + TABLE, data + 1 + POINTER_SIZE, len);
    put_right(size ? data[0] : 0, (u32)len);
    mptable_read(&a);
    check_processors(&a);
    firmware_end();
    return 0;
}
