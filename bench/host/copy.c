/*
 * What a read of 128 KiB costs at least: memcpy of a block out of a file-sized buffer into one
 * and the same destination.
 */
#include "bench/measure.h"
#include "bench/pattern.h"

#include <stdlib.h>

struct copy {
    unsigned char *from, *to;
    uint64_t block;
};

static bool copy_blocks(void *arg, uint64_t n)
{
    struct copy *c = arg;

    for (uint64_t i = 0; i < n; i++) {
        memcpy(c->to, c->from + c->block * BLOCK_BYTES, BLOCK_BYTES);
        if (!block_is(c->to, c->block))
            return false;
        c->block = (c->block + 1) % BLOCKS;
    }
    return true;
}

int main(void)
{
    struct copy c = {.from = aligned_alloc(4096, (size_t)BLOCKS * BLOCK_BYTES),
                     .to = aligned_alloc(4096, BLOCK_BYTES)};
    bool ok;

    if (c.from == NULL || c.to == NULL)
        return 1;
    for (uint64_t b = 0; b < BLOCKS; b++)
        block_make(c.from + b * BLOCK_BYTES, b);
    ok = measure("memcpy128k", copy_blocks, &c);
    free(c.from);
    free(c.to);
    return ok ? 0 : 1;
}
