/* What type each node has, as far as that was seen: a byte for each id, so that a directory can be
 * listed without loading what is in it. A node's type never changes while its id is in use.
 *
 * Chunks are made as they are needed, and none beyond a sixteenth of the cache's limit. */
#include "redoxfs/internal.h"

#include <stdlib.h>

#define CHUNK 65536u

uint16_t types_get(const struct types *t, uint32_t id)
{
    uint32_t c = id / CHUNK;

    return c < TYPES_CHUNKS && t->chunk[c] ? (uint16_t)((unsigned)t->chunk[c][id % CHUNK] << 8) : 0;
}

void types_set(struct types *t, uint32_t id, uint16_t mode)
{
    uint32_t c = id / CHUNK;

    if (c >= TYPES_CHUNKS)
        return;
    if (!t->chunk[c]) {
        if (!mode || t->bytes + CHUNK > t->limit)
            return;
        t->chunk[c] = calloc(1, CHUNK);
        if (!t->chunk[c])
            return;
        t->bytes += CHUNK;
    }
    t->chunk[c][id % CHUNK] = (uint8_t)((mode & RFS_TYPE) >> 8);
}

void types_free(struct types *t)
{
    for (uint32_t c = 0; c < TYPES_CHUNKS; c++)
        free(t->chunk[c]);
}
