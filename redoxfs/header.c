/* Headers and their ring: finding the newest one, and writing the next. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

#define PROBED 65536u /* device blocks that may begin a file system */

bool header_valid(const uint8_t *block)
{
    return !memcmp(block, SIGNATURE, 8) && get64(block + HDR_VERSION) == VERSION &&
           get64(block + HDR_HASH) == seahash(block, HDR_SEALED);
}

bool header_encrypted(const uint8_t *block)
{
    return get64(block + HDR_SEALED) != get64(block + HDR_HASH) || get64(block + HDR_SEALED + 8);
}

void header_finish(uint8_t *block, struct crypt *crypt)
{
    uint64_t hash = seahash(block, HDR_SEALED);

    put64(block + HDR_HASH, hash);
    put64(block + HDR_SEALED, hash);
    put64(block + HDR_SEALED + 8, 0);
    if (crypt)
        crypt_seal_header(crypt, block);
}

/* Looks through the ring at base for the newest header that is in its own slot and of the same
 * file system as the first good one: remains of older file systems do not count. */
static bool scan_ring(struct rfs *fs, uint64_t base, uint8_t *block)
{
    bool found = false;

    for (unsigned slot = 0; slot < RING && base + slot < fs->dev.blocks; slot++) {
        if (fs->dev.read(fs->dev.ctx, base + slot, 1, block) || !header_valid(block))
            continue;
        if (get64(block + HDR_GENERATION) % RING != slot)
            continue;
        if (found && memcmp(block + HDR_UUID, fs->header + HDR_UUID, 16) != 0)
            continue;
        if (found && get64(block + HDR_GENERATION) <= get64(fs->header + HDR_GENERATION))
            continue;
        memcpy(fs->header, block, RFS_BLOCK);
        found = true;
    }
    fs->base = base;
    return found;
}

/* The first block that looks like a header tells where the ring begins. */
static bool probe(struct rfs *fs, uint8_t *block)
{
    uint64_t last = fs->dev.blocks < PROBED ? fs->dev.blocks : PROBED;
    uint64_t slot;

    for (uint64_t at = 0; at < last; at++) {
        if (fs->dev.read(fs->dev.ctx, at, 1, block) || !header_valid(block))
            continue;
        slot = get64(block + HDR_GENERATION) % RING;
        if (slot <= at && scan_ring(fs, at - slot, block))
            return true;
    }
    return false;
}

int header_find(struct rfs *fs, uint64_t base)
{
    uint8_t *block = block_alloc(RFS_BLOCK);
    bool found;

    if (!block)
        return -ENOMEM;
    if (base == RFS_PROBE)
        found = probe(fs, block);
    else
        found = base < fs->dev.blocks && scan_ring(fs, base, block);
    free(block);
    if (!found)
        return -ENOENT;
    fs->blocks = get64(fs->header + HDR_SIZE) / RFS_BLOCK;
    if (fs->blocks > fs->dev.blocks - fs->base)
        fs->blocks = fs->dev.blocks - fs->base;
    return 0;
}

int header_write(struct rfs *fs, const uint8_t *header)
{
    uint64_t slot = get64(header + HDR_GENERATION) % RING;

    return fs->dev.write(fs->dev.ctx, fs->base + slot, 1, header);
}
