/*
 * The firmware's memory for fuzzers of its tables: 128 KiB below 1 MiB, what is mapped of it being
 * a copy of its own size, so that a step outside is seen. Included once.
 */
#ifndef TESTS_FUZZ_FIRMWARE_H
#define TESTS_FUZZ_FIRMWARE_H

#include <stdlib.h>
#include <string.h>

#include "umk/x86_64/acpi.h"
#include "umk/x86_64/kmap.h"

#define FIRMWARE 0xE0000u
#define FIRMWARE_SIZE 0x20000u
#define MAPPED_MAX 1024u

static u8 firmware[FIRMWARE_SIZE];
static void *mapped[MAPPED_MAX];
static u32 nmapped;

static inline void check(bool holds)
{
    if (!holds)
        abort();
}

void *vmap_device(u64 physical, u64 size)
{
    u64 at = physical - FIRMWARE;

    check(size > 0 && nmapped < MAPPED_MAX);
    if (at >= FIRMWARE_SIZE || size > FIRMWARE_SIZE - at)
        return NULL;
    mapped[nmapped] = malloc(size);
    memcpy(mapped[nmapped], firmware + at, size);
    return mapped[nmapped++];
}

static inline void firmware_end(void)
{
    while (nmapped > 0)
        free(mapped[--nmapped]);
}

/* Makes the bytes sum to zero by the one at `sum`. */
static inline void firmware_sum(u8 *p, u64 len, u64 sum)
{
    u8 s = 0;

    p[sum] = 0;
    for (u64 i = 0; i < len; i++)
        s = (u8)(s + p[i]);
    p[sum] = (u8)-s;
}

static inline void firmware_put32(u8 *p, u32 v)
{
    memcpy(p, &v, sizeof(v));
}

static inline void check_processors(const struct acpi_info *a)
{
    check(a->napics <= CPUS_MAX);
    for (u32 i = 0; i < a->napics; i++)
        check(a->apics[i] < 255);
}

#endif
