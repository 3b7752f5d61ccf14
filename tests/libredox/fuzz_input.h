/* A fuzzer's input as a source of numbers; zeros when it is used up. Included once. */
#ifndef TESTS_LIBREDOX_FUZZ_INPUT_H
#define TESTS_LIBREDOX_FUZZ_INPUT_H

#include "umk/abi/types.h"

static struct {
    const u8 *at, *end;
} fuzz_input;

static u8 next(void)
{
    return fuzz_input.at < fuzz_input.end ? *fuzz_input.at++ : 0;
}

static u32 next32(void)
{
    u32 v = 0;

    for (u32 i = 0; i < 4; i++)
        v = v << 8 | next();
    return v;
}

/* A number that is interesting more often than not. */
static u64 number(void)
{
    static const u64 odd[] = {0,          1,          2,          15,        16,
                              17,         19,         4095,       4096,      4097,
                              65535,      65536,      65537,      1u << 20,  UINT32_MAX,
                              1ull << 32, 1ull << 63, UINT64_MAX, INT64_MAX, UINT64_MAX - 1};
    u8 b = next();

    return b < 128 ? odd[b % (sizeof(odd) / sizeof(odd[0]))]
                   : (b < 192 ? b - 128u : (u64)next32() << (b % 33));
}

#endif
