/* Message digests, see digest.h: blocks and padding, which all kinds share. */
#include "digest.h"

#include <string.h>

void digest_start(struct digest *d, const struct digest_kind *kind)
{
    memset(d, 0, sizeof *d);
    d->kind = kind;
    kind->start(d);
}

void digest_add(struct digest *d, const void *data, size_t len)
{
    const unsigned char *p = data;
    size_t size = d->kind->block;
    d->bytes += len;
    while (len > 0) {
        if (d->fill == 0 && len >= size) {
            d->kind->take(d, p);
            p += size;
            len -= size;
            continue;
        }
        size_t n = size - d->fill < len ? size - d->fill : len;
        memcpy(d->block + d->fill, p, n);
        d->fill += n;
        p += n;
        len -= n;
        if (d->fill == size) {
            d->kind->take(d, d->block);
            d->fill = 0;
        }
    }
}

static void put(unsigned char *out, uint64_t value, size_t bytes, int little)
{
    for (size_t i = 0; i < bytes; i++)
        out[i] = (unsigned char)(value >> 8 * (little ? i : bytes - 1 - i));
}

void digest_end(struct digest *d, unsigned char out[DIGEST_MAX])
{
    const struct digest_kind *kind = d->kind;
    uint64_t bits = d->bytes * 8;
    size_t length = kind->block / 8;
    d->block[d->fill++] = 0x80;
    if (d->fill > kind->block - length) {
        memset(d->block + d->fill, 0, kind->block - d->fill);
        kind->take(d, d->block);
        d->fill = 0;
    }
    memset(d->block + d->fill, 0, kind->block - d->fill);
    put(d->block + kind->block - 8, bits, 8, kind->little_endian);
    kind->take(d, d->block);
    size_t word = kind->block == 128 ? 8 : 4;
    for (size_t i = 0; i < kind->size / word; i++)
        put(out + i * word, word == 8 ? d->h64[i] : d->h32[i], word, kind->little_endian);
}
