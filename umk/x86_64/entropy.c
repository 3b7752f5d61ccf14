/*
 * See entropy.h. Known to be weak: without rdrand all that cannot be guessed is how long reads of a
 * device take, some bits each; a virtual machine whose clock counts instructions has none of it.
 */
#include "umk/x86_64/entropy.h"
#include "umk/core/core.h"
#include "umk/x86_64/cpu.h"

#define TRIES 16u
#define SAMPLES 512u

static u64 state[4];

static u64 rotate(u64 v, u32 n)
{
    return v << n | v >> (64 - n);
}

/* A round that spreads every bit over all words (the mixing of SipHash). */
static void stir(u64 v)
{
    state[3] ^= v;
    for (u32 i = 0; i < 2; i++) {
        state[0] += state[1];
        state[1] = rotate(state[1], 13) ^ state[0];
        state[2] += state[3];
        state[3] = rotate(state[3], 16) ^ state[2];
        state[0] = rotate(state[0], 32) + state[3];
        state[3] = rotate(state[3], 21) ^ state[0];
        state[2] += state[1];
        state[1] = rotate(state[1], 17) ^ state[2];
        state[2] = rotate(state[2], 32);
    }
    state[0] ^= v;
}

static bool from_processor(u64 *out)
{
    if (!features.rdrand)
        return false;
    for (u32 i = 0; i < TRIES; i++) {
        u8 ok;

        __asm__ volatile("rdrand %0; setc %1" : "=r"(*out), "=qm"(ok));
        if (ok)
            return true;
    }
    return false;
}

static void gather(void)
{
    for (u32 i = 0; i < SAMPLES; i++) {
        inb(0x61);
        stir(rdtsc());
    }
}

void entropy_fill(u8 out[32])
{
    u64 word;

    gather();
    for (u32 i = 0; i < 4; i++) {
        stir(from_processor(&word) ? word : rdtsc());
        for (u32 k = 0; k < 4; k++)
            stir(k);
        word = state[0] ^ state[1] ^ state[2] ^ state[3];
        memcpy(out + 8 * i, &word, 8);
    }
}
