/*
 * Fuzzes partition tables. The input is a disk; its first byte chooses the size of blocks. What
 * must hold: reads stay on the disk, and so does every partition that is found.
 */
#include <stdlib.h>
#include <string.h>

#include "libblock/partition.h"
#include "umk/abi/errno.h"

struct disk {
    const u8 *bytes;
    size_t len;
};

static void check(bool holds)
{
    if (!holds)
        abort();
}

static i64 read_disk(void *ctx, u64 offset, void *buf, size_t len)
{
    const struct disk *d = ctx;

    check(offset <= d->len && len <= d->len - offset);
    memcpy(buf, d->bytes + offset, len);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct partition found[PARTITIONS_MAX];
    struct disk d = {data + 1, size ? size - 1 : 0};

    if (!size)
        return 0;
    u32 block = 512u << data[0] % 4;
    d.len -= d.len % block;
    const struct partition_disk p = {block, d.len, read_disk, &d};
    i64 n = partitions_find(&p, found);
    check(n >= 0 && n <= (i64)PARTITIONS_MAX);
    for (i64 i = 0; i < n; i++) {
        check(found[i].len > 0 && found[i].start % block == 0 && found[i].len % block == 0);
        check(found[i].start < d.len && found[i].len <= d.len - found[i].start);
    }
    return 0;
}
