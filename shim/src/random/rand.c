/* rand: a 64-bit generator's upper bits; the same numbers after the same srand. */
#include <stdlib.h>
#include "shim/src/internal/lock.h"

static u64 state = 1;
static u32 lock;

void srand(unsigned seed)
{
    __umk_lock(&lock);
    state = seed;
    __umk_unlock(&lock);
}

int rand(void)
{
    __umk_lock(&lock);
    state = state * 6364136223846793005u + 1442695040888963407u;
    u64 x = state;
    __umk_unlock(&lock);
    return (int)(x >> 33);
}

int rand_r(unsigned *seed)
{
    u32 x = *seed = *seed * 1664525u + 1013904223u;

    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    return (int)(x >> 1);
}
