/*
 * See entropy.h. Without rdrand all that cannot be guessed is how long reads of a device take. Such
 * a sample counts for a bit only when its length differs from the one before, in first and second
 * difference; they are taken until there are twice as many bits as are given out. Known to be weak:
 * that is an estimate, and a virtual machine whose clock counts instructions has nothing of it,
 * which the log then says.
 */
#include "umk/x86_64/entropy.h"
#include "umk/core/core.h"
#include "umk/x86_64/cpu.h"

#define TRIES 16u
#define SAMPLES 512u /* beside rdrand */
#define BITS 512u    /* without it */
#define SAMPLES_MAX 65536u

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

/* Result: how many bits the samples count for. */
static u32 gather(u32 samples, u32 enough)
{
    u64 last = rdtsc(), length = 0, difference = 0;
    u32 bits = 0;

    for (u32 i = 0; i < samples && bits < enough; i++) {
        inb(0x61);
        u64 now = rdtsc(), l = now - last, d = l - length;

        stir(now);
        bits += d != 0 && d != difference;
        last = now;
        length = l;
        difference = d;
    }
    return bits;
}

void entropy_fill(u8 out[32])
{
    static bool said;
    u64 word;

    if (from_processor(&word)) {
        stir(word);
        gather(SAMPLES, SAMPLES);
    } else if (gather(SAMPLES_MAX, BITS) < BITS && !said) {
        said = true;
        klog("umk: random numbers can be guessed: no rdrand, and time goes too evenly");
    }
    for (u32 i = 0; i < 4; i++) {
        stir(from_processor(&word) ? word : rdtsc());
        for (u32 k = 0; k < 4; k++)
            stir(k);
        word = state[0] ^ state[1] ^ state[2] ^ state[3];
        memcpy(out + 8 * i, &word, 8);
    }
}
