/*
 * Running regular expressions: all threads of the program are simulated in step, in order of
 * preference (a Pike machine), so time is bounded by program size times text length.
 */
#include "pattern_code.h"

#include "utf8.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS (PATTERN_GROUPS_MAX * 2)

struct thread {
    unsigned at;
    long slots[SLOTS];
};

struct threads {
    struct thread *items;
    size_t count;
};

struct machine {
    const struct pattern *p;
    const char *text;
    size_t len;
    unsigned *mark; /* per instruction: the step that last added it */
    unsigned step;
    bool whole;
};

static bool is_word(const struct machine *m, size_t at)
{
    char c = m->text[at];
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool at_boundary(const struct machine *m, size_t at)
{
    bool before = at > 0 && is_word(m, at - 1);
    bool after = at < m->len && is_word(m, at);
    return before != after;
}

/* Adds a thread and what it reaches without a character. */
static void add_thread(struct machine *m, struct threads *list, unsigned pc, size_t at, long *slots)
{
    if (m->mark[pc] == m->step)
        return;
    m->mark[pc] = m->step;
    const struct inst *in = &m->p->code[pc];
    switch (in->op) {
    case OP_JUMP:
        add_thread(m, list, in->x, at, slots);
        return;
    case OP_SPLIT:
        add_thread(m, list, in->x, at, slots);
        add_thread(m, list, in->y, at, slots);
        return;
    case OP_SAVE: {
        long old = slots[in->arg];
        slots[in->arg] = (long)at;
        add_thread(m, list, pc + 1, at, slots);
        slots[in->arg] = old;
        return;
    }
    case OP_START:
        if (at == 0)
            add_thread(m, list, pc + 1, at, slots);
        return;
    case OP_END:
        if (at == m->len)
            add_thread(m, list, pc + 1, at, slots);
        return;
    case OP_WORD:
    case OP_NOT_WORD:
        if (at_boundary(m, at) == (in->op == OP_WORD))
            add_thread(m, list, pc + 1, at, slots);
        return;
    default: {
        struct thread *t = &list->items[list->count++];
        t->at = pc;
        memcpy(t->slots, slots, sizeof t->slots);
    }
    }
}

static bool class_has(const struct class *k, uint32_t c)
{
    for (size_t i = 0; i < k->count; i++) {
        if (c >= k->items[i].first && c <= k->items[i].last)
            return true;
    }
    return false;
}

static bool accepts(const struct pattern *p, const struct inst *in, uint32_t c)
{
    switch (in->op) {
    case OP_CHAR:
        return c == in->arg || (p->ignore_case && utf8_lower(c) == utf8_lower(in->arg));
    case OP_ANY:
        return c != '\n';
    case OP_CLASS: {
        const struct class *k = &p->classes[in->arg];
        bool in_it =
            class_has(k, c) ||
            (p->ignore_case && (class_has(k, utf8_lower(c)) || class_has(k, utf8_upper(c))));
        return in_it != k->negated;
    }
    default:
        return false;
    }
}

/* One step over character c (of `n` bytes) at `at`. True when a thread matched: best is set. */
static bool step_over(struct machine *m, struct threads *now, struct threads *next, size_t at,
                      uint32_t c, size_t n, struct thread *best)
{
    bool matched = false;
    next->count = 0;
    m->step++;
    for (size_t i = 0; i < now->count; i++) {
        struct thread *t = &now->items[i];
        const struct inst *in = &m->p->code[t->at];
        if (in->op == OP_MATCH) {
            if (m->whole && at != m->len)
                continue;
            *best = *t;
            matched = true;
            break;
        }
        if (n > 0 && accepts(m->p, in, c))
            add_thread(m, next, t->at + 1, at + n, t->slots);
    }
    return matched;
}

static bool run(const struct pattern *p, const char *text, size_t from, bool whole,
                struct pattern_span spans[PATTERN_GROUPS_MAX])
{
    struct machine m = {.p = p, .text = text, .len = strlen(text), .whole = whole};
    struct threads a = {.items = mem_alloc(p->count * sizeof(struct thread))};
    struct threads b = {.items = mem_alloc(p->count * sizeof(struct thread))};
    struct threads *now = &a;
    struct threads *next = &b;
    struct thread best;
    bool found = false;
    m.mark = mem_zero(p->count * sizeof *m.mark);
    m.step = 1;
    for (size_t at = from;;) {
        /* A new attempt may begin here, after all those under way. */
        if (!found && (!whole || at == from)) {
            long slots[SLOTS];
            for (int i = 0; i < SLOTS; i++)
                slots[i] = -1;
            add_thread(&m, now, 0, at, slots);
        }
        if (now->count == 0 && (found || whole))
            break;
        size_t n = 0;
        uint32_t c = at < m.len ? utf8_get(text + at, m.len - at, &n) : 0;
        found |= step_over(&m, now, next, at, c, n, &best);
        struct threads *swap = now;
        now = next;
        next = swap;
        if (at >= m.len)
            break;
        at += n;
    }
    for (int g = 0; found && spans && g < PATTERN_GROUPS_MAX; g++)
        spans[g] = (struct pattern_span){best.slots[g * 2], best.slots[g * 2 + 1]};
    free(a.items);
    free(b.items);
    free(m.mark);
    return found;
}

bool pattern_search(const struct pattern *p, const char *text, size_t from,
                    struct pattern_span spans[PATTERN_GROUPS_MAX])
{
    return run(p, text, from, false, spans);
}

bool pattern_matches_whole(const struct pattern *p, const char *text)
{
    return run(p, text, 0, true, NULL);
}
