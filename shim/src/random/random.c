/*
 * random: the additive generator x[i] = x[i-3] + x[i-31] and its smaller relatives,
 * with exchangeable state. A state's first word says its kind and position.
 */
#include <errno.h>
#include <stdlib.h>
#include "shim/src/internal/lock.h"

/* words of state, and the distance of the second summand; 0 words: linear congruential */
static const struct {
    u32 words, gap;
} kinds[] = {{0, 0}, {7, 3}, {15, 1}, {31, 3}, {63, 1}};
#define DEFAULT_KIND 3

static u32 initial[32] = {0};
static u32 *words = initial + 1;
static u32 kind = DEFAULT_KIND, position;
static bool seeded;
static u32 lock;

static void seed_state(u32 seed)
{
    u32 n = kinds[kind].words;
    i64 x = seed ? (i64)(i32)seed : 1;

    words[0] = (u32)x;
    if (n == 0)
        return;
    for (u32 i = 1; i < n; i++) {
        x = 16807 * x % 2147483647;
        if (x < 0)
            x += 2147483647;
        words[i] = (u32)x;
    }
    position = 0;
}

static u32 next(void)
{
    u32 n = kinds[kind].words;

    if (n == 0) {
        words[0] = (words[0] * 1103515245u + 12345u) & 0x7fffffff;
        return words[0];
    }
    /* words[position] is x[i - n]; x[i - gap] comes n - gap later */
    u32 x = words[position] += words[(position + n - kinds[kind].gap) % n];
    position = (position + 1) % n;
    return x >> 1;
}

static void seed_and_warm(u32 seed)
{
    seed_state(seed);
    seeded = true;
    for (u32 i = 0; i < 10 * kinds[kind].words; i++)
        next();
}

void srandom(unsigned seed)
{
    __umk_lock(&lock);
    seed_and_warm(seed);
    __umk_unlock(&lock);
}

long random(void)
{
    __umk_lock(&lock);
    if (!seeded)
        seed_and_warm(1);
    u32 x = next();
    __umk_unlock(&lock);
    return (long)x;
}

/* Writes kind and position into the current state, so that setstate can go on there. */
static char *save(void)
{
    words[-1] = kind | position << 8;
    return (char *)(words - 1);
}

char *initstate(unsigned seed, char *state, size_t size)
{
    u32 chosen = size < 32 ? 0 : size < 64 ? 1 : size < 128 ? 2 : size < 256 ? 3 : 4;

    if (size < 8) {
        errno = EINVAL;
        return NULL;
    }
    __umk_lock(&lock);
    char *old = save();
    words = (u32 *)(void *)state + 1;
    kind = chosen;
    seed_and_warm(seed);
    save();
    __umk_unlock(&lock);
    return old;
}

char *setstate(char *state)
{
    u32 head = *(u32 *)(void *)state;

    if ((head & 0xff) > 4) {
        errno = EINVAL;
        return NULL;
    }
    __umk_lock(&lock);
    char *old = save();
    words = (u32 *)(void *)state + 1;
    kind = head & 0xff;
    position = kinds[kind].words ? (head >> 8) % kinds[kind].words : 0;
    seeded = true;
    __umk_unlock(&lock);
    return old;
}
