/* Partition tables; see partition.h. */
#include "libblock/partition.h"
#include "umk/abi/errno.h"

#include <stdlib.h>
#include <string.h>

/* gcc 12 takes memory for lost that is stored through a pointer. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

#define BLOCK_MAX 4096u
#define ENTRY_MIN 128u
#define TABLE_MAX ((u64)1 << 20) /* bytes of a table of entries; usual are 16 KiB */

#define MBR_ENTRIES 446u
#define MBR_SIGNATURE 510u
#define MBR_GPT 0xEE

static u32 get32(const u8 *p)
{
    return p[0] | (u32)p[1] << 8 | (u32)p[2] << 16 | (u32)p[3] << 24;
}

static u64 get64(const u8 *p)
{
    return get32(p) | (u64)get32(p + 4) << 32;
}

static u32 crc32(const u8 *p, size_t len)
{
    u32 crc = UINT32_MAX;

    for (size_t i = 0; i < len; i++) {
        crc ^= p[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

/* Blocks first to last, both included, as a partition. */
static bool make(const struct partition_disk *d, u64 first, u64 last, struct partition *out)
{
    u64 blocks = d->size / d->block_size;

    if (first == 0 || last < first || last >= blocks)
        return false;
    *out = (struct partition){first * d->block_size, (last - first + 1) * d->block_size};
    return true;
}

/* GPT */

struct gpt {
    u64 entries_block;
    u32 count, entry_size, entries_crc;
};

/* Checks the header in a block that was read from block `at`. */
static bool parse_header(const struct partition_disk *d, u8 *block, u64 at, struct gpt *g)
{
    u32 len = get32(block + 12), crc = get32(block + 16);

    if (memcmp(block, "EFI PART", 8) != 0 || len < 92 || len > d->block_size ||
        get64(block + 24) != at)
        return false;
    memset(block + 16, 0, 4);
    if (crc32(block, len) != crc)
        return false;
    *g = (struct gpt){get64(block + 72), get32(block + 80), get32(block + 84), get32(block + 88)};
    u64 bytes = (u64)g->count * g->entry_size;
    u64 blocks = d->size / d->block_size;
    return g->entry_size >= ENTRY_MIN && g->entry_size % 8 == 0 && g->count > 0 &&
           bytes <= TABLE_MAX && g->entries_block < blocks &&
           bytes <= (blocks - g->entries_block) * d->block_size;
}

static bool in_use(const u8 *entry)
{
    static const u8 unused[16];

    return memcmp(entry, unused, sizeof unused) != 0;
}

/* -ENODATA: no valid table there. */
static i64 read_gpt(const struct partition_disk *d, u64 at, struct partition *out)
{
    u8 block[BLOCK_MAX];
    struct gpt g;
    i64 n = 0;
    i64 r = d->read(d->ctx, at * d->block_size, block, d->block_size);

    if (r < 0)
        return r;
    if (!parse_header(d, block, at, &g))
        return -ENODATA;
    size_t bytes = (size_t)g.count * g.entry_size;
    size_t rounded = (bytes + d->block_size - 1) / d->block_size * d->block_size;
    u8 *table = malloc(rounded);
    if (!table)
        return -ENOMEM;
    r = d->read(d->ctx, g.entries_block * d->block_size, table, rounded);
    if (r >= 0 && crc32(table, bytes) != g.entries_crc)
        r = -ENODATA;
    for (u32 i = 0; r >= 0 && i < g.count && n < PARTITIONS_MAX; i++) {
        const u8 *e = table + (size_t)i * g.entry_size;
        if (in_use(e) && make(d, get64(e + 32), get64(e + 40), &out[n]))
            n++;
    }
    free(table);
    return r < 0 ? r : n;
}

/* MBR */

static bool is_container(u8 type)
{
    return type == 0x05 || type == 0x0F || type == 0x85;
}

static i64 parse_mbr(const struct partition_disk *d, const u8 *block, struct partition *out)
{
    i64 n = 0;

    if (block[MBR_SIGNATURE] != 0x55 || block[MBR_SIGNATURE + 1] != 0xAA)
        return 0;
    for (u32 i = 0; i < 4; i++) {
        const u8 *e = block + MBR_ENTRIES + (size_t)i * 16;
        u64 first = get32(e + 8), blocks = get32(e + 12);
        if ((e[0] & 0x7F) != 0) /* the boot mark is 0 or 0x80: this is no table */
            return 0;
        if (e[4] == 0 || e[4] == MBR_GPT || is_container(e[4]) || blocks == 0)
            continue;
        if (make(d, first, first + blocks - 1, &out[n]))
            n++;
    }
    return n;
}

i64 partitions_find(const struct partition_disk *d, struct partition out[PARTITIONS_MAX])
{
    u8 block[BLOCK_MAX];
    u64 blocks = d->size / d->block_size;

    if (blocks < 3)
        return 0;
    i64 r = read_gpt(d, 1, out);
    if (r == -ENODATA)
        r = read_gpt(d, blocks - 1, out);
    if (r != -ENODATA)
        return r;
    r = d->read(d->ctx, 0, block, d->block_size);
    return r < 0 ? r : parse_mbr(d, block, out);
}
