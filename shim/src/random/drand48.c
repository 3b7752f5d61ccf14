/* The 48-bit linear congruential family. */
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/thread.h"

#define MASK48 ((1ull << 48) - 1)

static unsigned short state[3] = {0x330e, 0xabcd, 0x1234};
static u64 factor = 0x5deece66d;
static u32 addend = 0xb;

static u64 pack(const unsigned short s[3])
{
    return s[0] | (u64)s[1] << 16 | (u64)s[2] << 32;
}

static u64 step(unsigned short s[3])
{
    u64 x = (pack(s) * factor + addend) & MASK48;

    s[0] = (unsigned short)x;
    s[1] = (unsigned short)(x >> 16);
    s[2] = (unsigned short)(x >> 32);
    return x;
}

double erand48(unsigned short s[3])
{
    return (double)step(s) / (double)(1ull << 48);
}

double drand48(void)
{
    return erand48(state);
}

long nrand48(unsigned short s[3])
{
    return (long)(step(s) >> 17);
}

long lrand48(void)
{
    return nrand48(state);
}

long jrand48(unsigned short s[3])
{
    return (i32)(step(s) >> 16);
}

long mrand48(void)
{
    return jrand48(state);
}

static void default_parameters(void)
{
    factor = 0x5deece66d;
    addend = 0xb;
}

void srand48(long seed)
{
    state[0] = 0x330e;
    state[1] = (unsigned short)seed;
    state[2] = (unsigned short)(seed >> 16);
    default_parameters();
}

unsigned short *seed48(unsigned short seed[3])
{
    static unsigned short old[3];

    memcpy(old, state, sizeof old);
    memcpy(state, seed, sizeof state);
    default_parameters();
    return old;
}

void lcong48(unsigned short p[7])
{
    memcpy(state, p, sizeof state);
    factor = pack(p + 3);
    addend = p[6];
}
