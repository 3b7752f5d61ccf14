/* Address spaces; see space.h. */
#include "umk/paging/space.h"
#include "umk/paging/frames.h"
#include "umk/paging/memory.h"

static struct pool region_records = POOL_INIT(space_region, 1u << 20);
static struct pool pages_records = POOL_INIT(pages, 1u << 20);

struct pages *pages_new(u64 npages)
{
    struct pages *p = pool_get(&pages_records);

    if (p)
        pages_init(p, npages);
    return p;
}

void pages_get(struct pages *p)
{
    p->refs++;
}

void pages_drop(struct pages *p)
{
    if (--p->refs)
        return;
    pages_clear(p);
    pool_put(&pages_records, p);
}

i64 space_init(struct space *s, void (*changed)(struct table *t, u64 address, u64 old))
{
    memset(s, 0, sizeof(*s));
    return table_init(&s->table, changed);
}

static void region_free(struct space_region *r)
{
    if (r->pages)
        pages_drop(r->pages);
    pool_put(&region_records, r);
}

void space_destroy(struct space *s)
{
    while (s->regions) {
        struct space_region *r = s->regions;

        s->regions = r->next;
        region_free(r);
    }
    table_destroy(&s->table);
    s->resident = 0;
}

static struct space_region *region_new(const struct space_region *what, u64 start, u64 end)
{
    struct space_region *r = pool_get(&region_records);

    if (!r)
        return NULL;
    *r = *what;
    r->start = start;
    r->end = end;
    r->next = NULL;
    if (r->pages)
        pages_get(r->pages);
    return r;
}

static bool valid_range(u64 address, u64 len)
{
    return !(address & PAGE_MASK) && !(len & PAGE_MASK) && len && len <= USER_END &&
           address <= USER_END - len && address >= PAGE_SIZE;
}

const struct space_region *space_find(const struct space *s, u64 address)
{
    const struct space_region *r = s->regions;

    while (r && r->end <= address)
        r = r->next;
    return r && r->start <= address ? r : NULL;
}

/* Where a region that starts at or after an address is linked in. */
static struct space_region **link_at(struct space *s, u64 address)
{
    struct space_region **at = &s->regions;

    while (*at && (*at)->end <= address)
        at = &(*at)->next;
    return at;
}

static i64 split(struct space *s, u64 at)
{
    struct space_region *r = *link_at(s, at), *upper;

    if (!r || r->start >= at)
        return 0;
    upper = region_new(r, at, r->end);
    if (!upper)
        return -ENOMEM;
    upper->first += (at - r->start) / PAGE_SIZE;
    upper->next = r->next;
    r->next = upper;
    r->end = at;
    return 0;
}

static void drop_entries(struct space *s, u64 start, u64 end)
{
    for (u64 at = table_next(&s->table, start, end); at < end;
         at = table_next(&s->table, at + PAGE_SIZE, end)) {
        table_set(&s->table, at, 0);
        s->resident--;
    }
}

/* Borders lie at both ends already: whole regions go. */
static void remove_range(struct space *s, u64 start, u64 end)
{
    struct space_region **at = link_at(s, start);

    while (*at && (*at)->start < end) {
        struct space_region *r = *at;

        drop_entries(s, r->start, r->end);
        *at = r->next;
        region_free(r);
    }
}

i64 space_map(struct space *s, u64 address, u64 len, const struct space_region *what)
{
    struct space_region *r, **at;

    if (!valid_range(address, len) || ((what->prot & SPACE_WRITE) && (what->prot & SPACE_EXEC)))
        return -EINVAL;
    r = region_new(what, address, address + len);
    if (!r)
        return -ENOMEM;
    if (split(s, address) || split(s, address + len)) {
        region_free(r);
        return -ENOMEM;
    }
    remove_range(s, address, address + len);
    at = link_at(s, address);
    r->next = *at;
    *at = r;
    return 0;
}

i64 space_unmap(struct space *s, u64 address, u64 len)
{
    if (!valid_range(address, len))
        return -EINVAL;
    if (split(s, address) || split(s, address + len))
        return -ENOMEM;
    remove_range(s, address, address + len);
    return 0;
}

/* Entries */

static u64 device_bits(const struct pages *p)
{
    return ENTRY_DEVICE | (p->cache == CACHE_UC ? ENTRY_PCD : p->cache == CACHE_WC ? ENTRY_PWT : 0);
}

/* The bits of an entry in a region; only a write access or sole ownership makes it writable. */
static u64 entry_bits(const struct space_region *r, bool writable)
{
    u64 e = ENTRY_PRESENT | ENTRY_USER;

    if (writable && (r->prot & SPACE_WRITE))
        e |= ENTRY_WRITE;
    if (!(r->prot & SPACE_EXEC))
        e |= ENTRY_NX;
    if (r->pages && r->pages->device)
        e |= device_bits(r->pages);
    return e;
}

static i64 protect_region(struct space *s, struct space_region *r, u32 prot)
{
    r->prot = prot;
    for (u64 at = table_next(&s->table, r->start, r->end); at < r->end;
         at = table_next(&s->table, at + PAGE_SIZE, r->end)) {
        u64 old = table_get(&s->table, at), e;

        if (!(prot & (SPACE_READ | SPACE_WRITE | SPACE_EXEC))) {
            /* private contents must survive: the frame is kept, out of the user's reach */
            e = (old & ~(ENTRY_USER | ENTRY_WRITE)) | ENTRY_NX;
        } else {
            e = (old & (ENTRY_FRAME_MASK | ENTRY_DEVICE)) | entry_bits(r, r->shared);
        }
        if (e == (old & ~ENTRY_USED))
            continue;
        if (!(old & ENTRY_DEVICE))
            frame_get(entry_frame(old));
        table_set(&s->table, at, e);
    }
    return 0;
}

i64 space_protect(struct space *s, u64 address, u64 len, u32 prot)
{
    if (!valid_range(address, len) || ((prot & SPACE_WRITE) && (prot & SPACE_EXEC)))
        return -EINVAL;
    if (split(s, address) || split(s, address + len))
        return -ENOMEM;
    for (struct space_region *r = *link_at(s, address); r && r->start < address + len; r = r->next)
        protect_region(s, r, prot);
    return 0;
}

/* Fork */

/* A private page goes to both, read-only. */
static i64 share_entry(struct space *s, struct space *child, u64 at)
{
    u64 e = table_get(&s->table, at);
    u64 read_only = e & ~ENTRY_WRITE;
    bool counted = !(e & ENTRY_DEVICE);
    i64 err;

    if (counted)
        frame_get(entry_frame(e));
    err = table_set(&child->table, at, read_only);
    if (err) {
        if (counted)
            frame_put(entry_frame(e));
        return err;
    }
    child->resident++;
    if (read_only == e)
        return 0;
    if (counted)
        frame_get(entry_frame(e));
    return table_set(&s->table, at, read_only);
}

static i64 fork_region(struct space *s, const struct space_region *r, struct space *child)
{
    i64 err = space_map(child, r->start, r->end - r->start, r);

    /* shared pages are found in their object at the child's first touch */
    if (err || r->shared)
        return err;
    for (u64 at = table_next(&s->table, r->start, r->end); at < r->end;
         at = table_next(&s->table, at + PAGE_SIZE, r->end))
        if ((err = share_entry(s, child, at)))
            return err;
    return 0;
}

i64 space_fork(struct space *s, struct space *child)
{
    for (const struct space_region *r = s->regions; r; r = r->next) {
        i64 err = r->own ? 0 : fork_region(s, r, child);

        if (err)
            return err;
    }
    return 0;
}

/* Faults */

static i64 set_page(struct space *s, u64 page, u64 entry)
{
    bool was = table_get(&s->table, page) & ENTRY_PRESENT;
    i64 err = table_set(&s->table, page, entry);

    if (!err && !was)
        s->resident++;
    return err;
}

/* A new frame for a page, a copy of `from` unless that is FRAME_NONE. What was promised to others
 * is not taken. */
static i64 own_page(struct space *s, const struct space_region *r, u64 page, u32 from)
{
    u32 f;
    i64 err;

    if (!r->charged && !frames_spare(1))
        return -ENOMEM;
    f = from ? frames_take(0) : frame_take_zeroed();
    if (!f)
        return -ENOMEM;
    if (r->charged)
        frame_charge(f);
    if (from)
        memcpy(frame_bytes(f), frame_bytes(from), PAGE_SIZE);
    err = set_page(s, page, (u64)f * PAGE_SIZE | entry_bits(r, true));
    if (err)
        frame_put(f);
    return err;
}

static i64 object_page(struct space *s, const struct space_region *r, u64 page,
                       enum space_access access)
{
    u64 index = r->first + (page - r->start) / PAGE_SIZE;
    struct pages *p = r->pages;
    u32 f;
    i64 err;

    if (index >= p->npages)
        return -ENXIO;
    if (p->device)
        return set_page(s, page, (p->device + index * PAGE_SIZE) | entry_bits(r, true));
    f = pages_frame(p, index);
    if (!f)
        return -ENOMEM;
    if (!r->shared && access == ACCESS_WRITE)
        return own_page(s, r, page, f);
    frame_get(f);
    err = set_page(s, page, (u64)f * PAGE_SIZE | entry_bits(r, r->shared));
    if (err)
        frame_put(f);
    return err;
}

/* The page is there, but the entry does not allow the access that the region does. */
static i64 present_page(struct space *s, const struct space_region *r, u64 page, u64 e,
                        enum space_access access)
{
    u64 better;

    if (access == ACCESS_WRITE && !r->shared && frame_refs(entry_frame(e)) > 1)
        return own_page(s, r, page, entry_frame(e));
    better = (e & ENTRY_FRAME_MASK) |
             entry_bits(r, r->shared || access == ACCESS_WRITE || (e & ENTRY_WRITE));
    if (better == (e & ~ENTRY_USED))
        return 0; /* another processor was first */
    if (!(e & ENTRY_DEVICE))
        frame_get(entry_frame(e));
    return table_set(&s->table, page, better);
}

static bool allowed(const struct space_region *r, enum space_access access)
{
    u32 any = SPACE_READ | SPACE_WRITE | SPACE_EXEC;

    return r->prot & (access == ACCESS_WRITE  ? SPACE_WRITE
                      : access == ACCESS_EXEC ? SPACE_EXEC
                                              : any);
}

i64 space_fault(struct space *s, u64 address, enum space_access access)
{
    const struct space_region *r = space_find(s, address);
    u64 page = address & ~(u64)PAGE_MASK, e;

    if (!r || !allowed(r, access))
        return -EFAULT;
    e = table_get(&s->table, page);
    if (e & ENTRY_PRESENT)
        return present_page(s, r, page, e, access);
    return r->pages ? object_page(s, r, page, access) : own_page(s, r, page, FRAME_NONE);
}

/* Access from the kernel */

i64 space_physical(struct space *s, u64 address, enum space_access access, u64 *physical)
{
    u64 need = ENTRY_PRESENT | ENTRY_USER | (access == ACCESS_WRITE ? ENTRY_WRITE : 0);
    u64 e = table_get(&s->table, address);

    if ((e & need) != need) {
        i64 err = space_fault(s, address, access);

        if (err)
            return err;
        e = table_get(&s->table, address);
    }
    *physical = (e & ENTRY_FRAME_MASK) + (address & PAGE_MASK);
    return e & ENTRY_DEVICE ? -EFAULT : 0;
}

static i64 copy(struct space *s, u8 *kernel, u64 address, u64 len, bool out)
{
    while (len) {
        u64 n = PAGE_SIZE - (address & PAGE_MASK), physical;
        i64 err = address >= USER_END
                      ? -EFAULT
                      : space_physical(s, address, out ? ACCESS_WRITE : ACCESS_READ, &physical);
        u8 *bytes;

        if (err)
            return err;
        bytes = (u8 *)frame_bytes((u32)(physical / PAGE_SIZE)) + (physical & PAGE_MASK);
        n = n < len ? n : len;
        if (out)
            memcpy(bytes, kernel, n);
        else
            memcpy(kernel, bytes, n);
        kernel += n;
        address += n;
        len -= n;
    }
    return 0;
}

i64 space_write(struct space *s, u64 address, const void *from, u64 len)
{
    return copy(s, (u8 *)(uintptr_t)from, address, len, true);
}

i64 space_read(struct space *s, void *to, u64 address, u64 len)
{
    return copy(s, to, address, len, false);
}

u32 space_walk_stack(struct space *s, u64 bp, u64 sp, u64 *frames, u32 max)
{
    u64 frame[2];
    u32 n = 0;

    while (n < max && bp % 8 == 0 && bp >= sp && !space_read(s, frame, bp, sizeof(frame)) &&
           frame[1]) {
        frames[n++] = frame[1];
        if (frame[0] <= bp)
            break;
        bp = frame[0];
    }
    return n;
}

/* Tests */

static bool entry_right(const struct space_region *r, u64 e)
{
    if ((e & ENTRY_WRITE) && (!(r->prot & SPACE_WRITE) || !(e & ENTRY_NX)))
        return false;
    if (!(e & ENTRY_NX) && !(r->prot & SPACE_EXEC))
        return false;
    return (e & ENTRY_DEVICE) || frame_used(entry_frame(e));
}

bool space_consistent(const struct space *s)
{
    u64 at = 0, n = 0;

    for (const struct space_region *r = s->regions; r; r = r->next)
        if (r->start >= r->end || (r->next && r->next->start < r->end))
            return false;
    for (at = table_next(&s->table, 0, USER_END); at < USER_END;
         at = table_next(&s->table, at + PAGE_SIZE, USER_END)) {
        const struct space_region *r = space_find(s, at);

        if (!r || !entry_right(r, table_get(&s->table, at)))
            return false;
        n++;
    }
    return n == s->resident;
}
