/* RAM of a system with emulated paging; see ram.h. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "umk/host/host.h"
#include "umk/host/ram.h"
#include "umk/paging/frames.h"

#define UNCHARGED_MIN (64ull << 20)

static int fd = -1;
static u8 *bytes;
static u64 size;

i64 ram_open(u64 memory)
{
    u64 want = memory + memory / 4 + UNCHARGED_MIN;
    u64 n = want / PAGE_SIZE;

    if (want < memory || n > UINT32_MAX)
        return -ENOMEM;
    struct frame *records = calloc(n, sizeof *records);
    if (!records)
        return -ENOMEM;
    fd = memory_file("umk-ram", n * PAGE_SIZE);
    if (fd < 0) {
        free(records);
        return fd;
    }
    void *p = mmap(NULL, n * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (p == MAP_FAILED) {
        close(fd);
        fd = -1;
        free(records);
        return -ENOMEM;
    }
    bytes = p;
    size = n * PAGE_SIZE;
    frames_init(records, (u32)n, bytes);
    frames_add(0, (u32)n);
    return 0;
}

bool ram_emulated(void)
{
    return bytes != NULL;
}

int ram_fd(void)
{
    return fd;
}

/* Pages from `index` on that are not there yet, `most` at most. */
static u64 missing(const struct pages *p, u64 index, u64 most)
{
    u64 n = 0;

    while (n < most && !pages_peek(p, index + n))
        n++;
    return n;
}

/* A run of 2^order frames, or of fewer when there is none. */
static u32 take_run(u32 *order)
{
    u32 f;

    while (!(f = frames_take(*order)) && *order > 0)
        --*order;
    return f;
}

static i64 fill_gap(struct pages *p, u64 index, u64 n)
{
    u64 most = n >> (FRAME_ORDERS - 1) ? 1ull << (FRAME_ORDERS - 1) : n;
    u32 order = 63 - (u32)__builtin_clzll(most);
    u32 first = take_run(&order);
    i64 err = 0;

    if (!first)
        return -ENOMEM;
    memset(frame_bytes(first), 0, (size_t)PAGE_SIZE << order);
    for (u32 i = 0; i < 1u << order; i++) {
        if (!err)
            err = pages_put(p, index + i, first + i);
        if (err)
            frame_put(first + i);
    }
    return err ? err : (i64)1 << order;
}

i64 ram_fill(struct pages *p, u64 first, u64 n)
{
    for (u64 i = first; i < first + n;) {
        u64 gap = missing(p, i, first + n - i);
        i64 filled = gap ? fill_gap(p, i, gap) : 1;

        if (filled < 0)
            return filled;
        i += (u64)filled;
    }
    return 0;
}

u64 ram_run(const struct pages *p, u64 index, u32 *frame)
{
    u64 n = 1;

    *frame = pages_peek(p, index);
    while (index + n < p->npages && pages_peek(p, index + n) == *frame + n)
        n++;
    return n;
}

static bool map_pieces(const struct pages *p, u8 *at)
{
    for (u64 i = 0, n; i < p->npages; i += n) {
        u32 frame;

        n = ram_run(p, i, &frame);
        if (mmap(at + i * PAGE_SIZE, n * PAGE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
                 fd, (off_t)((u64)frame * PAGE_SIZE)) == MAP_FAILED)
            return false;
    }
    return true;
}

void *ram_alias(struct pages *p)
{
    u32 frame;

    if (ram_fill(p, 0, p->npages))
        return NULL;
    if (ram_run(p, 0, &frame) == p->npages)
        return frame_bytes(frame);
    u8 *at = mmap(NULL, p->npages * PAGE_SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED)
        return NULL;
    if (map_pieces(p, at))
        return at;
    munmap(at, p->npages * PAGE_SIZE);
    return NULL;
}

void ram_unalias(void *alias, u64 npages)
{
    u8 *at = alias;

    if (at < bytes || at >= bytes + size)
        munmap(alias, npages * PAGE_SIZE);
}
