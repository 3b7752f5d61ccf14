/*
 * Message digests, see digest.h, from the libraries that have them: MD5 and SHA from libgcrypt,
 * BLAKE2b from libsodium, BLAKE3 from its authors. Here they get one face.
 */
#include <config.h>

#include "g10lib.h"
#include "cipher.h"

#include <blake2.h>
#include <blake3.h>

#include "programs/common/digest.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(sizeof(blake2b_state) <= DIGEST_STATE, "state of BLAKE2b");
_Static_assert(sizeof(blake3_hasher) <= DIGEST_STATE, "state of BLAKE3");

/* --- libgcrypt --- */

static void gcrypt_start(struct digest *d)
{
    const gcry_md_spec_t *spec = d->kind->library;
    if (spec->contextsize > sizeof d->state)
        abort();
    spec->init(d->state, 0);
}

static void gcrypt_add(struct digest *d, const void *data, size_t len)
{
    const gcry_md_spec_t *spec = d->kind->library;
    spec->write(d->state, data, len);
}

static void gcrypt_end(struct digest *d, unsigned char *out)
{
    const gcry_md_spec_t *spec = d->kind->library;
    spec->final(d->state);
    memcpy(out, spec->read(d->state), d->size);
}

#define GCRYPT(name, spec, size)                                  \
    {                                                             \
        name, size, 0, spec, gcrypt_start, gcrypt_add, gcrypt_end \
    }

const struct digest_kind digest_md5 = GCRYPT("MD5", &_gcry_digest_spec_md5, 16);
const struct digest_kind digest_sha1 = GCRYPT("SHA1", &_gcry_digest_spec_sha1, 20);
const struct digest_kind digest_sha224 = GCRYPT("SHA224", &_gcry_digest_spec_sha224, 28);
const struct digest_kind digest_sha256 = GCRYPT("SHA256", &_gcry_digest_spec_sha256, 32);
const struct digest_kind digest_sha384 = GCRYPT("SHA384", &_gcry_digest_spec_sha384, 48);
const struct digest_kind digest_sha512 = GCRYPT("SHA512", &_gcry_digest_spec_sha512, 64);

/* --- BLAKE2b --- */

static void blake2_start(struct digest *d)
{
    blake2b_init((blake2b_state *)d->state, (uint8_t)d->size);
}

static void blake2_add(struct digest *d, const void *data, size_t len)
{
    blake2b_update((blake2b_state *)d->state, data, len);
}

static void blake2_end(struct digest *d, unsigned char *out)
{
    blake2b_final((blake2b_state *)d->state, out, (uint8_t)d->size);
}

const struct digest_kind digest_blake2b = {"BLAKE2b",    64,         64,        NULL,
                                           blake2_start, blake2_add, blake2_end};

/* --- BLAKE3 --- */

static void blake3_start(struct digest *d)
{
    blake3_hasher_init((blake3_hasher *)d->state);
}

static void blake3_add(struct digest *d, const void *data, size_t len)
{
    blake3_hasher_update((blake3_hasher *)d->state, data, len);
}

static void blake3_end(struct digest *d, unsigned char *out)
{
    blake3_hasher_finalize((blake3_hasher *)d->state, out, d->size);
}

const struct digest_kind digest_blake3 = {"BLAKE3",     32,         DIGEST_MAX, NULL,
                                          blake3_start, blake3_add, blake3_end};

/* --- one face --- */

void digest_start(struct digest *d, const struct digest_kind *kind, size_t size)
{
    d->kind = kind;
    d->size = size ? size : kind->size;
    kind->start(d);
}

void digest_add(struct digest *d, const void *data, size_t len)
{
    d->kind->add(d, data, len);
}

void digest_end(struct digest *d, unsigned char out[DIGEST_MAX])
{
    d->kind->end(d, out);
}
