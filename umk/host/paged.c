/* Spaces of bodies with emulated paging; see paged.h. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "umk/host/paged.h"
#include "umk/host/ram.h"
#include "umk/paging/frames.h"

/* A list of records that grows; a kernel without memory for its own lists ends. */
static void *grown(void *list, u32 n, u32 *room, size_t record)
{
    if (n < *room)
        return list;
    *room = *room ? *room * 2 : 32;
    list = realloc(list, *room * record);
    if (!list) {
        complain("no memory for the kernel itself");
        kernel_exit(2);
    }
    return list;
}

/* What is mapped no more */

/* A drop may go on over what was never touched of one region, but not over what is no region. */
static bool goes_on(const struct paged *p, const struct drop *d, u64 address)
{
    if (address < d->end)
        return address >= d->start;
    return address == d->end || space_find(&p->space, d->end - 1) == space_find(&p->space, address);
}

static void drop_page(struct paged *p, u64 address)
{
    struct drop *last = p->nwaiting ? &p->waiting[p->nwaiting - 1] : NULL;

    if (last && goes_on(p, last, address)) {
        if (address >= last->end)
            last->end = address + PAGE_SIZE;
        return;
    }
    p->waiting = grown(p->waiting, p->nwaiting, &p->waiting_room, sizeof p->waiting[0]);
    p->waiting[p->nwaiting++] = (struct drop){address, address + PAGE_SIZE};
}

static void changed(struct table *t, u64 address, u64 old)
{
    struct paged *p = CONTAINER(CONTAINER(t, struct space, table), struct paged, space);

    drop_page(p, address);
    frame_get(entry_frame(old));
    p->held = grown(p->held, p->nheld, &p->held_room, sizeof p->held[0]);
    p->held[p->nheld++] = (struct held_frame){entry_frame(old), p->tail + p->nwaiting};
}

/* What the process says it has done, which is never more than there was. */
static u32 done_of(const struct paged *p)
{
    u32 done = __atomic_load_n(&p->page->done, __ATOMIC_ACQUIRE);

    return (i32)(done - p->tail) > 0 ? p->tail : done;
}

static void publish(struct paged *p)
{
    struct paging_page *page = p->page;
    u32 done = done_of(p), n = 0;
    bool waits = page->more;

    while (n < p->nwaiting && p->tail - done < DROPS_MAX)
        page->drops[p->tail++ % DROPS_MAX] = p->waiting[n++];
    if (!n)
        return;
    p->nwaiting -= n;
    memmove(p->waiting, p->waiting + n, p->nwaiting * sizeof p->waiting[0]);
    /* pairs: the process reads tail, the drops, more, and tail again */
    __atomic_store_n(&page->more, p->nwaiting > 0, __ATOMIC_RELEASE);
    __atomic_store_n(&page->tail, p->tail, __ATOMIC_SEQ_CST);
    if (waits)
        syscall(SYS_futex, &page->tail, FUTEX_WAKE, INT32_MAX, NULL, NULL, 0);
}

void paged_settle(struct paged *p)
{
    u32 n = 0;

    if (!p->page)
        return;
    publish(p);
    u32 done = done_of(p);
    while (n < p->nheld && (i32)(done - p->held[n].drop) >= 0)
        frame_put(p->held[n++].frame);
    p->nheld -= n;
    memmove(p->held, p->held + n, p->nheld * sizeof p->held[0]);
}

/* Life */

i64 paged_new(struct host_body *h, struct paging_page *page, struct paged **out)
{
    struct paged *p = calloc(1, sizeof *p);

    if (!p)
        return -ENOMEM;
    if (space_init(&p->space, changed)) {
        free(p);
        return -ENOMEM;
    }
    p->h = h;
    p->page = page;
    *out = p;
    return 0;
}

void paged_free(struct paged *p)
{
    space_destroy(&p->space);
    for (u32 i = 0; i < p->nheld; i++)
        frame_put(p->held[i].frame);
    free(p->held);
    free(p->waiting);
    free(p);
}

static i64 map_zeros(struct paged *p, u64 address, u64 len, u32 prot)
{
    struct space_region r = {.prot = prot};

    return space_map(&p->space, address, len, &r);
}

i64 paged_start(struct paged *p, const struct exec_image *x, const void *block, u64 len)
{
    const u64 whole = (len + PAGE_MASK) & ~(u64)PAGE_MASK;
    i64 err = map_zeros(p, PAGED_STACK_TOP - PAGED_STACK_SIZE, PAGED_STACK_SIZE,
                        SPACE_READ | SPACE_WRITE);

    if (!err && len)
        err = map_zeros(p, PAGED_BLOCK_BASE, whole, SPACE_READ | SPACE_WRITE);
    if (!err && len)
        err = space_write(&p->space, PAGED_BLOCK_BASE, block, len);
    p->adoptable = x->slack;
    return err;
}

i64 paged_fork(struct paged *parent, struct paged *child)
{
    i64 err = space_fork(&parent->space, &child->space);

    child->adoptable = parent->adoptable;
    child->h->b->page->upcall_nudge = parent->h->b->page->upcall_nudge;
    child->h->b->page->upcall_fault = parent->h->b->page->upcall_fault;
    paged_settle(parent);
    return err;
}

/* Mappings */

/* A body outside maps the pages itself, piece by piece. */
static i64 give_pieces(struct host_body *h, const struct pages *pages, struct ctl_message *m)
{
    const u64 end = m->addr + m->len, first = m->offset / PAGE_SIZE;
    int fd = ram_fd();
    i64 err = 0;

    for (u64 i = 0, at = m->addr; at < end && !err; at = m->addr + m->len) {
        u32 frame;
        u64 n = ram_run(pages, first + i, &frame) * PAGE_SIZE;

        m->addr = at;
        m->len = n < end - at ? n : end - at;
        m->offset = (u64)frame * PAGE_SIZE;
        err = control_room(h) ? control_send(h, m, &fd, 1) : -ENOMEM;
        i += m->len / PAGE_SIZE;
    }
    return err;
}

i64 paged_map(struct body *b, struct object *o, u64 addr, u64 offset, u64 len, u32 prot,
              bool shared)
{
    struct host_body *h = host_body(b);
    struct paged *p = h->paged;
    struct pages *pages = ((struct host_object *)o->m)->pages;
    struct space_region r = {.prot = prot,
                             .shared = shared,
                             .own = o->is_portal,
                             .pages = pages,
                             .first = offset / PAGE_SIZE};
    i64 err = space_map(&p->space, addr, len, &r);

    paged_settle(p);
    if (err || p->page)
        return err;
    struct ctl_message m = {.kind = CTL_MAP,
                            .addr = addr,
                            .len = len,
                            .offset = offset,
                            .prot = share_prot(prot),
                            .shared = shared};
    err = offset / PAGE_SIZE + len / PAGE_SIZE > pages->npages
              ? -ENOMEM
              : ram_fill(pages, offset / PAGE_SIZE, len / PAGE_SIZE);
    return err ? err : give_pieces(h, pages, &m);
}

i64 paged_channel_end(struct host_body *h, struct object *o, struct ctl_message *m)
{
    struct paged *p = h->paged;
    struct pages *pages = ((struct host_object *)o->m)->pages;
    struct space_region r = {
        .prot = SPACE_READ | SPACE_WRITE, .shared = true, .own = true, .pages = pages};
    u32 frame;
    i64 err = space_map(&p->space, m->addr, o->size, &r);

    paged_settle(p);
    m->len = 0;
    if (err || p->page)
        return err;
    if (ram_fill(pages, 0, pages->npages) || ram_run(pages, 0, &frame) != pages->npages)
        return -ENOMEM;
    m->len = o->size;
    m->offset = (u64)frame * PAGE_SIZE;
    return 0;
}

i64 paged_map_anon(struct body *b, u64 addr, u64 len, u32 prot)
{
    struct paged *p = host_body(b)->paged;

    if (!p->page)
        return 0; /* its gate does it */
    i64 err = map_zeros(p, addr, len, prot);
    paged_settle(p);
    return err;
}

i64 paged_protect(struct body *b, u64 addr, u64 len, u32 prot)
{
    struct paged *p = host_body(b)->paged;

    if (!p->page)
        return 0;
    i64 err = space_protect(&p->space, addr, (len + PAGE_MASK) & ~(u64)PAGE_MASK, prot);
    paged_settle(p);
    return err;
}

i64 paged_unmap(struct body *b, u64 addr, u64 len)
{
    struct paged *p = host_body(b)->paged;
    i64 err = space_unmap(&p->space, addr, (len + PAGE_MASK) & ~(u64)PAGE_MASK);

    paged_settle(p);
    return err;
}
