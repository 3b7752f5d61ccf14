/* SHA-256 of FIPS 180-4. */
#ifndef RANDD_SHA256_H
#define RANDD_SHA256_H

#include "umk/abi/types.h"

#define SHA256_DIGEST 32u

struct sha256 {
    u32 state[8];
    u64 length; /* bytes taken so far */
    u8 block[64];
};

void sha256_init(struct sha256 *h);
void sha256_update(struct sha256 *h, const void *data, size_t len);
void sha256_final(struct sha256 *h, u8 digest[SHA256_DIGEST]);

#endif
