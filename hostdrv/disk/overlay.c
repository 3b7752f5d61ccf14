/*
 * Snapshots. The overlay file holds what was written at the places where it would be in the image,
 * and behind that a bit for each block that it has. The file has no name and is umk's: it outlives
 * this driver, and a bit is set only after its block was written, so a driver that is started
 * again goes on where the last one was ended.
 */
#include "hostdrv/disk/disk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct overlay {
    int fd;
    u64 size; /* of the image */
    u64 *bits;
    u8 *block; /* aligned, for parts of blocks */
};

struct overlay *overlay_open(int fd, u64 size)
{
    u64 at = (size + OVERLAY_BLOCK - 1) / OVERLAY_BLOCK * OVERLAY_BLOCK;
    u64 bytes = (at / OVERLAY_BLOCK / 8 + OVERLAY_BLOCK) & ~(u64)(OVERLAY_BLOCK - 1);
    struct overlay *o = calloc(1, sizeof *o);

    if (!o)
        return NULL;
    *o = (struct overlay){.fd = fd, .size = size};
    o->block = aligned_alloc(OVERLAY_BLOCK, OVERLAY_BLOCK);
    void *map = MAP_FAILED;
    if (o->block && ftruncate(fd, (off_t)(at + bytes)) == 0)
        map = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, (off_t)at);
    if (map == MAP_FAILED) {
        free(o->block);
        free(o);
        return NULL;
    }
    o->bits = map;
    return o;
}

static bool has(const struct overlay *o, u64 block)
{
    return o->bits[block / 64] >> block % 64 & 1;
}

static i64 io(int fd, bool write, u64 offset, u8 *buf, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t n = write ? pwrite(fd, buf + done, len - done, (off_t)(offset + done))
                          : pread(fd, buf + done, len - done, (off_t)(offset + done));
        if (n < 0 && errno != EINTR)
            return -errno;
        if (n == 0)
            return -EIO;
        done += n > 0 ? (size_t)n : 0;
    }
    return (i64)len;
}

/* The last block of an image may be short. */
static size_t block_len(const struct overlay *o, u64 block)
{
    u64 left = o->size - block * OVERLAY_BLOCK;

    return left < OVERLAY_BLOCK ? (size_t)left : OVERLAY_BLOCK;
}

/* A part of one block. */
static i64 part(struct overlay *o, int base, bool write, u64 offset, u8 *buf, size_t len)
{
    u64 b = offset / OVERLAY_BLOCK;
    size_t within = offset % OVERLAY_BLOCK, whole = block_len(o, b);
    i64 r = 0;

    if (has(o, b))
        return io(o->fd, write, offset, buf, len);
    if (!write || len < whole)
        r = io(base, false, offset - within, o->block, whole);
    if (r < 0)
        return r;
    if (!write) {
        memcpy(buf, o->block + within, len);
        return (i64)len;
    }
    memcpy(o->block + within, buf, len);
    r = io(o->fd, true, offset - within, o->block, whole);
    if (r < 0)
        return r;
    /* pairs with nothing here: Linux keeps the order of these writes for who comes after us */
    __atomic_store_n(&o->bits[b / 64], o->bits[b / 64] | 1ull << b % 64, __ATOMIC_RELEASE);
    return (i64)len;
}

/* Bytes from offset on that lie in one file, in whole blocks, at most len. */
static size_t run(const struct overlay *o, u64 offset, size_t len, bool in_overlay)
{
    size_t n = 0;

    while (n + OVERLAY_BLOCK <= len && has(o, (offset + n) / OVERLAY_BLOCK) == in_overlay)
        n += OVERLAY_BLOCK;
    return n;
}

i64 overlay_io(struct overlay *o, int base, bool write, u64 offset, u8 *buf, size_t len)
{
    for (size_t done = 0; done < len;) {
        u64 at = offset + done;
        bool ours = has(o, at / OVERLAY_BLOCK);
        size_t n = at % OVERLAY_BLOCK == 0 ? run(o, at, len - done, ours) : 0;
        i64 r;
        if (n && (ours || !write)) {
            r = io(ours ? o->fd : base, write, at, buf + done, n);
        } else {
            size_t left = OVERLAY_BLOCK - at % OVERLAY_BLOCK;
            n = left < len - done ? left : len - done;
            r = part(o, base, write, at, buf + done, n);
        }
        if (r < 0)
            return r;
        done += n;
    }
    return (i64)len;
}
