/* The audit; see audit.h. */
#include "umk/core/audit.h"
#include "umk/core/channel.h"
#include "umk/core/event.h"
#include "umk/core/namespace.h"
#include "umk/core/process.h"
#include "umk/core/sched.h"
#include "umk/core/scheme.h"

extern struct pool desc_pool, fd_chunk_pool, object_pool, region_pool, request_pool, fd_array_pool,
    scheme_pool, channel_pool, binding_pool, binding_chunk_pool, event_queue_pool, event_reg_pool,
    context_pool, process_pool, body_pool, start_pool, ns_entry_pool, namespace_pool, ns_file_pool,
    debug_file_pool, memory_file_pool, pipe_pool, pipe_buffer_pool, irq_file_pool, time_file_pool,
    queued_signal_pool;

static struct pool *const pools[] = {
    &desc_pool,          &fd_chunk_pool,  &object_pool,      &region_pool,   &request_pool,
    &fd_array_pool,      &scheme_pool,    &channel_pool,     &binding_pool,  &binding_chunk_pool,
    &event_queue_pool,   &event_reg_pool, &context_pool,     &process_pool,  &body_pool,
    &start_pool,         &ns_entry_pool,  &namespace_pool,   &ns_file_pool,  &debug_file_pool,
    &memory_file_pool,   &pipe_pool,      &pipe_buffer_pool, &irq_file_pool, &time_file_pool,
    &queued_signal_pool,
};
#define NPOOLS (sizeof(pools) / sizeof(pools[0]))
_Static_assert(NPOOLS <= AUDIT_POOLS, "room for every pool");

void core_audit_counts(struct audit_counts *out)
{
    out->n = NPOOLS;
    for (u32 i = 0; i < NPOOLS; i++) {
        out->name[i] = pools[i]->name;
        out->live[i] = pools[i]->live;
    }
    out->memory_used = core.memory_used;
}

struct pool *core_audit_pool(const char *name)
{
    for (u32 i = 0; i < NPOOLS; i++)
        if (strlen(pools[i]->name) == strlen(name) &&
            memcmp(pools[i]->name, name, strlen(name)) == 0)
            return pools[i];
    return NULL;
}

static u32 check_half(const struct fd_table *t, u64 upper)
{
    u32 open = 0;

    for (u64 i = 0; i < t->half[upper != 0].end; i++) {
        const struct fd_slot *s = fd_slot(t, upper | i);

        if (!s || !s->desc)
            continue;
        core_assert(s->desc->refs > 0 && s->desc->scheme->refs > 0);
        open++;
    }
    return open;
}

static void check_fds(const struct process *p)
{
    core_assert(check_half(&p->fds, 0) + check_half(&p->fds, RX_FD_UPPER) == p->fds.open);
    core_assert(!p->fds.spare || fd_slot(&p->fds, p->fds.spare_fd)->desc->refs == 1);
}

static void check_regions(const struct process *p)
{
    const struct region *r;
    u64 end = 0, private_bytes = 0;
    u32 n = 0;

    LIST_FOR_EACH (r, &p->aspace.regions, link) {
        core_assert(r->start < r->end && r->start >= end);
        core_assert(!r->object || r->offset + (r->end - r->start) <= r->object->size);
        end = r->end;
        n++;
        if (!r->object || !(r->flags & RX_MAP_SHARED))
            private_bytes += r->end - r->start;
    }
    core_assert(n == p->aspace.nregions && private_bytes == p->aspace.private_bytes);
}

static void check_contexts(struct process *p)
{
    const struct context *c;

    LIST_FOR_EACH (c, &p->contexts, of_process) {
        core_assert(c->proc == p && p->by_portal[c->portal] == c);
        core_assert((c->state == CTX_WAITING) == (c->waiting_for != NULL));
        core_assert(!c->request || c->request->ctx == c);
    }
}

static void check_channels(const struct process *p)
{
    const struct channel *ch;

    LIST_FOR_EACH (ch, &p->client_channels, of_client) {
        u32 n = 0;

        core_assert(ch->client == p && ch->open && !ch->scheme->dead);
        for (u32 i = 0; i < HANDLE_MAX / BIND_CHUNK; i++)
            for (u32 k = 0; ch->chunks[i] && k < BIND_CHUNK; k++)
                n += ch->chunks[i][k] != NULL;
        core_assert(n == ch->nbindings);
    }
}

static void check_schemes(void)
{
    const struct scheme *s;

    LIST_FOR_EACH (s, &core.schemes, all) {
        u32 tagged = 0;

        core_assert(s->refs > 0);
        for (u32 i = 0; !s->ops && i < SCHEME_REQUESTS; i++)
            tagged += s->sent[i] != NULL;
        core_assert(tagged == s->ntagged && (!s->dead || tagged == 0));
    }
}

/* Nobody pays for a record that is not there. */
static void check_charges(void)
{
    const struct process *p;

    for (u32 i = 0; i < NPOOLS; i++) {
        u64 charged = 0;

        LIST_FOR_EACH (p, &core.processes, all)
            charged += pools[i]->id ? p->charged[pools[i]->id] : 0;
        core_assert(charged <= pools[i]->live);
    }
}

void core_audit_check(void)
{
    struct process *p;
    u32 n = 0;

    LIST_FOR_EACH (p, &core.processes, all) {
        core_assert(core.by_pid[p->pid] == p);
        n++;
        check_fds(p);
        check_regions(p);
        check_contexts(p);
        check_channels(p);
    }
    core_assert(n == core.nprocesses);
    core_assert(core.memory_used <= core.config.memory);
    check_charges();
    check_schemes();
    sched_check();
}

void core_audit_reset(void)
{
    for (u32 i = 0; i < NPOOLS; i++)
        pool_reset(pools[i]);
    memset(&core, 0, sizeof(core));
}
