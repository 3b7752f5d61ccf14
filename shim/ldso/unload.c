/*
 * Taking libraries out of memory. One is used while it is open, while one that is used needs it,
 * and while one of those that were loaded together with it is used, since they may be bound to each
 * other in any direction. What was there at the start stays, and what was ever opened with
 * RTLD_GLOBAL, to which anybody may be bound.
 *
 * A library that goes runs its destructors and what it gave to atexit, is forgotten by
 * pthread_atfork, and then unmapped. Threads' copies of its thread-local storage go with the
 * threads, or when a later library takes their number.
 */
#include <string.h>
#include "shim/ldso/dso.h"
#include "shim/src/process/atfork.h"

u64 __umk_dso_unloaded;

static bool mark(struct dso *d)
{
    bool fresh = !d->used;

    d->used = true;
    return fresh;
}

static bool mark_what_it_uses(const struct dso *d)
{
    bool more = false;

    for (u32 i = 0; i < d->nneeded; i++)
        more |= mark(d->needed[i]);
    for (u32 i = 0; d->group && i < d->group->n; i++)
        more |= mark(d->group->members[i]);
    return more;
}

/* Result: whether there is one that is not used. */
static bool mark_all(void)
{
    bool more = true, unused = false;

    for (struct dso *d = __umk_dsos; d; d = d->next)
        d->used = d->stays || d->opens > 0 || d->init_state == DSO_INIT_RUNNING;
    while (more) {
        more = false;
        for (const struct dso *d = __umk_dsos; d; d = d->next)
            if (d->used && mark_what_it_uses(d))
                more = true;
    }
    for (const struct dso *d = __umk_dsos; d; d = d->next)
        unused |= !d->used;
    return unused;
}

static void say_goodbye(void)
{
    const struct dso *d;

    for (struct dso *each = __umk_dsos; each; each = each->next)
        each->leaving |= !each->used;
    while ((d = __umk_dso_next_leaving())) {
        u64 low = d->image.bias + d->image.plan.low, high = d->image.bias + d->image.plan.high;

        __umk_atexit_run_within(low, high);
        __umk_dso_fini(d);
        if (__umk_atfork_forget)
            __umk_atfork_forget(low, high);
    }
}

/* First all are out of the list, then the memory goes: a group is its first member's. */
static void take_out(void)
{
    struct dso **at = &__umk_dsos, *d, *gone = NULL;

    while ((d = *at)) {
        if (!d->leaving) {
            at = &d->next;
            continue;
        }
        __atomic_store_n(at, d->next, __ATOMIC_RELEASE);
        d->after = gone;
        gone = d;
    }
    while ((d = gone)) {
        struct dso_group *g = d->group;

        gone = d->after;
        __umk_dso_unloaded++;
        __umk_dso_unmap(d);
        if (g && g->members[0] == d)
            __umk_dl_free(g, sizeof *g + g->room * sizeof g->members[0]);
        __umk_dso_free(d);
    }
}

/* A destructor may close libraries itself: they are looked at when it is done. */
void __umk_dso_collect(void)
{
    static bool busy, again;

    again = true;
    if (busy)
        return;
    busy = true;
    while (again) {
        again = false;
        if (mark_all()) {
            say_goodbye();
            take_out();
        }
    }
    busy = false;
}

void __umk_dso_free(struct dso *d)
{
    if (d->path)
        __umk_dl_free(d->path, strlen(d->path) + 1);
    __umk_dl_free(d->needed, d->needed_room * sizeof *d->needed);
    __umk_dl_free(d, sizeof *d);
}
