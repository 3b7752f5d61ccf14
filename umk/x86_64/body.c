/* Bodies; see body.h. */
#include "umk/x86_64/body.h"
#include "umk/abi/channel.h"
#include "umk/abi/metal.h"
#include "umk/abi/program.h"
#include "umk/core/core.h"
#include "umk/paging/frames.h"
#include "umk/x86_64/clock.h"
#include "umk/x86_64/elf.h"
#include "umk/x86_64/kmap.h"
#include "umk/x86_64/object.h"
#include "umk/x86_64/smp.h"

#define STACK_TOP 0x7FFFFF000000ull
#define STACK_SIZE 0x800000ull
#define PROCESS_PART (PAGE_SIZE + PORTAL_SIZE)
#define BODY_FRAMES 64u /* what a small program touches without having been promised it */

struct body_event {
    struct body_event *next;
    struct metal_body *body;
    bool died;
    u32 signal;
};

static struct pool bodies = POOL_INIT(metal_body, PID_MAX);
static struct pool events = POOL_INIT(body_event, 4 * PID_MAX);
struct body_event *body_first_event;
static struct body_event **last_event = &body_first_event;
static struct pages *clock_pages;
static struct kernel_page *clock_page;
static u32 next_id;

/* What happened, for the core to hear between effects */

static void later(struct metal_body *m, bool died, u32 signal)
{
    struct body_event *e = pool_get(&events);

    core_assert(e); /* at most two a body */
    *e = (struct body_event){NULL, m, died, signal};
    *last_event = e;
    last_event = &e->next;
}

void body_tell_event(void)
{
    struct body_event *e = body_first_event, copy = *e;

    body_first_event = e->next;
    if (!body_first_event)
        last_event = &body_first_event;
    pool_put(&events, e);
    if (copy.died)
        core_body_died(copy.body->b, copy.signal, 0);
    else
        core_body_started(copy.body->b, 0);
}

/* Parts shared by kernel and process */

static u32 frame_of(const void *pages, u64 i)
{
    return pages_frame((struct pages *)(uintptr_t)pages, i);
}

static void part_drop(struct shared_part *s)
{
    if (!s->pages)
        return;
    if (s->alias)
        vunmap(s->alias, s->pages->npages);
    pages_drop(s->pages);
    *s = (struct shared_part){NULL, NULL};
}

/* Makes a part and maps it for both. */
static i64 part_make(struct metal_body *m, struct shared_part *s, u64 address, u64 size)
{
    struct space_region r = {.prot = SPACE_READ | SPACE_WRITE, .shared = true, .own = true};
    i64 err = -ENOMEM;

    s->pages = frames_spare((u32)(size / PAGE_SIZE)) ? pages_new(size / PAGE_SIZE) : NULL;
    if (!s->pages)
        return -ENOMEM;
    s->alias = vmap(s->pages->npages, frame_of, s->pages);
    r.pages = s->pages;
    if (s->alias)
        err = space_map(&m->space, address, size, &r);
    if (err)
        part_drop(s);
    return err;
}

static i64 map_kernel_page(struct metal_body *m)
{
    struct space_region r = {.prot = SPACE_READ, .shared = true, .own = true, .pages = clock_pages};

    return space_map(&m->space, KERNEL_PAGE_BASE, PAGE_SIZE, &r);
}

/* Address space with what every process has, and the core's part of the record. A program that
 * could be ended at its first steps for want of memory is not begun. */
static struct metal_body *make(struct body *b, const char *name)
{
    struct metal_body *m = frames_spare(BODY_FRAMES) ? pool_get(&bodies) : NULL;

    if (!m)
        return NULL;
    m->b = b;
    b->m = m;
    for (u32 i = 0; i < sizeof(m->name) - 1 && name[i]; i++)
        m->name[i] = name[i];
    if (space_init(&m->space, space_changed) || map_kernel_page(m) ||
        part_make(m, &m->process, PROCESS_BASE, PROCESS_PART)) {
        body_release(b);
        return NULL;
    }
    kmap_share(m->space.table.root);
    b->page = m->process.alias;
    b->portal[0] = (struct portal *)((u8 *)m->process.alias + PAGE_SIZE);
    b->portal_addr[0] = PROCESS_BASE + PAGE_SIZE;
    b->id = ++next_id;
    b->page->kernel_need_ring = 1;
    return m;
}

static i64 map_zeros(struct metal_body *m, u64 address, u64 len, u32 prot)
{
    struct space_region r = {.prot = prot};

    return space_map(&m->space, address, len, &r);
}

static i64 put_block(struct metal_body *m, const struct body_image *image)
{
    u64 at = PROCESS_BASE + PROCESS_PART;
    i64 err = map_zeros(m, at, page_up(image->block_len), SPACE_READ | SPACE_WRITE);

    return err ? err : space_write(&m->space, at, image->block, image->block_len);
}

/* The first words of the stack, as a program expects them: see abi/metal.h. Result: the stack
 * pointer, or an error. */
static i64 put_stack(struct metal_body *m, const struct elf_program *p, u64 block_len)
{
    const u64 words[] = {
        0, /* argc */
        0, /* end of arguments */
        0, /* end of environment */
        3,
        p->phdr,
        4,
        p->phent,
        5,
        p->phnum,
        6,
        PAGE_SIZE,
        9,
        p->entry,
        AT_UMK_PROCESS,
        PROCESS_BASE,
        AT_UMK_BLOCK,
        block_len,
        0,
        0,
    };
    u64 sp = (STACK_TOP - sizeof(words)) & ~15ull;
    i64 err = map_zeros(m, STACK_TOP - STACK_SIZE, STACK_SIZE, SPACE_READ | SPACE_WRITE);

    if (!err)
        err = space_write(&m->space, sp, words, sizeof(words));
    return err ? err : (i64)sp;
}

i64 body_start(struct body *b, const struct body_image *image)
{
    struct metal_body *m = make(b, image->name);
    struct elf_program program;
    i64 r;

    if (!m)
        return -ENOMEM;
    r = elf_load(&m->space, image, &program);
    if (!r && image->block_len)
        r = put_block(m, image);
    if (!r)
        r = put_stack(m, &program, image->block_len);
    if (r >= 0 && !thread_new(m, 0, program.entry, (u64)r))
        r = -ENOMEM;
    if (r < 0)
        return r; /* the core releases what there is */
    later(m, false, 0);
    return 0;
}

static struct thread *thread_of(const struct metal_body *m, u32 portal)
{
    struct thread *t = m->threads;

    while (t && t->portal != portal)
        t = t->next;
    return t;
}

i64 body_fork(struct body *parent, u32 parent_portal, struct body *child)
{
    struct metal_body *from = parent->m, *m = make(child, from->name);
    struct thread *caller = thread_of(from, parent_portal), *t;

    smp_hold_root(from->space.table.root);
    if (!m || !caller || space_fork(&from->space, &m->space) || !(t = thread_copy(m, caller)))
        return -ENOMEM;
    t->regs.rax = METAL_PROCESS_CHILD;
    child->page->upcall_nudge = parent->page->upcall_nudge;
    child->page->upcall_fault = parent->page->upcall_fault;
    later(m, false, 0);
    return 0;
}

i64 body_portal_add(struct body *b, u32 n, const struct thread_begin *begin)
{
    struct metal_body *m = b->m;
    struct thread *t;
    i64 err = part_make(m, &m->portal[n], b->portal_addr[n], PORTAL_SIZE);

    if (err)
        return err;
    b->portal[n] = m->portal[n].alias;
    if (!begin)
        return 0;
    if (begin->ip >= USER_END || !(t = thread_new(m, n, begin->ip, begin->sp))) {
        body_portal_remove(b, n);
        return begin->ip >= USER_END ? -EINVAL : -ENOMEM;
    }
    t->regs.rdi = n;
    t->regs.rsi = b->portal_addr[n];
    err = begin->tid ? space_write(&m->space, begin->tid, &n, sizeof(n)) : 0;
    if (err)
        body_portal_remove(b, n);
    return err;
}

void body_portal_remove(struct body *b, u32 n)
{
    struct metal_body *m = b->m;
    struct thread *t = thread_of(m, n);

    if (t)
        thread_free(t);
    b->portal[n] = NULL;
    space_unmap(&m->space, b->portal_addr[n], PORTAL_SIZE);
    part_drop(&m->portal[n]);
    b->portal_addr[n] = 0;
}

/* The end */

static void end(struct metal_body *m, u32 signal)
{
    if (m->has_died)
        return;
    m->has_died = true;
    for (struct thread *t = m->threads; t; t = t->next)
        thread_take(t);
    later(m, true, signal);
}

void body_kill(struct body *b)
{
    if (b->m)
        end(b->m, RX_SIGKILL);
}

void body_fail(struct metal_body *m, u32 signal)
{
    end(m, signal);
}

static void forget_events(const struct metal_body *m)
{
    for (struct body_event **at = &body_first_event; *at;) {
        struct body_event *e = *at;

        if (e->body != m) {
            at = &e->next;
            continue;
        }
        *at = e->next;
        pool_put(&events, e);
    }
    last_event = &body_first_event;
    while (*last_event)
        last_event = &(*last_event)->next;
}

void body_release(struct body *b)
{
    struct metal_body *m = b->m;

    if (!m)
        return;
    forget_events(m);
    while (m->threads)
        thread_free(m->threads);
    for (u32 i = 0; i < PORTALS_MAX; i++)
        part_drop(&m->portal[i]);
    if (m->space.table.root) {
        smp_leave_root(m->space.table.root);
        space_destroy(&m->space);
    }
    part_drop(&m->process);
    memset(b->portal, 0, sizeof(b->portal));
    b->page = NULL;
    b->m = NULL;
    pool_put(&bodies, m);
}

/* Small effects */

i64 body_limit(struct body *b, u64 bytes)
{
    (void)b;
    (void)bytes; /* pages come from regions, which the core has charged */
    return 0;
}

void body_stop(struct body *b, bool stopped)
{
    struct metal_body *m = b->m;

    for (struct thread *t = m->threads; stopped && t; t = t->next)
        thread_take(t);
}

u64 body_cpu(struct body *b)
{
    const struct metal_body *m = b->m;
    u64 ticks = m ? m->cpu_ticks : 0, now = rdtsc();

    for (const struct thread *t = m ? m->threads : NULL; t; t = t->next)
        if (t->state == THREAD_RUNNING)
            ticks += now - t->since;
    return clock_ns(ticks);
}

u64 body_thread_cpu(struct body *b, u32 portal)
{
    const struct thread *t = thread_of(b->m, portal);
    u64 now = rdtsc();

    if (!t)
        return 0;
    return clock_ns(t->cpu_ticks + (t->state == THREAD_RUNNING ? now - t->since : 0));
}

void body_nudge(struct body *b, u32 portal)
{
    struct thread *t = thread_of(b->m, portal);

    if (t)
        thread_nudge(t);
}

void body_resume(struct body *b, u32 n)
{
    struct thread *t = thread_of(b->m, n);

    if (t && !((struct metal_body *)b->m)->has_died)
        thread_give(t);
}

void body_preempt(struct body *b, u32 n)
{
    struct thread *t = thread_of(b->m, n);

    if (t)
        thread_take(t);
}

bool body_has_come_in(const struct body *b, u32 n)
{
    const struct thread *t = thread_of(b->m, n);

    return !t || t->in_call;
}

void body_reply(struct body *b, u32 n)
{
    /* pairs: the thread's acquire load of state, after which it reads the answer */
    __atomic_exchange_n(&b->portal[n]->state, WAIT_DONE, __ATOMIC_RELEASE);
    body_resume(b, n);
}

/* Mappings */

/* Before pages of the body change. A single one is not worth it. */
static struct space *space_to_change(const struct body *b, u64 len)
{
    struct metal_body *m = b->m;

    if (len > PAGE_SIZE)
        smp_hold_root(m->space.table.root);
    return &m->space;
}

i64 body_map(struct body *b, struct object *o, u64 addr, u64 offset, u64 len, u32 prot, bool shared)
{
    struct space_region r = {.prot = prot,
                             .shared = shared,
                             .own = o->is_portal,
                             .charged = true,
                             .pages = object_pages(o),
                             .first = offset / PAGE_SIZE};

    return space_map(space_to_change(b, len), addr, len, &r);
}

i64 body_map_anon(struct body *b, u64 addr, u64 len, u32 prot)
{
    struct space_region r = {.prot = prot, .charged = true};

    return space_map(space_to_change(b, len), addr, len, &r);
}

i64 body_protect(struct body *b, u64 addr, u64 len, u32 prot)
{
    return space_protect(space_to_change(b, len), addr, page_up(len), prot);
}

i64 body_unmap(struct body *b, u64 addr, u64 len)
{
    return space_unmap(space_to_change(b, len), addr, page_up(len));
}

i64 body_channel(struct body *client, u32 client_number, u64 client_addr, struct body *server,
                 u32 server_number, u64 server_addr, struct object *o)
{
    const u32 prot = MAPPROT_READ | MAPPROT_WRITE;
    i64 err = body_map(server, o, server_addr, 0, o->size, prot, true);

    (void)client_number;
    (void)server_number;
    if (err)
        return err;
    err = body_map(client, o, client_addr, 0, o->size, prot, true);
    if (err)
        body_channel_drop(server, server_addr);
    return err;
}

/* Nothing is cut in two: the region is the whole channel. */
void body_channel_drop(struct body *server, u64 server_addr)
{
    body_unmap(server, server_addr, CHANNEL_SIZE);
}

i64 body_translate(struct body *b, u64 address, u64 *physical)
{
    struct metal_body *m = b->m;

    return address < USER_END && !space_physical(&m->space, address, ACCESS_READ, physical)
               ? 0
               : -ENOENT;
}

struct kernel_page *body_kernel_page(void)
{
    return clock_page;
}

i64 body_init(void)
{
    clock_pages = pages_new(1);
    if (!clock_pages || !pages_frame(clock_pages, 0))
        return -ENOMEM;
    clock_page = frame_bytes(pages_frame(clock_pages, 0));
    return 0;
}
