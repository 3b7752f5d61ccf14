/*
 * Runs of pages. A segment is one mapping; its head records its runs. Free runs are
 * kept by length in bins. Two free runs are never neighbours. A segment without a run
 * in use is unmapped, unless it is nearly all that is free.
 */
#include "shim/src/malloc/heap.h"

#define SEGMENT_PAGES_FIRST 128u
#define SEGMENT_PAGES 512u
#define EXACT_BINS 64u /* bin n < 64 holds runs of n pages, bin 0 the longer ones */
/* Free pages to keep rather than unmap, and besides this part of all pages: unmapping and mapping
 * again costs more than keeping. */
#define KEEP_PAGES 128u
#define KEEP_SHARE 4u

struct segment {
    u32 pages; /* of the mapping */
    u32 head;  /* of which the first hold this record */
    struct run runs[];
};

static u32 lock;
static struct run bins[EXACT_BINS];
static u64 filled; /* bit n: bin n is not empty */
static size_t free_pages, all_pages;
static u32 next_pages = SEGMENT_PAGES_FIRST;

static struct segment *segment_of(const struct run *r)
{
    return (struct segment *)((char *)(uintptr_t)(r - r->index) - offsetof(struct segment, runs));
}

void *__umk_run_start(const struct run *r)
{
    return (char *)segment_of(r) + (size_t)r->index * PAGE_SIZE;
}

static u32 bin_of(u32 len)
{
    return len < EXACT_BINS ? len : 0;
}

static void bin_insert(struct run *r)
{
    struct run *bin = &bins[bin_of(r->len)];

    if (!bin->next)
        bin->next = bin->prev = bin;
    r->free = true;
    r->next = bin->next;
    r->prev = bin;
    r->next->prev = r;
    bin->next = r;
    filled |= 1ull << bin_of(r->len);
    free_pages += r->len;
}

static void bin_remove(struct run *r)
{
    struct run *bin = &bins[bin_of(r->len)];

    r->next->prev = r->prev;
    r->prev->next = r->next;
    r->free = false;
    if (bin->next == bin)
        filled &= ~(1ull << bin_of(r->len));
    free_pages -= r->len;
}

static void set_run(struct segment *s, u32 first, u32 len)
{
    s->runs[first].len = (u16)len;
    s->runs[first].index = (u16)first;
    s->runs[first + len - 1].head = (u16)first;
    s->runs[first + len - 1].index = (u16)(first + len - 1);
}

static bool add_segment(void)
{
    u32 pages = next_pages;
    size_t r = redox_mmap_v1(NULL, (size_t)pages * PAGE_SIZE, RX_PROT_READ | RX_PROT_WRITE,
                             RX_MAP_PRIVATE, RX_ANON_FD, 0);

    if (RX_IS_ERR(r))
        return false;
    struct segment *s = (struct segment *)r;
    all_pages += pages;
    s->pages = pages;
    s->head = (u32)((sizeof *s + pages * sizeof(struct run) + PAGE_MASK) / PAGE_SIZE);
    set_run(s, s->head, pages - s->head);
    bin_insert(&s->runs[s->head]);
    next_pages = SEGMENT_PAGES;
    return true;
}

static struct run *find(size_t pages)
{
    u64 candidates = pages < EXACT_BINS ? filled >> pages << pages & ~1ull : 0;

    if (candidates)
        return bins[__builtin_ctzll(candidates)].next;
    if (filled & 1)
        for (struct run *r = bins[0].next; r != &bins[0]; r = r->next)
            if (r->len >= pages)
                return r;
    return NULL;
}

struct run *__umk_run_alloc(size_t pages)
{
    __umk_lock(&lock);
    struct run *r = find(pages);
    if (!r && add_segment())
        r = find(pages);
    if (r) {
        struct segment *s = segment_of(r);
        u32 rest = r->len - (u32)pages;

        bin_remove(r);
        set_run(s, r->index, (u32)pages);
        if (rest) {
            u32 first = r->index + (u32)pages;
            set_run(s, first, rest);
            bin_insert(&s->runs[first]);
        }
    }
    __umk_unlock(&lock);
    return r;
}

static bool is_empty(const struct segment *s)
{
    const struct run *r = &s->runs[s->head];

    return r->free && r->len == s->pages - s->head;
}

static size_t unmap_segment(struct segment *s)
{
    size_t len = (size_t)s->pages * PAGE_SIZE;

    bin_remove(&s->runs[s->head]);
    all_pages -= s->pages;
    redox_munmap_v1(s, len);
    return len;
}

void __umk_run_free(struct run *r)
{
    __umk_lock(&lock);
    struct segment *s = segment_of(r);
    u32 first = r->index, len = r->len;

    if (first + len < s->pages && s->runs[first + len].free) {
        bin_remove(&s->runs[first + len]);
        len += s->runs[first + len].len;
    }
    if (first > s->head && s->runs[s->runs[first - 1].head].free) {
        first = s->runs[first - 1].head;
        bin_remove(&s->runs[first]);
        len += s->runs[first].len;
    }
    set_run(s, first, len);
    bin_insert(&s->runs[first]);
    if (is_empty(s) && free_pages - len >= KEEP_PAGES + all_pages / KEEP_SHARE)
        unmap_segment(s);
    __umk_unlock(&lock);
}

size_t __umk_pages_trim(void)
{
    size_t bytes = 0;

    __umk_lock(&lock);
    if (filled & 1) {
        for (struct run *r = bins[0].next, *next; r != &bins[0]; r = next) {
            next = r->next;
            if (is_empty(segment_of(r)))
                bytes += unmap_segment(segment_of(r));
        }
    }
    __umk_unlock(&lock);
    return bytes;
}

void __umk_pages_fork(int what)
{
    if (what == 0)
        __umk_lock(&lock);
    else
        __umk_unlock(&lock);
}
