/*
 * The transfer memory of a disk, inside the system. `disk_memory DISK` overwrites the first blocks
 * of the disk (or partition), which has at least 64 KiB.
 */
#include "libblock/window.h"
#include "tests/programs/rx_check.h"

#define PART 16384u
#define AT 65536u /* in the transfer memory */

static i64 move(i64 fd, enum disk_call what, u64 offset, u64 at, u32 len)
{
    const u64 meta[DISK_CALL_WORDS] = {what, offset, DISK_CALL_PLACE(at, len)};

    return (i64)redox_sys_call_v0((size_t)fd, NULL, 0, 0, meta, DISK_CALL_WORDS);
}

static i64 map(i64 fd, u64 offset, size_t size, u32 flags)
{
    return (i64)redox_mmap_v1(NULL, size, RX_PROT_READ | RX_PROT_WRITE, flags, (size_t)fd, offset);
}

static void fill(u8 *to, u8 with)
{
    for (u32 i = 0; i < PART; i++)
        to[i] = (u8)(i * 7 + with);
}

/* What goes one way comes back the other way. */
static void moves(i64 fd, u8 *memory)
{
    static u8 buf[PART], want[PART];

    fill(memory + AT, 1);
    fill(want, 1);
    CHECK_EQ(move(fd, DISK_CALL_WRITE, 8192, AT, PART), PART);
    CHECK_EQ(rx_pread((u64)fd, buf, PART, 8192), PART);
    CHECK(memcmp(buf, want, PART) == 0);
    fill(buf, 9);
    CHECK_EQ(rx_pwrite((u64)fd, buf, PART, 8192), PART);
    CHECK_EQ(move(fd, DISK_CALL_READ, 8192, 0, PART), PART);
    CHECK(memcmp(memory, buf, PART) == 0);
    CHECK_EQ(move(fd, DISK_CALL_READ, 8192, DISK_WINDOW - PART, PART), PART);
    CHECK(memcmp(memory + DISK_WINDOW - PART, buf, PART) == 0);
    /* a place that does not lie as the device may want it */
    CHECK_EQ(move(fd, DISK_CALL_READ, 8192, 100, PART), PART);
    CHECK(memcmp(memory + 100, buf, PART) == 0);
}

static void refusals(i64 fd)
{
    const u64 end = 1ull << 50;
    u8 byte = 0;
    const u64 meta[DISK_CALL_WORDS] = {DISK_CALL_READ, 0, DISK_CALL_PLACE(0, 4096)};

    CHECK_EQ(move(fd, DISK_CALL_READ, 0, DISK_WINDOW - 4096, 8192), -EINVAL);
    CHECK_EQ(move(fd, DISK_CALL_READ, 0, DISK_WINDOW + 4096, 0), -EINVAL);
    CHECK_EQ(move(fd, DISK_CALL_WRITE, 0, 0, UINT32_MAX), -EINVAL);
    CHECK_EQ(move(fd, DISK_CALL_READ, 0, 0, 100), -EINVAL);
    CHECK_EQ(move(fd, (enum disk_call)7, 0, 0, 4096), -EINVAL);
    CHECK(move(fd, DISK_CALL_WRITE, end, 0, 4096) < 0);
    CHECK(move(fd, DISK_CALL_READ, UINT64_MAX - 4095, 0, 4096) <= 0);
    CHECK_EQ((i64)redox_sys_call_v0((size_t)fd, &byte, 1, CALL_WRITE, meta, DISK_CALL_WORDS),
             -EINVAL);
    CHECK_EQ(map(fd, 0, 4096, RX_MAP_PRIVATE), -EINVAL);
    CHECK_EQ(map(fd, DISK_WINDOW, 4096, RX_MAP_SHARED), -EINVAL);
    CHECK_EQ(map(fd, UINT64_MAX - 4095, 4096, RX_MAP_SHARED), -EINVAL);
}

int main(int argc, char **argv)
{
    i64 fd = argc == 2 ? open_path(argv[1], RX_O_RDWR | RX_O_CLOEXEC, 0) : -EINVAL;

    if (!GOOD(fd))
        return check_status();
    CHECK_EQ(move(fd, DISK_CALL_READ, 0, 0, 4096), -EINVAL); /* it is not mapped */
    i64 at = map(fd, 0, DISK_WINDOW, RX_MAP_SHARED);
    if (GOOD(at)) {
        moves(fd, (u8 *)at);
        refusals(fd);
        CHECK_EQ(redox_munmap_v1((u8 *)at, DISK_WINDOW), 0); /* a mapping keeps the file open */
    }
    redox_close_v1((size_t)fd);
    /* the next one gets it empty, and nothing of it is left to a reader */
    fd = open_path(argv[1], RX_O_RDONLY | RX_O_CLOEXEC, 0);
    CHECK_EQ(map(fd, 0, DISK_WINDOW, RX_MAP_SHARED), -EACCES);
    at = (i64)redox_mmap_v1(NULL, DISK_WINDOW, RX_PROT_READ, RX_MAP_SHARED, (size_t)fd, 0);
    if (GOOD(at)) {
        CHECK_EQ(((u8 *)at)[AT + 1], 0);
        CHECK_EQ(move(fd, DISK_CALL_WRITE, 0, 0, 4096), -EBADF);
        CHECK_EQ(move(fd, DISK_CALL_READ, 8192, 0, 4096), 4096);
        CHECK_EQ(((u8 *)at)[1], 7 + 9);
    }
    return check_status();
}
