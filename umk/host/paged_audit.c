/*
 * The account of RAM: every reference to every frame is found again, in a walk over all that may
 * hold one, and compared with the count that umk/paging keeps.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "umk/host/paged.h"
#include "umk/host/ram.h"
#include "umk/paging/frames.h"

struct found {
    struct pages **pages; /* each holder's, so that one may be there several times */
    u32 npages, room;
    u32 *refs; /* of each frame, but for the held ones */
    u32 *held; /* those */
};

static void find_pages(struct found *f, struct pages *p)
{
    if (!p)
        return;
    if (f->npages == f->room) {
        f->room = f->room ? 2 * f->room : 256;
        f->pages = realloc(f->pages, f->room * sizeof(struct pages *));
        if (!f->pages)
            abort();
    }
    f->pages[f->npages++] = p;
}

static void count_frame(u32 frame, void *arg)
{
    u32 *refs = arg;

    refs[frame]++;
}

static void find_in_space(struct found *f, const struct paged *p)
{
    const struct space *s = &p->space;

    for (const struct space_region *r = s->regions; r; r = r->next) {
        find_pages(f, r->pages);
        for (u64 at = table_next(&s->table, r->start, r->end); at < r->end;
             at = table_next(&s->table, at + PAGE_SIZE, r->end)) {
            f->refs[entry_frame(table_get(&s->table, at))]++;
        }
    }
    table_each(&s->table, count_frame, f->refs);
    for (u32 i = 0; i < p->nheld; i++)
        f->held[p->held[i].frame]++;
}

/* A private page that can be written is nobody else's. */
static bool alone(const struct found *f, const struct space *s)
{
    for (const struct space_region *r = s->regions; r; r = r->next)
        for (u64 at = table_next(&s->table, r->start, r->end); !r->shared && at < r->end;
             at = table_next(&s->table, at + PAGE_SIZE, r->end)) {
            u64 e = table_get(&s->table, at);

            if ((e & ENTRY_WRITE) && f->refs[entry_frame(e)] != 1) {
                log_report("account of RAM: the private page at %#llx is shared, and writable",
                           (unsigned long long)at);
                return false;
            }
        }
    return true;
}

static int by_address(const void *a, const void *b)
{
    const struct pages *const *pa = a, *const *pb = b;

    return *pa < *pb ? -1 : *pa > *pb;
}

/* Objects' pages, each once, whose own count must be that of their holders. */
static bool count_pages(struct found *f)
{
    bool right = true;

    if (f->npages)
        qsort(f->pages, f->npages, sizeof f->pages[0], by_address);
    for (u32 i = 0, n; i < f->npages; i += n) {
        for (n = 1; i + n < f->npages && f->pages[i + n] == f->pages[i]; n++)
            ;
        pages_each(f->pages[i], count_frame, f->refs);
        if (f->pages[i]->refs != n) {
            log_report("account of RAM: an object of %llu pages has %u references, %u are found",
                       (unsigned long long)f->pages[i]->npages, f->pages[i]->refs, n);
            right = false;
        }
    }
    return right;
}

static bool compare(const struct found *f)
{
    u32 wrong = 0;

    for (u32 i = 0; i < frames_total(); i++)
        if (frame_refs(i) != f->refs[i] + f->held[i] && wrong++ < 5)
            log_report("account of RAM: frame %u has %u references, %u are found", i, frame_refs(i),
                       f->refs[i] + f->held[i]);
    return wrong == 0;
}

static bool audit(struct found *f)
{
    bool right = frames_consistent();

    if (!right)
        log_report("account of RAM: free frames are not those that are listed as free");
    for (const struct host_object *o = object_first(); o; o = o->next)
        find_pages(f, o->pages);
    for (struct host_body *h = body_first(); h; h = h->next) {
        if (!h->paged)
            continue;
        paged_settle(h->paged);
        find_in_space(f, h->paged);
        if (!space_consistent(&h->paged->space)) {
            log_report("account of RAM: tables and regions of %s disagree", h->name);
            right = false;
        }
    }
    right &= count_pages(f);
    right &= compare(f);
    for (struct host_body *h = body_first(); h; h = h->next)
        right &= !h->paged || alone(f, &h->paged->space);
    return right;
}

bool paged_audit(void)
{
    struct found f = {.refs = calloc((size_t)frames_total() + 1, sizeof(u32)),
                      .held = calloc((size_t)frames_total() + 1, sizeof(u32))};
    bool right = f.refs && f.held && audit(&f);

    free(f.pages);
    free(f.refs);
    free(f.held);
    return right;
}
