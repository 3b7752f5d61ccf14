/* ChaCha20; see chacha20.h. */
#include "servers/randd/chacha20.h"

#include <string.h>

static u32 rotate(u32 x, int n)
{
    return x << n | x >> (32 - n);
}

static void quarter_round(u32 *s, int a, int b, int c, int d)
{
    s[a] += s[b];
    s[d] = rotate(s[d] ^ s[a], 16);
    s[c] += s[d];
    s[b] = rotate(s[b] ^ s[c], 12);
    s[a] += s[b];
    s[d] = rotate(s[d] ^ s[a], 8);
    s[c] += s[d];
    s[b] = rotate(s[b] ^ s[c], 7);
}

static void double_round(u32 *s)
{
    quarter_round(s, 0, 4, 8, 12);
    quarter_round(s, 1, 5, 9, 13);
    quarter_round(s, 2, 6, 10, 14);
    quarter_round(s, 3, 7, 11, 15);
    quarter_round(s, 0, 5, 10, 15);
    quarter_round(s, 1, 6, 11, 12);
    quarter_round(s, 2, 7, 8, 13);
    quarter_round(s, 3, 4, 9, 14);
}

void chacha20_block(u8 out[CHACHA20_BLOCK], const u8 key[CHACHA20_KEY], u32 counter,
                    const u8 nonce[CHACHA20_NONCE])
{
    static const char constant[] = "expand 32-byte k";
    /* the algorithm is little-endian, as is every machine we run on */
    u32 start[16], s[16];
    memcpy(start, constant, 16);
    memcpy(start + 4, key, CHACHA20_KEY);
    start[12] = counter;
    memcpy(start + 13, nonce, CHACHA20_NONCE);
    memcpy(s, start, sizeof s);
    for (int i = 0; i < 10; i++)
        double_round(s);
    for (int i = 0; i < 16; i++)
        s[i] += start[i];
    memcpy(out, s, CHACHA20_BLOCK);
}
