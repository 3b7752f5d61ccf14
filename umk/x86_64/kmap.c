/* The kernel's address space; see kmap.h. */
#include "umk/x86_64/kmap.h"
#include "umk/core/core.h"
#include "umk/paging/frames.h"
#include "umk/paging/table.h"
#include "umk/x86_64/cpu.h"
#include "umk/x86_64/smp.h"

#define SLOT(address) ((address) >> 39 & 511)
#define KERNEL_RW (ENTRY_PRESENT | ENTRY_WRITE | ENTRY_NX | ENTRY_GLOBAL)
#define LARGE_PAGE 0x200000ull
#define LOW_MEMORY 0x100000ull    /* the loader's, the firmware's, and where processors start */
#define EARLY_LIMIT 0x40000000ull /* what boot.S has mapped */
#define STACK_PAGES 8u
#define STALE_MAX 4096u /* pages of addresses that wait for a flush */
#define RAM_MAX (DIRECT_SLOTS * 512ull << 30)

extern char image_start[], text_end[], rodata_end[], image_end[];

static u64 root_physical;
static const struct boot_info *boot;
static u64 early_next, early_end; /* RAM for what is made before there are frames */
#define FIRMWARE_TOP (1u << 20)   /* what firmware keeps at the end of RAM, at most */
static u64 ram_end;

void *direct(u64 physical)
{
    return (void *)(DIRECT_BASE + physical);
}

u64 direct_physical(const void *p)
{
    return (u64)p - DIRECT_BASE;
}

u64 ram_bytes(void)
{
    return (u64)frames_total() * PAGE_SIZE;
}

bool is_ram(u64 start, u64 end)
{
    for (u32 i = 0; i < boot->nram; i++)
        if (start < boot->ram[i].end && end > boot->ram[i].start)
            return true;
    return false;
}

static u64 image_physical(const char *p)
{
    return (u64)p - KERNEL_BASE;
}

/* Early memory */

static void cut(struct range *r, u64 start, u64 end)
{
    u64 below = start > r->start ? start - r->start : 0, above = r->end > end ? r->end - end : 0;

    if (end <= r->start || start >= r->end)
        return;
    if (below >= above)
        r->end = r->start + below;
    else
        r->start = r->end - above;
}

/* The largest piece of RAM below the early limit that nothing lies in. */
static void find_early(const struct boot_info *info)
{
    for (u32 i = 0; i < info->nram; i++) {
        struct range r = info->ram[i];

        cut(&r, 0, LOW_MEMORY);
        cut(&r, EARLY_LIMIT, UINT64_MAX);
        cut(&r, image_physical(image_start), image_physical(image_end));
        cut(&r, info->archive.start & ~(u64)PAGE_MASK, page_up(info->archive.end));
        if (r.end > r.start && r.end - r.start > early_end - early_next) {
            early_next = r.start;
            early_end = r.end;
        }
    }
}

/* Zeroed; 0: none left. */
static u64 early_take(u64 bytes)
{
    u64 at = early_next;

    bytes = page_up(bytes);
    if (early_end - early_next < bytes)
        return 0;
    early_next += bytes;
    memset(direct(at), 0, bytes);
    return at;
}

/* Tables. Before there are frames their pages come from early memory. */

static bool frames_ready;

static u64 table_page(void)
{
    return frames_ready ? (u64)frame_take_zeroed() * PAGE_SIZE : early_take(PAGE_SIZE);
}

/* The entry for an address at a level (1: a page, 2: a large page); NULL: no memory. */
static u64 *kernel_entry(u64 address, u32 level)
{
    u64 *table = direct(root_physical);

    for (u32 l = 4; l > level; l--) {
        u64 *e = &table[address >> (12 + 9 * (l - 1)) & 511];

        if (!(*e & ENTRY_PRESENT)) {
            u64 page = table_page();

            if (!page)
                return NULL;
            *e = page | ENTRY_PRESENT | ENTRY_WRITE;
        }
        table = direct(*e & ENTRY_FRAME_MASK);
    }
    return &table[address >> (12 + 9 * (level - 1)) & 511];
}

static bool map_direct(void)
{
    for (u64 at = 0; at < ram_end; at += LARGE_PAGE) {
        u64 *e = kernel_entry(DIRECT_BASE + at, 2);

        if (!e)
            return false;
        *e = at | KERNEL_RW | ENTRY_LARGE;
    }
    return true;
}

static bool map_image(void)
{
    for (char *at = image_start; at < image_end; at += PAGE_SIZE) {
        u64 *e = kernel_entry((u64)at, 1);
        u64 bits = ENTRY_PRESENT | ENTRY_GLOBAL;

        if (!e)
            return false;
        if (at >= rodata_end)
            bits |= ENTRY_WRITE | ENTRY_NX;
        else if (at >= text_end)
            bits |= ENTRY_NX;
        *e = image_physical(at) | bits;
    }
    return true;
}

/* Every slot of the kernel's half that will ever be used is there before the first process. */
static bool make_slots(void)
{
    return kernel_entry(VMAP_BASE, 3) != NULL;
}

/* Frames */

static void add_free(u64 start, u64 end, const struct range *skip, u32 nskip)
{
    struct range r = {start, end};

    for (u32 i = 0; i < nskip; i++) {
        u64 from = skip[i].start & ~(u64)PAGE_MASK, to = page_up(skip[i].end);

        if (to <= r.start || from >= r.end)
            continue;
        if (from > r.start)
            add_free(r.start, from, skip + i + 1, nskip - i - 1);
        if (to >= r.end)
            return;
        r.start = to;
    }
    if (r.end > r.start)
        frames_add((u32)(r.start / PAGE_SIZE), (u32)((r.end - r.start) / PAGE_SIZE));
}

static void start_frames(const struct boot_info *info, u64 records, u64 early_start)
{
    const struct range skip[] = {
        {0, LOW_MEMORY},
        {image_physical(image_start), image_physical(image_end)},
        info->archive,
        {early_start, early_next},
    };

    frames_init(direct(records), (u32)(ram_end / PAGE_SIZE), (u8 *)DIRECT_BASE);
    if (info->archive.end > info->archive.start)
        frames_add_used(
            (u32)(info->archive.start / PAGE_SIZE),
            (u32)((page_up(info->archive.end) - (info->archive.start & ~(u64)PAGE_MASK)) /
                  PAGE_SIZE));
    for (u32 i = 0; i < info->nram; i++)
        if (info->ram[i].end <= ram_end)
            add_free(info->ram[i].start, info->ram[i].end, skip, sizeof(skip) / sizeof(skip[0]));
    frames_ready = true;
}

const char *kmap_init(const struct boot_info *info)
{
    u64 records, early_start;

    boot = info;
    for (u32 i = 0; i < info->nram; i++)
        if (info->ram[i].end > ram_end && info->ram[i].end <= RAM_MAX)
            ram_end = info->ram[i].end;
    /* A loader that ran after the firmware may have written over what that keeps at the end of RAM
     * (SeaBIOS its NVMe queues): the bytes are there, though the map of RAM ends before them. */
    if (info->archive.end > ram_end && info->archive.start < ram_end &&
        info->archive.end - ram_end <= FIRMWARE_TOP)
        ram_end = page_up(info->archive.end);
    if (info->archive.end > ram_end)
        return "the boot archive lies outside of RAM";
    find_early(info);
    early_start = early_next;
    records = early_take(ram_end / PAGE_SIZE * sizeof(struct frame));
    root_physical = early_take(PAGE_SIZE);
    if (!records || !root_physical || !map_direct() || !map_image() || !make_slots())
        return "too little memory";
    start_frames(info, records, early_start);
    kmap_load();
    return NULL;
}

void kmap_load(void)
{
    write_cr3(root_physical);
}

u64 kmap_root(void)
{
    return root_physical;
}

void kmap_share(u32 root)
{
    memcpy((u8 *)frame_bytes(root) + PAGE_SIZE / 2, (u8 *)direct(root_physical) + PAGE_SIZE / 2,
           PAGE_SIZE / 2);
}

/* The window. Free places are a sorted list of ranges; neighbours become one. */

struct place {
    struct place *next;
    u64 start, npages;
};
static struct pool places = POOL_INIT(place, 1u << 20);
static struct place *free_places;
static struct place *stale_places; /* unmapped since the last flush of all processors */
static u64 stale_pages;
static u64 window_next = VMAP_BASE; /* never given out so far */

static u64 place_take(u64 n)
{
    struct place **at = &free_places;
    u64 start;

    while (*at && (*at)->npages < n)
        at = &(*at)->next;
    if (*at) {
        struct place *p = *at;

        start = p->start;
        p->start += n * PAGE_SIZE;
        p->npages -= n;
        if (p->npages == 0) {
            *at = p->next;
            pool_put(&places, p);
        }
        return start;
    }
    if ((VMAP_BASE + VMAP_SIZE - window_next) / PAGE_SIZE < n)
        return 0;
    start = window_next;
    window_next += n * PAGE_SIZE;
    return start;
}

static void place_free(struct place **list, u64 start, u64 n)
{
    struct place **at = list, *before = NULL, *p;

    while (*at && (*at)->start < start) {
        before = *at;
        at = &(*at)->next;
    }
    p = *at;
    if (before && before->start + before->npages * PAGE_SIZE == start) {
        before->npages += n;
        if (p && start + n * PAGE_SIZE == p->start) {
            before->npages += p->npages;
            before->next = p->next;
            pool_put(&places, p);
        }
        return;
    }
    if (p && start + n * PAGE_SIZE == p->start) {
        p->start = start;
        p->npages += n;
        return;
    }
    p = pool_get(&places);
    if (!p)
        return; /* addresses are lost, which are many; memory is not */
    *p = (struct place){*at, start, n};
    *at = p;
}

static bool window_set(u64 address, u64 entry)
{
    u64 *e = kernel_entry(address, 1);

    if (e)
        *e = entry;
    return e != NULL;
}

/* The addresses are used again only when no processor can have them cached any more. */
static void window_clear(u64 start, u64 n)
{
    for (u64 i = 0; i < n; i++)
        window_set(start + i * PAGE_SIZE, 0);
    place_free(&stale_places, start, n);
    stale_pages += n;
    if (stale_pages < STALE_MAX)
        return;
    smp_flush_kernel();
    stale_pages = 0;
    while (stale_places) {
        struct place *p = stale_places;

        stale_places = p->next;
        place_free(&free_places, p->start, p->npages);
        pool_put(&places, p);
    }
}

void *vmap(u64 n, u32 (*frame)(const void *arg, u64 i), const void *arg)
{
    u64 start = place_take(n);

    if (!start)
        return NULL;
    for (u64 i = 0; i < n; i++) {
        u32 f = frame(arg, i);

        if (!f || !window_set(start + i * PAGE_SIZE, (u64)f * PAGE_SIZE | KERNEL_RW)) {
            window_clear(start, i);
            place_free(&free_places, start + i * PAGE_SIZE, n - i);
            return NULL;
        }
    }
    return (void *)start;
}

static u32 fresh_frame(const void *arg, u64 i)
{
    (void)arg;
    (void)i;
    return frame_take_zeroed();
}

static void free_mapped(u64 start, u64 n)
{
    for (u64 i = 0; i < n; i++)
        frame_put(entry_frame(*kernel_entry(start + i * PAGE_SIZE, 1)));
}

void *vmap_new(u64 n)
{
    u64 start = place_take(n);

    if (!start)
        return NULL;
    for (u64 i = 0; i < n; i++) {
        u32 f = fresh_frame(NULL, i);

        if (f && window_set(start + i * PAGE_SIZE, (u64)f * PAGE_SIZE | KERNEL_RW))
            continue;
        if (f)
            frame_put(f);
        free_mapped(start, i);
        window_clear(start, i);
        place_free(&free_places, start + i * PAGE_SIZE, n - i);
        return NULL;
    }
    return (void *)start;
}

void *vmap_device(u64 physical, u64 len)
{
    u64 first = physical & ~(u64)PAGE_MASK, n = (page_up(physical + len) - first) / PAGE_SIZE;
    u64 start = place_take(n);

    if (!start)
        return NULL;
    for (u64 i = 0; i < n; i++)
        if (!window_set(start + i * PAGE_SIZE,
                        (first + i * PAGE_SIZE) | KERNEL_RW | ENTRY_PCD | ENTRY_PWT))
            return NULL;
    return (void *)(start + (physical & PAGE_MASK));
}

void vunmap(void *p, u64 n)
{
    window_clear((u64)p, n);
}

/* Stacks: the pages below and above stay unmapped. */
u64 kernel_stack(void)
{
    u64 start = place_take(STACK_PAGES + 2);

    for (u64 i = 1; start && i <= STACK_PAGES; i++) {
        u32 f = frame_take_zeroed();

        if (!f || !window_set(start + i * PAGE_SIZE, (u64)f * PAGE_SIZE | KERNEL_RW))
            return 0;
    }
    return start ? start + (STACK_PAGES + 1) * PAGE_SIZE : 0;
}

bool is_guard(u64 address)
{
    return address >= VMAP_BASE && address < window_next &&
           !(*kernel_entry(address, 1) & ENTRY_PRESENT);
}
