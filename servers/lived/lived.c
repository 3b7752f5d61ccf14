/*
 * lived: a disk in memory that the boot loader has read (UMK_LIVE=ADDRESS:SIZE, hexadecimal), as
 * disk 0 of the scheme disk.live. What is written to it is gone when the machine is switched off.
 */
#include "libblock/disk_scheme.h"
#include "libhw/hw.h"

#include <stdio.h>
#include <string.h>

#define NAME "lived"
#define BLOCK 4096u
#define SIZE_MAX_BYTES (1ul << 40)

static u8 *memory;
static struct disk disk;

static i64 start(struct disk *d, enum disk_op op, u64 offset, void *buf, size_t len, u64 request)
{
    (void)d;
    (void)request;
    if (op == DISK_READ)
        scheme_copy(buf, memory + offset, len);
    else if (op == DISK_WRITE)
        memcpy(memory + offset, buf, len);
    return (i64)len;
}

static void cancel(u64 request)
{
    (void)request; /* none is ever under way */
}

static i64 read_now(void *ctx, u64 offset, void *buf, size_t len)
{
    (void)ctx;
    memcpy(buf, memory + offset, len);
    return 0;
}

int main(void)
{
    static struct disk_scheme state = {
        .disks = &disk, .ndisks = 1, .name = "disk.live", .start = start, .cancel = cancel};
    struct scheme *scheme;
    unsigned long at, size;
    char text[64];
    i64 r = hw_env("UMK_LIVE", 0, text, sizeof text);

    if (r < 0 || sscanf(text, "%lx:%lx", &at, &size) != 2 || size < BLOCK || size > SIZE_MAX_BYTES)
        hw_fail(NAME, "no disk in memory", r < 0 ? r : -EINVAL);
    if ((r = hw_map_memory(at, size, &memory)) < 0)
        hw_fail(NAME, "cannot map the disk", r);
    disk = (struct disk){.size = size / BLOCK * BLOCK, .block_size = BLOCK};
    const struct partition_disk p = {BLOCK, disk.size, read_now, NULL};
    r = partitions_find(&p, disk.parts);
    disk.nparts = r > 0 ? (u32)r : 0;
    r = scheme_create(&disk_scheme_ops, &state, DISK_SCHEME_ROOT, &scheme);
    if (r >= 0)
        r = scheme_publish(scheme, state.name);
    if (r < 0)
        hw_fail(NAME, "cannot make the scheme", r);
    scheme_run();
}
