/*
 * Running the automaton with all its states at once. For the whole pattern every state
 * remembers the earliest start that reaches it, which is all that the leftmost longest match needs.
 */
#include <stdlib.h>
#include <string.h>
#include "shim/src/regex/regex.h"

#define NO_START SIZE_MAX

/* A set of states in the order they were reached; index says where a state stands in it. */
struct states {
    u32 n;
    u32 *list;
    u32 *index;
    size_t *start;
};

struct machine {
    const struct subject *s;
    struct states now, next;
    u32 *stack;
    u32 base, end; /* states [base, end); end itself stands for "done" */
    void *memory;
};

static bool machine_init(struct machine *m, const struct subject *s, u32 base, u32 end)
{
    size_t n = (size_t)(end - base) + 1;
    u8 *p = calloc(n, 2 * (2 * sizeof(u32) + sizeof(size_t)) + 2 * sizeof(u32));

    *m = (struct machine){.s = s, .base = base, .end = end, .memory = p};
    if (!p)
        return false;
    m->now.start = (size_t *)p;
    m->next.start = m->now.start + n;
    m->now.list = (u32 *)(m->next.start + n);
    m->now.index = m->now.list + n;
    m->next.list = m->now.index + n;
    m->next.index = m->next.list + n;
    m->stack = m->next.index + n; /* 2 n */
    return true;
}

static bool contains(const struct states *set, u32 state)
{
    return set->index[state] < set->n && set->list[set->index[state]] == state;
}

/* Adds a state and all that it reaches without consuming; a state reached earlier keeps the
 * smaller start. */
static void add(struct machine *m, struct states *set, u32 first, size_t pos, size_t start)
{
    u32 depth = 0;

    m->stack[depth++] = first;
    while (depth) {
        u32 pc = m->stack[--depth], state = pc - m->base;
        if (contains(set, state)) {
            if (set->start[state] <= start)
                continue;
        } else {
            set->index[state] = set->n;
            set->list[set->n++] = state;
        }
        set->start[state] = start;
        if (pc == m->end)
            continue;
        const struct inst *i = &m->s->re->program[pc];
        switch (i->op) {
        case OP_JUMP:
            m->stack[depth++] = i->x;
            break;
        case OP_SPLIT:
            m->stack[depth++] = i->y;
            m->stack[depth++] = i->x;
            break;
        case OP_PROGRESS:
            m->stack[depth++] = pc + 1;
            m->stack[depth++] = i->x;
            break;
        case OP_SAVE:
        case OP_MARK:
            m->stack[depth++] = pc + 1;
            break;
        case OP_ASSERT:
            if (__umk_regex_assert(m->s, (enum assertion)i->value, pos))
                m->stack[depth++] = pc + 1;
            break;
        default:
            break;
        }
    }
}

/* All states take the character at pos. Result: the position after it. */
static size_t step(struct machine *m, size_t pos, size_t worst)
{
    const struct regex *re = m->s->re;
    size_t len;
    u32 c = __umk_regex_char(m->s->re, m->s->text + pos, m->s->text + m->s->len, &len);

    m->next.n = 0;
    for (u32 i = 0; i < m->now.n; i++) {
        u32 state = m->now.list[i], pc = state + m->base;
        if (pc == m->end || m->now.start[state] > worst)
            continue;
        if (__umk_regex_takes(re, &re->program[pc], c))
            add(m, &m->next, pc + 1, pos + len, m->now.start[state]);
    }
    struct states swap = m->now;
    m->now = m->next;
    m->next = swap;
    return pos + len;
}

static bool may_start(const struct regex *re, u8 byte)
{
    return re->first_bytes[byte >> 6] >> (byte & 63) & 1;
}

int __umk_regex_search(const struct subject *s, size_t from, size_t *start, size_t *end)
{
    const struct regex *re = s->re;
    u32 match = re->ninsts - 1;
    size_t best = NO_START, pos = from;
    struct machine m;

    if (!machine_init(&m, s, 0, match))
        return REG_ESPACE;
    for (;;) {
        if (best == NO_START) {
            if (re->filter && m.now.n == 0)
                while (pos < s->len && !may_start(re, s->text[pos]))
                    pos++;
            if (!re->filter || (pos < s->len && may_start(re, s->text[pos])))
                add(&m, &m.now, 0, pos, pos);
        }
        if (contains(&m.now, match) && m.now.start[match] <= best) {
            best = m.now.start[match];
            *end = pos;
        }
        if (pos >= s->len || (m.now.n == 0 && (best != NO_START)))
            break;
        pos = step(&m, pos, best);
    }
    free(m.memory);
    *start = best;
    return best == NO_START ? REG_NOMATCH : 0;
}

static void set_bit(u64 *bits, size_t i)
{
    bits[i / 64] |= 1ull << (i % 64);
}

bool __umk_regex_ends(const struct subject *s, const struct node *n, size_t from, size_t to,
                      u64 *out)
{
    struct machine m;
    size_t pos = from;

    memset(out, 0, ((to - from) / 64 + 1) * sizeof *out);
    if (!machine_init(&m, s, n->begin, n->end))
        return false;
    add(&m, &m.now, n->begin, pos, 0);
    for (;;) {
        if (contains(&m.now, n->end - n->begin))
            set_bit(out, pos - from);
        if (pos >= to || m.now.n == 0)
            break;
        pos = step(&m, pos, 0);
        if (pos > to)
            break;
    }
    free(m.memory);
    return true;
}

/*
 * One round over the states from the last to the first: which of them reach a state of `after` by
 * consuming c, or one of `at` without consuming. True when something was added to `at`.
 */
static bool pull_back(const struct subject *s, const struct node *n, size_t pos, const u8 *after,
                      u32 c, u8 *at)
{
    bool changed = false;

    for (u32 pc = n->end; pc-- > n->begin;) {
        const struct inst *i = &s->re->program[pc];
        u32 state = pc - n->begin;
        bool in = false;
        if (at[state])
            continue;
        switch (i->op) {
        case OP_JUMP:
            in = at[i->x - n->begin];
            break;
        case OP_SPLIT:
            in = at[i->x - n->begin] || at[i->y - n->begin];
            break;
        case OP_PROGRESS:
            in = at[i->x - n->begin] || at[state + 1];
            break;
        case OP_SAVE:
        case OP_MARK:
            in = at[state + 1];
            break;
        case OP_ASSERT:
            in = at[state + 1] && __umk_regex_assert(s, (enum assertion)i->value, pos);
            break;
        default:
            in = after && after[state + 1] && __umk_regex_takes(s->re, i, c);
            break;
        }
        at[state] = in;
        changed = changed || in;
    }
    return changed;
}

/* False inside a character of several bytes. */
static bool is_boundary(const struct subject *s, size_t pos)
{
    size_t len;

    if (s->re->bytes || pos == s->len || (s->text[pos] & 0xc0) != 0x80)
        return true;
    for (size_t back = 1; back <= 3 && back <= pos; back++) {
        const u8 *p = s->text + pos - back;
        if ((*p & 0xc0) == 0x80)
            continue;
        __umk_regex_char(s->re, p, s->text + s->len, &len);
        return len <= back;
    }
    return true;
}

bool __umk_regex_starts(const struct subject *s, const struct node *n, size_t from, size_t to,
                        const u64 *targets, u64 *out)
{
    size_t states = (size_t)(n->end - n->begin) + 1;
    u8 *memory = calloc(states, 2), *at = memory, *after = NULL, *other = memory + states;

    memset(out, 0, ((to - from) / 64 + 1) * sizeof *out);
    if (!memory)
        return false;
    size_t next = to; /* where the states of `after` stand */
    for (size_t pos = to;; pos--) {
        size_t len = 0;
        u32 c = 0;
        if (!is_boundary(s, pos))
            continue;
        if (pos < to)
            c = __umk_regex_char(s->re, s->text + pos, s->text + s->len, &len);
        memset(at, 0, states);
        at[states - 1] = targets[(pos - from) / 64] >> ((pos - from) % 64) & 1;
        while (pull_back(s, n, pos, pos + len == next ? after : NULL, c, at))
            ;
        if (at[0])
            set_bit(out, pos - from);
        if (pos == from)
            break;
        after = at;
        at = other;
        other = after;
        next = pos;
    }
    free(memory);
    return true;
}
