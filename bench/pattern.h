/*
 * The file that 128 KiB reads are measured on: BLOCKS blocks, each of which tells its number at
 * both ends, so that a read that gives the wrong bytes is no figure.
 */
#ifndef BENCH_PATTERN_H
#define BENCH_PATTERN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define BLOCK_BYTES 131072u
#define BLOCKS 256u

static inline void block_make(unsigned char *block, uint64_t number)
{
    memset(block, (int)(number & 0xff), BLOCK_BYTES);
    memcpy(block, &number, sizeof(number));
    memcpy(block + BLOCK_BYTES - sizeof(number), &number, sizeof(number));
}

static inline bool block_is(const unsigned char *block, uint64_t number)
{
    return memcmp(block, &number, sizeof(number)) == 0 &&
           memcmp(block + BLOCK_BYTES - sizeof(number), &number, sizeof(number)) == 0;
}

#endif
