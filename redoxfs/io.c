/* Blocks of the file system on the device: verified and decrypted on their way in. */
#include "redoxfs/internal.h"

#include "redoxfs/seahash.h"

#include <errno.h>

static bool within(const struct rfs *fs, uint64_t index, uint32_t count)
{
    return index >= FIRST_BLOCK && index < fs->blocks && count <= fs->blocks - index;
}

int read_block(struct rfs *fs, struct ptr p, uint8_t *buf)
{
    uint64_t index = ADDR_INDEX(p.addr);
    uint32_t count = 1u << ADDR_LEVEL(p.addr);
    int err;

    if (!within(fs, index, count))
        return -EIO;
    err = fs->dev.read(fs->dev.ctx, fs->base + index, count, buf);
    if (err)
        return err == -EAGAIN ? err : -EIO;
    if (fs->crypt && (err = crypt_blocks(fs->crypt, false, index, count, buf, buf)))
        return err;
    return seahash(buf, (size_t)count * RFS_BLOCK) == p.hash ? 0 : -EIO;
}

int write_block(struct rfs *fs, uint64_t index, uint32_t count, const uint8_t *buf)
{
    int err;

    if (!within(fs, index, count))
        return -EIO;
    if (fs->crypt) {
        err = crypt_blocks(fs->crypt, true, index, count, buf, fs->scratch2);
        if (err)
            return err;
        buf = fs->scratch2;
    }
    return fs->dev.write(fs->dev.ctx, fs->base + index, count, buf);
}

int write_hashed(struct rfs *fs, uint64_t index, uint32_t count, const uint8_t *buf, uint64_t *hash)
{
    size_t len = (size_t)count * RFS_BLOCK;
    void *place = NULL;

    if (fs->dev.place && !fs->crypt && within(fs, index, count))
        place = fs->dev.place(fs->dev.ctx, fs->base + index, count);
    if (place) {
        *hash = seahash_copy(place, buf, len);
        return fs->dev.put(fs->dev.ctx);
    }
    *hash = seahash(buf, len);
    return write_block(fs, index, count, buf);
}

int flush_device(struct rfs *fs)
{
    return fs->dev.flush ? fs->dev.flush(fs->dev.ctx) : 0;
}
