/*
 * Matching with back-references, for which no quick way is known: all ways through the program
 * are tried, the greedy ones first, and the first of the longest is kept. The number of steps
 * is limited, because patterns exist that would take for ever; beyond it the result is REG_ESPACE.
 */
#include <stdlib.h>
#include <string.h>
#include "shim/src/regex/regex.h"

#define STEPS_MAX 50000000ul

/* A choice not yet taken, or (pc == NONE) a slot's old value to be put back. */
struct choice {
    u32 pc;
    u32 slot;
    size_t pos;
};

struct tracker {
    const struct subject *s;
    size_t *slots; /* starts and ends of groups, then marks of loops */
    size_t nslots;
    size_t *best; /* slots of the longest match so far */
    bool found;
    size_t best_end;
    struct choice *stack;
    size_t depth, room;
    unsigned long steps;
    bool failed;
};

static void push(struct tracker *t, u32 pc, u32 slot, size_t pos)
{
    if (t->depth == t->room) {
        size_t room = t->room ? t->room * 2 : 256;
        struct choice *moved = reallocarray(t->stack, room, sizeof *moved);
        if (!moved) {
            t->failed = true;
            return;
        }
        t->stack = moved;
        t->room = room;
    }
    t->stack[t->depth++] = (struct choice){pc, slot, pos};
}

static void set_slot(struct tracker *t, u32 slot, size_t value)
{
    push(t, NONE, slot, t->slots[slot]);
    t->slots[slot] = value;
}

/* True when the text at pos repeats a group; *len is its length. */
static bool repeats(const struct tracker *t, u32 group, size_t pos, size_t *len)
{
    const struct subject *s = t->s;
    size_t from = t->slots[2 * group], to = t->slots[2 * group + 1], n;

    if (from == SIZE_MAX || to == SIZE_MAX)
        return false;
    n = to - from;
    if (n > s->len - pos)
        return false;
    *len = n;
    if (!(s->re->flags & REG_ICASE))
        return memcmp(s->text + from, s->text + pos, n) == 0;
    for (size_t i = 0, a, b; i < n; i += a) {
        u32 x = __umk_regex_char(s->re, s->text + from + i, s->text + to, &a);
        u32 y = __umk_regex_char(s->re, s->text + pos + i, s->text + s->len, &b);
        if (a != b || __umk_regex_fold(s->re, x) != __umk_regex_fold(s->re, y))
            return false;
    }
    return true;
}

static void keep(struct tracker *t, size_t pos)
{
    if (t->found && pos <= t->best_end)
        return;
    t->found = true;
    t->best_end = pos;
    memcpy(t->best, t->slots, t->nslots * sizeof *t->best);
}

/* Follows one way until it fails or matches. */
static void run(struct tracker *t, u32 pc, size_t pos)
{
    const struct subject *s = t->s;
    u32 marks = 2 * (s->re->ngroups + 1);
    size_t len;

    while (!t->failed) {
        const struct inst *i = &s->re->program[pc];
        if (++t->steps > STEPS_MAX)
            t->failed = true;
        switch (i->op) {
        case OP_MATCH:
            keep(t, pos);
            return;
        case OP_JUMP:
            pc = i->x;
            continue;
        case OP_SPLIT:
            push(t, i->y, 0, pos);
            pc = i->x;
            continue;
        case OP_SAVE:
            set_slot(t, i->value, pos);
            break;
        case OP_MARK:
            set_slot(t, marks + i->value, pos);
            break;
        case OP_PROGRESS:
            if (t->slots[marks + i->value] != pos) {
                pc = i->x;
                continue;
            }
            break;
        case OP_ASSERT:
            if (!__umk_regex_assert(s, (enum assertion)i->value, pos))
                return;
            break;
        case OP_BACKREF:
            if (!repeats(t, i->value, pos, &len))
                return;
            pos += len;
            break;
        default:
            if (pos >= s->len)
                return;
            u32 c = __umk_regex_char(s->re, s->text + pos, s->text + s->len, &len);
            if (!__umk_regex_takes(s->re, i, c))
                return;
            pos += len;
            break;
        }
        pc++;
    }
}

static bool match_at(struct tracker *t, size_t start)
{
    memset(t->slots, 0xff, t->nslots * sizeof *t->slots);
    t->depth = 0;
    t->found = false;
    push(t, 0, 0, start);
    while (t->depth && !t->failed && !(t->found && t->best_end == t->s->len)) {
        struct choice c = t->stack[--t->depth];
        if (c.pc == NONE)
            t->slots[c.slot] = c.pos;
        else
            run(t, c.pc, c.pos);
    }
    return t->found;
}

int __umk_regex_backtrack(const struct subject *s, regmatch_t *m, size_t nmatch)
{
    struct tracker t = {.s = s, .nslots = 2 * ((size_t)s->re->ngroups + 1) + s->re->nmarks};
    size_t start = s->from, len = 1;
    int result = REG_NOMATCH;

    t.slots = calloc(2 * t.nslots, sizeof *t.slots);
    if (!t.slots)
        return REG_ESPACE;
    t.best = t.slots + t.nslots;
    for (; start <= s->len && !t.failed; start += len) {
        if (match_at(&t, start)) {
            result = 0;
            break;
        }
        len = 1;
        if (start < s->len)
            __umk_regex_char(s->re, s->text + start, s->text + s->len, &len);
    }
    if (t.failed)
        result = REG_ESPACE;
    if (!result) {
        for (size_t i = 1; i < nmatch; i++) {
            bool in = i <= s->re->ngroups && t.best[2 * i + 1] != SIZE_MAX;
            m[i].rm_so = in ? (regoff_t)t.best[2 * i] : -1;
            m[i].rm_eo = in ? (regoff_t)t.best[2 * i + 1] : -1;
        }
        if (nmatch)
            m[0] = (regmatch_t){(regoff_t)start, (regoff_t)t.best_end};
    }
    free(t.slots);
    free(t.stack);
    return result;
}
