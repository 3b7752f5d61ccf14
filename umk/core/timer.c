/* The pairing heap of timers, and the machine's clock interrupt; see timer.h. */
#include "umk/core/timer.h"

static struct timer *meld(struct timer *a, struct timer *b)
{
    if (!a || !b)
        return a ? a : b;
    if (b->at < a->at) {
        struct timer *swap = a;
        a = b;
        b = swap;
    }
    b->prev = a;
    b->next = a->child;
    if (a->child)
        a->child->prev = b;
    a->child = b;
    return a;
}

/* Melds a chain of siblings: pairs from the left, then all from the right. */
static struct timer *meld_pairs(struct timer *first)
{
    struct timer *pairs = NULL, *root = NULL;

    while (first) {
        struct timer *a = first, *b = a->next;

        first = b ? b->next : NULL;
        a->next = a->prev = NULL;
        if (b)
            b->next = b->prev = NULL;
        a = meld(a, b);
        a->next = pairs;
        pairs = a;
    }
    while (pairs) {
        struct timer *next = pairs->next;

        pairs->next = NULL;
        root = meld(root, pairs);
        pairs = next;
    }
    return root;
}

static void ask_machine(void)
{
    u64 at = core.timers ? core.timers->at : 0;

    if (at != core.timer_asked) {
        core.timer_asked = at;
        core.machine->timer_set(at);
    }
}

void timer_arm(struct timer *t, u64 at, void (*fn)(struct timer *))
{
    core_assert(!t->armed);
    t->at = at ? at : 1;
    t->fn = fn;
    t->child = t->next = t->prev = NULL;
    t->armed = true;
    core.timers = meld(core.timers, t);
    ask_machine();
}

static void heap_remove(struct timer *t)
{
    struct timer *rest = meld_pairs(t->child);

    if (t == core.timers) {
        core.timers = rest;
    } else {
        if (t->prev->child == t)
            t->prev->child = t->next;
        else
            t->prev->next = t->next;
        if (t->next)
            t->next->prev = t->prev;
        core.timers = meld(core.timers, rest);
    }
    t->armed = false;
    t->child = t->next = t->prev = NULL;
}

void timer_cancel(struct timer *t)
{
    if (!t->armed)
        return;
    heap_remove(t);
    ask_machine();
}

void core_tick(void)
{
    u64 now = core.machine->now();

    while (core.timers && core.timers->at <= now) {
        struct timer *t = core.timers;

        heap_remove(t);
        t->fn(t);
    }
    core.timer_asked = 0;
    ask_machine();
}
