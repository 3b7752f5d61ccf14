/*
 * The machine that sim gives the core: see sim.h. Every effect that can fail may be told to.
 */
#include "umk/sim/machine.h"

#include "umk/abi/tty.h"

#include <sanitizer/asan_interface.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sim_state sim;

char sim_console[8192];
size_t sim_console_len;

static bool fails(void)
{
    return sim.fail_in && --sim.fail_in == 0;
}

static void *track(void *p)
{
    struct sim_block *b = malloc(sizeof(*b));

    b->p = p;
    b->next = sim.blocks;
    sim.blocks = b;
    return p;
}

static void *pages(size_t n)
{
    return track(aligned_alloc(PAGE_SIZE, n * PAGE_SIZE));
}

/* Use of a record that was given back is use of freed memory. */
void sim_watch_pools(void *record, u32 size, bool is_free)
{
    if (is_free)
        ASAN_POISON_MEMORY_REGION((u8 *)record + 8, size - 8);
    else
        ASAN_UNPOISON_MEMORY_REGION(record, size);
}

static u64 now(void)
{
    return sim.now;
}

static u64 real_offset(void)
{
    return 1700000000ull * 1000000000;
}

static void timer_set(u64 at)
{
    sim.timer = at;
}

static void entropy(u8 out[32])
{
    memset(out, 42, 32);
}

/* Objects */

static i64 object_create(struct object *o)
{
    struct sim_memory *m;

    if (fails())
        return -ENOMEM;
    m = calloc(1, sizeof(*m));
    o->m = m->bytes = calloc(1, o->size);
    m->refs = 1;
    m->next = sim.memories;
    sim.memories = m;
    return 0;
}

static struct sim_memory *memory_of(const struct object *o)
{
    struct sim_memory *m = sim.memories;

    while (m && m->bytes != o->m)
        m = m->next;
    return m;
}

void sim_memory_put(struct sim_memory *m)
{
    struct sim_memory **at = &sim.memories;

    if (!m || --m->refs)
        return;
    while (*at != m)
        at = &(*at)->next;
    *at = m->next;
    free(m->bytes);
    free(m);
}

static void object_destroy(struct object *o)
{
    sim_memory_put(memory_of(o));
    o->m = NULL;
}

static void *object_alias(struct object *o, u64 len)
{
    core_assert(len <= o->size);
    return o->m;
}

/* Bodies */

void sim_later(enum sim_event_kind kind, struct body *b, i64 arg)
{
    struct sim_pending *e = calloc(1, sizeof(*e));
    struct sim_pending **at = &sim.events;

    e->kind = kind;
    e->b = b;
    e->arg = arg;
    while (*at)
        at = &(*at)->next;
    *at = e;
}

static void body_memory(struct body *b)
{
    struct sim_body *sb = calloc(1, sizeof(*sb));

    b->m = sb;
    b->page = calloc(1, PAGE_SIZE);
    b->portal[0] = calloc(1, PORTAL_SIZE);
    b->portal_addr[0] = 0x60001000;
    b->id = ++sim.next_id;
}

static i64 body_start(struct body *b, const struct body_image *image)
{
    if (fails())
        return -ENOMEM;
    if (image->size == 0)
        return -ENOEXEC;
    body_memory(b);
    sim_later(SIM_STARTED, b, fails() ? -ENOEXEC : 0);
    return 0;
}

static i64 body_fork(struct body *parent, u32 portal, struct body *child)
{
    (void)portal;
    if (fails())
        return -ENOMEM;
    body_memory(child);
    parent->ctl_sent++;
    sim_later(SIM_STARTED, child, fails() ? -ETIMEDOUT : 0);
    return 0;
}

static i64 portal_add(struct body *b, u32 n, const struct thread_begin *begin)
{
    (void)begin;
    if (fails())
        return -ENOMEM;
    b->portal[n] = calloc(1, PORTAL_SIZE);
    b->ctl_sent++;
    return 0;
}

static void portal_remove(struct body *b, u32 n)
{
    free(b->portal[n]);
    b->portal[n] = NULL;
}

static void body_kill(struct body *b)
{
    struct sim_body *sb = b->m;

    if (b->dead || sb->killed)
        return;
    sb->killed = true;
    sim_later(SIM_DIED, b, 9);
}

static void drop_events(const struct body *b)
{
    for (struct sim_pending **at = &sim.events; *at;) {
        struct sim_pending *e = *at;

        if (e->b != b) {
            at = &e->next;
            continue;
        }
        *at = e->next;
        free(e);
    }
}

static void body_release(struct body *b)
{
    struct sim_body *sb = b->m;

    drop_events(b);
    for (u32 i = 0; i < PORTALS_MAX; i++)
        free(b->portal[i]);
    free(b->page);
    for (u32 i = 0; sb && i < sb->nmaps; i++)
        sim_memory_put(sb->maps[i].held);
    if (sb)
        free(sb->maps);
    free(sb);
    memset(b->portal, 0, sizeof(b->portal));
    b->page = NULL;
    b->m = NULL;
}

static i64 body_limit(struct body *b, u64 bytes)
{
    (void)b;
    (void)bytes;
    return fails() ? -ENOMEM : 0;
}

static void body_stop(struct body *b, bool stopped)
{
    ((struct sim_body *)b->m)->stopped = stopped;
}

static u64 body_cpu(struct body *b)
{
    return ((struct sim_body *)b->m)->cpu_ns;
}

static u64 thread_cpu(struct body *b, u32 portal)
{
    return ((struct sim_body *)b->m)->thread_ns[portal];
}

static void nudge(struct body *b, u32 portal)
{
    (void)portal;
    ((struct sim_body *)b->m)->nudges++;
}

/* Mappings */

static void add_map(struct body *b, struct object *o, u64 addr, u64 offset, u64 len)
{
    struct sim_body *sb = b->m;
    struct sim_memory *held = memory_of(o);

    if (held)
        held->refs++;
    sb->maps = realloc(sb->maps, (sb->nmaps + 1) * sizeof(*sb->maps));
    sb->maps[sb->nmaps++] = (struct sim_map){addr, len, (u8 *)o->m + offset, held};
    b->ctl_sent++;
}

static i64 map(struct body *b, struct object *o, u64 addr, u64 offset, u64 len, u32 prot,
               bool shared)
{
    (void)prot;
    (void)shared;
    if (fails())
        return -ENOMEM;
    add_map(b, o, addr, offset, len);
    return 0;
}

static i64 map_anon(struct body *b, u64 addr, u64 len, u32 prot)
{
    (void)b;
    (void)addr;
    (void)len;
    (void)prot;
    return fails() ? -ENOMEM : 0;
}

static i64 protect(struct body *b, u64 addr, u64 len, u32 prot)
{
    return map_anon(b, addr, len, prot);
}

static i64 unmap(struct body *b, u64 addr, u64 len)
{
    (void)b;
    (void)addr;
    (void)len;
    return 0;
}

static i64 channel(struct body *client, u32 client_number, u64 client_addr, struct body *server,
                   u32 server_number, u64 server_addr, struct object *o)
{
    (void)client_number;
    (void)server_number;
    if (fails())
        return -ENOMEM;
    add_map(client, o, client_addr, 0, o->size);
    add_map(server, o, server_addr, 0, o->size);
    return 0;
}

static void channel_drop(struct body *server, u64 server_addr)
{
    struct sim_body *sb = server->m;
    u32 i = sb->nmaps;

    while (i > 0 && sb->maps[i - 1].addr != server_addr)
        i--;
    core_assert(i > 0);
    if (sb->maps[i - 1].held)
        sim_memory_put(sb->maps[i - 1].held);
    memmove(&sb->maps[i - 1], &sb->maps[i], (sb->nmaps-- - i) * sizeof(*sb->maps));
}

static i64 loop(struct body *b)
{
    (void)b;
    return fails() ? -ENOMEM : 0;
}

static void ring(struct body *b)
{
    ((struct sim_body *)b->m)->rings++;
}

static void reply(struct body *b, u32 n)
{
    __atomic_exchange_n(&b->portal[n]->state, WAIT_DONE, __ATOMIC_ACQ_REL);
}

static void wake(u32 *word)
{
    (void)word;
    sim.wakes++;
}

/* Console and end */

static i64 console_write(enum console_stream s, const void *buf, size_t len)
{
    size_t room = sizeof(sim_console) - sim_console_len;

    (void)s;
    if (sim.console_full)
        return -EAGAIN;
    if (len > room)
        len = room;
    memcpy(sim_console + sim_console_len, buf, len);
    sim_console_len += len;
    return (i64)len;
}

static i64 console_read(void *buf, size_t len)
{
    size_t have = strlen(sim.typed);

    if (have == 0)
        return -EAGAIN;
    len = len < have ? len : have;
    memcpy(buf, sim.typed, len);
    memmove(sim.typed, sim.typed + len, have - len + 1);
    return (i64)len;
}

static bool console_readable(void)
{
    return sim.typed[0];
}

/* A terminal of settings that are remembered and change nothing. */
static struct rx_termios termios;
static struct rx_winsize winsize = {.rows = 24, .columns = 80};

static i64 console_get(enum console_setting which, void *record)
{
    if (which == CONSOLE_TERMIOS)
        memcpy(record, &termios, sizeof(termios));
    else
        memcpy(record, &winsize, sizeof(winsize));
    return 0;
}

static i64 console_set(enum console_setting which, const void *record)
{
    if (which == CONSOLE_TERMIOS)
        memcpy(&termios, record, sizeof(termios));
    else
        memcpy(&winsize, record, sizeof(winsize));
    return 0;
}

static void log_line(const char *line, size_t len)
{
    if (getenv("SIM_LOG"))
        fprintf(stderr, "sim: %.*s\n", (int)len, line);
    if (len >= 13 && memcmp(line, "kernel panic:", 13) == 0)
        fprintf(stderr, "%.*s\n", (int)len, line);
}

static void stop(u32 status)
{
    sim.stopped = true;
    sim.status = status;
}

static void report_fault(struct body *b, u32 portal, const char *serving)
{
    (void)b;
    (void)portal;
    (void)serving;
    sim.faults++;
}

/* Bare hardware: effects are recorded. */

struct sim_hardware sim_hardware;

static void given_or_taken(struct body *b, u32 portal)
{
    (void)b;
    (void)portal;
}

#define SIM_RAM_END (1ull << 32)

static i64 object_device(struct object *o, u64 physical, enum memory_cache cache)
{
    sim_hardware.physical = physical;
    sim_hardware.cache = cache;
    return physical < SIM_RAM_END ? -EACCES : object_create(o);
}

static i64 object_contiguous(struct object *o)
{
    sim_hardware.contiguous++;
    return object_create(o);
}

static i64 translate(struct body *b, u64 address, u64 *physical)
{
    (void)b;
    *physical = address + PAGE_SIZE;
    return address ? 0 : -ENOENT;
}

static i64 port(u16 first, u32 width, u32 *value, bool write)
{
    if (first < 0x100)
        return -EACCES;
    if (write)
        memcpy(sim_hardware.ports + first, value, width);
    else
        memcpy(value, sim_hardware.ports + first, width);
    return 0;
}

static void set_real_offset(u64 ns)
{
    sim_hardware.real_offset = ns;
}

static i64 irq_listen(u32 irq, bool listen)
{
    if (irq > 23 && irq < MESSAGE_IRQS)
        return -ENOENT;
    sim_hardware.listens[irq] = listen;
    return 0;
}

static void irq_done(u32 irq)
{
    sim_hardware.done[irq]++;
}

static u32 irq_target(void)
{
    return 7;
}

static bool has_come_in(const struct body *b, u32 n)
{
    (void)b;
    return n >= 64 || !(sim_outside & 1ull << n);
}

struct machine sim_bare_machine;

const struct machine sim_machine = {
    .pages = pages,
    .now = now,
    .real_offset = real_offset,
    .timer_set = timer_set,
    .entropy = entropy,
    .object_create = object_create,
    .object_destroy = object_destroy,
    .object_alias = object_alias,
    .body_start = body_start,
    .body_fork = body_fork,
    .portal_add = portal_add,
    .portal_remove = portal_remove,
    .body_kill = body_kill,
    .body_release = body_release,
    .body_limit = body_limit,
    .body_stop = body_stop,
    .body_cpu = body_cpu,
    .thread_cpu = thread_cpu,
    .nudge = nudge,
    .map = map,
    .map_anon = map_anon,
    .protect = protect,
    .unmap = unmap,
    .channel = channel,
    .loop = loop,
    .ring = ring,
    .reply = reply,
    .wake = wake,
    .console_write = console_write,
    .console_read = console_read,
    .console_readable = console_readable,
    .console_get = console_get,
    .console_set = console_set,
    .log = log_line,
    .arch = "sim",
    .ncpus = 1,
    .stop = stop,
    .report_fault = report_fault,
};

__attribute__((constructor)) static void make_bare(void)
{
    struct machine *m = &sim_bare_machine;

    *m = sim_machine;
    m->preempt = m->resume = given_or_taken;
    m->has_come_in = has_come_in;
    m->channel_drop = channel_drop;
    m->object_device = object_device;
    m->object_contiguous = object_contiguous;
    m->translate = translate;
    m->port = port;
    m->set_real_offset = set_real_offset;
    m->irq_listen = irq_listen;
    m->irq_done = irq_done;
    m->irq_target = irq_target;
}
