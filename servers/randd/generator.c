/* The random generator; see generator.h. */
#include "servers/randd/generator.h"
#include "servers/randd/chacha20.h"
#include "servers/randd/sha256.h"

#include <string.h>

void generator_seed(struct generator *g, const u8 seed[GENERATOR_SEED])
{
    memcpy(g->key, seed, GENERATOR_SEED);
}

/*
 * Block 0 gives the next key, the blocks after it are handed out. The block counter has 32 bits,
 * and a request is far shorter than 256 GiB.
 */
void generator_read(struct generator *g, void *out, size_t len)
{
    static const u8 nonce[CHACHA20_NONCE];
    u8 next_key[CHACHA20_BLOCK], block[CHACHA20_BLOCK];
    chacha20_block(next_key, g->key, 0, nonce);
    u8 *to = out;
    for (u32 counter = 1; len; counter++) {
        size_t n = len < CHACHA20_BLOCK ? len : CHACHA20_BLOCK;
        chacha20_block(block, g->key, counter, nonce);
        memcpy(to, block, n);
        to += n;
        len -= n;
    }
    memcpy(g->key, next_key, GENERATOR_SEED);
}

void generator_mix(struct generator *g, const void *data, size_t len)
{
    u8 own[GENERATOR_SEED], digest[SHA256_DIGEST];
    struct sha256 h;
    generator_read(g, own, sizeof own);
    sha256_init(&h);
    sha256_update(&h, own, sizeof own);
    sha256_update(&h, data, len);
    sha256_final(&h, digest);
    generator_seed(g, digest);
}
