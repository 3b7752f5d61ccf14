/*
 * The random generator: a ChaCha20 key that is replaced after every request, so that what was
 * given out cannot be computed from a state that leaks later.
 */
#ifndef RANDD_GENERATOR_H
#define RANDD_GENERATOR_H

#include "umk/abi/types.h"

#define GENERATOR_SEED 32u

struct generator {
    u8 key[GENERATOR_SEED];
};

void generator_seed(struct generator *g, const u8 seed[GENERATOR_SEED]);
void generator_read(struct generator *g, void *out, size_t len);
/* New key: SHA-256 of 32 bytes of the generator's own and the data. */
void generator_mix(struct generator *g, const void *data, size_t len);

#endif
