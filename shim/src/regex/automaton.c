/*
 * Whether there is a match at all, by an automaton whose states are sets of the program's states.
 * They are made as a text needs them and kept for the next one, so that a byte of ASCII mostly
 * costs one look into a table; other characters are stepped over without a table. What is before
 * and after a position decides assertions: what was before is part of a state, and a state is
 * closed over assertions only when the next character is known.
 *
 * One search at a time may use it. Who comes meanwhile does without.
 */
#include <stdlib.h>
#include <string.h>
#include "shim/src/regex/regex.h"

#define STATES_MAX 2000u    /* then all are forgotten */
#define POOL_MAX (1u << 20) /* entries of all sets, likewise */
#define PROGRAM_MAX 4000u   /* longer programs are not worth it */
#define SLOTS 4096u         /* of the hash table; twice STATES_MAX */

#define END 0x7fffffffu /* no character */

enum { UNKNOWN, ACCEPT, REJECT, FIRST_STATE };
/* What stands before a position. Programs without assertions know only OTHER. */
enum before { OTHER, WORD, NEWLINE, TEXT, TEXT_NO_LINE, BEFORE_KINDS };
/* Of a set: a match may have begun, though the set may be that of a fresh start. */
#define BEGUN 8

struct set_of {
    u32 at, n;  /* in the pool, rising */
    u8 kind;    /* enum before, and perhaps BEGUN */
    u16 end[2]; /* what the end of the text leads to; [1]: an end that is no end of a line */
};

struct list {
    u32 n;
    u32 *pc;
    u64 *mark; /* by pc: equals round when it was reached */
    u64 round;
};

struct automaton {
    u16 (*next)[256]; /* by state and byte */
    struct set_of *states;
    u32 n, room;
    u32 *pool;
    u32 pool_n, pool_room;
    u32 flushes;
    u16 start[BEFORE_KINDS]; /* the states with nothing begun */
    u32 ordinary;            /* from here on the states with something begun */
    bool asserts;
    struct list work, reached;
    u32 *stack;
    u16 slots[SLOTS];
};

static bool is_solid(const struct inst *i)
{
    return i->op == OP_CHAR || i->op == OP_ANY || i->op == OP_SET || i->op == OP_ASSERT ||
           i->op == OP_MATCH;
}

static void clear(struct list *l)
{
    l->n = 0;
    l->round++;
}

/* Adds what is reached from pc without consuming or asserting anything. */
static void reach(struct automaton *a, const struct regex *re, struct list *l, u32 first)
{
    u32 depth = 0;

    a->stack[depth++] = first;
    while (depth) {
        u32 pc = a->stack[--depth];
        const struct inst *i = &re->program[pc];
        if (l->mark[pc] == l->round)
            continue;
        l->mark[pc] = l->round;
        if (is_solid(i)) {
            l->pc[l->n++] = pc;
        } else if (i->op == OP_SPLIT) {
            a->stack[depth++] = i->y;
            a->stack[depth++] = i->x;
        } else if (i->op == OP_JUMP) {
            a->stack[depth++] = i->x;
        } else {
            a->stack[depth++] = pc + 1;
            if (i->op == OP_PROGRESS)
                a->stack[depth++] = i->x;
        }
    }
}

static bool holds(const struct regex *re, enum assertion what, enum before before, u32 after,
                  bool no_line_end)
{
    bool lines = re->flags & REG_NEWLINE;
    bool word_after = after != END && __umk_regex_is_word(after);

    switch (what) {
    case ASSERT_LINE_START:
        return before == TEXT || (lines && before == NEWLINE);
    case ASSERT_LINE_END:
        return after == END ? !no_line_end : lines && after == '\n';
    case ASSERT_WORD_START:
        return before != WORD && word_after;
    case ASSERT_WORD_END:
        return before == WORD && !word_after;
    case ASSERT_WORD_EDGE:
        return (before == WORD) != word_after;
    case ASSERT_NO_WORD_EDGE:
        return (before == WORD) == word_after;
    case ASSERT_TEXT_START:
        return before >= TEXT;
    case ASSERT_TEXT_END:
        return after == END;
    }
    return false;
}

static void sort(u32 *v, u32 n)
{
    for (u32 i = 1; i < n; i++) {
        u32 x = v[i], k = i;
        for (; k > 0 && v[k - 1] > x; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

/* Where in slots a set is, or is to go. */
static u32 find_slot(const struct automaton *a, const u32 *pc, u32 n, u32 kind)
{
    u32 hash = kind;

    for (u32 i = 0; i < n; i++)
        hash = (hash ^ pc[i]) * 0x9e3779b1u;
    for (u32 slot = hash >> 20;; slot = (slot + 1) % SLOTS) {
        const struct set_of *s = &a->states[a->slots[slot]];
        if (!a->slots[slot] ||
            (s->n == n && s->kind == kind && memcmp(a->pool + s->at, pc, n * sizeof *pc) == 0))
            return slot;
    }
}

static bool make_room(struct automaton *a, u32 n)
{
    if (a->n == a->room) {
        u32 room = a->room * 2;
        void *next = reallocarray(a->next, room, sizeof *a->next);
        if (next)
            a->next = next;
        struct set_of *states = reallocarray(a->states, room, sizeof *states);
        if (states)
            a->states = states;
        if (!next || !states)
            return false;
        a->room = room;
    }
    while (a->pool_room - a->pool_n < n) {
        u32 *pool = reallocarray(a->pool, a->pool_room * 2, sizeof *pool);
        if (!pool)
            return false;
        a->pool = pool;
        a->pool_room *= 2;
    }
    return true;
}

static u32 intern(struct automaton *a, const struct list *l, u32 kind)
{
    u32 slot = find_slot(a, l->pc, l->n, kind);

    if (a->slots[slot])
        return a->slots[slot];
    if (!make_room(a, l->n))
        return UNKNOWN;
    memcpy(a->pool + a->pool_n, l->pc, l->n * sizeof *l->pc);
    a->states[a->n] = (struct set_of){.at = a->pool_n, .n = l->n, .kind = (u8)kind};
    memset(a->next[a->n], 0, sizeof a->next[a->n]);
    a->pool_n += l->n;
    a->slots[slot] = (u16)a->n;
    return a->n++;
}

/* Forgets all states but those with nothing begun, which are the first. */
static bool restart(struct automaton *a, const struct regex *re)
{
    a->flushes++;
    a->n = FIRST_STATE;
    a->pool_n = 0;
    memset(a->slots, 0, sizeof a->slots);
    clear(&a->work);
    reach(a, re, &a->work, 0);
    sort(a->work.pc, a->work.n);
    for (u32 before = 0; before < BEFORE_KINDS; before++) {
        u32 state = intern(a, &a->work, a->asserts ? before : OTHER);
        if (state == UNKNOWN)
            return false;
        a->start[before] = (u16)state;
    }
    a->ordinary = a->n;
    return true;
}

/*
 * The state after `from` and character c; ACCEPT when a match has ended before c; UNKNOWN when
 * there is no memory. After END it is ACCEPT or REJECT.
 */
static u32 advance(struct automaton *a, const struct regex *re, u32 from, u32 c, bool no_line_end)
{
    struct set_of set = a->states[from];

    clear(&a->work);
    for (u32 i = 0; i < set.n; i++) {
        u32 pc = a->pool[set.at + i];
        a->work.mark[pc] = a->work.round;
        a->work.pc[a->work.n++] = pc;
    }
    for (u32 i = 0; i < a->work.n; i++) {
        const struct inst *at = &re->program[a->work.pc[i]];
        if (at->op == OP_MATCH)
            return ACCEPT;
        if (at->op == OP_ASSERT &&
            holds(re, (enum assertion)at->value, set.kind & ~BEGUN, c, no_line_end))
            reach(a, re, &a->work, a->work.pc[i] + 1);
    }
    if (c == END)
        return REJECT;
    clear(&a->reached);
    for (u32 i = 0; i < a->work.n; i++)
        if (__umk_regex_takes(re, &re->program[a->work.pc[i]], c))
            reach(a, re, &a->reached, a->work.pc[i] + 1);
    u32 kind = !a->asserts ? OTHER : c == '\n' ? NEWLINE : __umk_regex_is_word(c) ? WORD : OTHER;
    kind |= a->reached.n ? BEGUN : 0;
    reach(a, re, &a->reached, 0);
    sort(a->reached.pc, a->reached.n);
    if ((a->n >= STATES_MAX || a->pool_n + a->reached.n > POOL_MAX) && !restart(a, re))
        return UNKNOWN;
    return intern(a, &a->reached, kind);
}

void __umk_regex_automaton_free(struct automaton *a)
{
    if (!a)
        return;
    free(a->next);
    free(a->states);
    free(a->pool);
    free(a->work.mark);
    free(a);
}

static struct automaton *create(const struct regex *re)
{
    struct automaton *a = calloc(1, sizeof *a);
    size_t n = re->ninsts;

    if (!a)
        return NULL;
    a->room = 16;
    a->pool_room = 256;
    a->next = calloc(a->room, sizeof *a->next);
    a->states = calloc(a->room, sizeof *a->states);
    a->pool = calloc(a->pool_room, sizeof *a->pool);
    a->work.mark = calloc(n, 2 * sizeof(u64) + 4 * sizeof(u32));
    if (!a->next || !a->states || !a->pool || !a->work.mark)
        goto fail;
    a->reached.mark = a->work.mark + n;
    a->work.pc = (u32 *)(a->reached.mark + n);
    a->reached.pc = a->work.pc + n;
    a->stack = a->reached.pc + n; /* 2 n */
    for (u32 i = 0; i < re->ninsts; i++)
        a->asserts = a->asserts || re->program[i].op == OP_ASSERT;
    if (restart(a, re))
        return a;
fail:
    __umk_regex_automaton_free(a);
    return NULL;
}

/* The part of a search that the table does not answer: one character. */
static u32 step_slowly(struct automaton *a, const struct subject *s, u32 state, size_t *pos)
{
    size_t len;
    u32 c = __umk_regex_char(s->re, s->text + *pos, s->text + s->len, &len), flushes = a->flushes;
    u32 next = advance(a, s->re, state, c, false);

    if (c < 0x80 && a->flushes == flushes)
        a->next[state][c] = (u16)next;
    *pos += len;
    return next;
}

static u32 step_to_end(struct automaton *a, const struct subject *s, u32 state)
{
    bool no_line_end = s->flags & REG_NOTEOL;
    u16 *known = &a->states[state].end[no_line_end];

    if (*known == UNKNOWN)
        *known = (u16)advance(a, s->re, state, END, no_line_end);
    return *known;
}

static enum before before_search(const struct subject *s)
{
    if (s->from == 0)
        return s->flags & REG_NOTBOL ? TEXT_NO_LINE : TEXT;
    if (s->text[s->from - 1] == '\n')
        return NEWLINE;
    return __umk_regex_word_before(s, s->from) ? WORD : OTHER;
}

static enum regex_found search(struct automaton *a, const struct subject *s, size_t *from)
{
    u32 state = a->start[before_search(s)];
    size_t pos = s->from, last = pos;

    while (pos < s->len) {
        u32 next = a->next[state][s->text[pos]];
        if (next >= FIRST_STATE)
            pos++;
        else if (next == UNKNOWN)
            next = step_slowly(a, s, state, &pos);
        if (next < FIRST_STATE) {
            *from = last;
            return next == ACCEPT ? REGEX_FOUND : REGEX_UNDECIDED;
        }
        state = next;
        last = state < a->ordinary ? pos : last;
    }
    *from = last;
    return step_to_end(a, s, state) == ACCEPT ? REGEX_FOUND : REGEX_NONE;
}

enum regex_found __umk_regex_automaton(const struct subject *s, size_t *from)
{
    struct regex *re = (struct regex *)s->re; /* what is learned is kept in it */
    enum regex_found found = REGEX_UNDECIDED;

    if (re->ninsts > PROGRAM_MAX ||
        atomic_flag_test_and_set_explicit(&re->busy, memory_order_acquire))
        return REGEX_UNDECIDED;
    if (!re->automaton)
        re->automaton = create(re);
    if (re->automaton)
        found = search(re->automaton, s, from);
    atomic_flag_clear_explicit(&re->busy, memory_order_release);
    return found;
}
