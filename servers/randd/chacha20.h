/* The ChaCha20 block function of RFC 8439, section 2.3. */
#ifndef RANDD_CHACHA20_H
#define RANDD_CHACHA20_H

#include "umk/abi/types.h"

#define CHACHA20_KEY 32u
#define CHACHA20_NONCE 12u
#define CHACHA20_BLOCK 64u

void chacha20_block(u8 out[CHACHA20_BLOCK], const u8 key[CHACHA20_KEY], u32 counter,
                    const u8 nonce[CHACHA20_NONCE]);

#endif
