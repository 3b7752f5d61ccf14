/*
 * Where the groups of a match lie. A node and the part of the text that it matched
 * are known; its children's parts follow: in a sequence each child, from the left, takes the
 * longest part with which the rest can still be matched; a star's iterations do the same.
 */
#include <stdlib.h>
#include <string.h>
#include "shim/src/regex/regex.h"

struct finder {
    const struct subject *s;
    regmatch_t *m;
    size_t nmatch;
    bool failed; /* no memory */
};

static u64 *new_bits(struct finder *f, size_t n)
{
    u64 *bits = calloc(n / 64 + 1, sizeof *bits);

    if (!bits)
        f->failed = true;
    return bits;
}

static bool bit(const u64 *bits, size_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

/* The largest i <= max in both sets; false when there is none. */
static bool last_common(const u64 *a, const u64 *b, size_t shift, size_t max, size_t *out)
{
    for (size_t i = max + 1; i-- > 0;) {
        if (bit(a, i) && bit(b, i + shift)) {
            *out = i;
            return true;
        }
    }
    return false;
}

static void forget(struct finder *f, u32 n)
{
    const struct node *node = &f->s->re->nodes[n];

    if (!node->has_group)
        return;
    if (node->kind == NODE_GROUP && node->value < f->nmatch)
        f->m[node->value] = (regmatch_t){-1, -1};
    for (u32 c = node->first; c != NONE; c = f->s->re->nodes[c].next)
        forget(f, c);
}

static void assign(struct finder *f, u32 n, size_t from, size_t to);

/* The longest end of node n from `from` that lies in rest, whose bit 0 is position base. */
static bool longest(struct finder *f, u32 n, size_t from, size_t to, const u64 *rest, size_t base,
                    size_t *end)
{
    u64 *ends = new_bits(f, to - from);
    size_t len = 0;
    bool found = false;

    if (ends && !__umk_regex_ends(f->s, &f->s->re->nodes[n], from, to, ends))
        f->failed = true;
    if (!f->failed)
        found = last_common(ends, rest, from - base, to - from, &len);
    free(ends);
    *end = from + len;
    return found;
}

static void assign_sequence(struct finder *f, u32 n, size_t from, size_t to)
{
    const struct node *nodes = f->s->re->nodes;
    size_t count = 0, words = (to - from) / 64 + 1;

    for (u32 c = nodes[n].first; c != NONE; c = nodes[c].next)
        count++;
    if (count == 0)
        return;
    u32 *children = malloc(count * sizeof *children);
    /* rest[i]: from where the children after i can reach `to` */
    u64 *rest = calloc(count * words, sizeof *rest);
    f->failed = f->failed || !children || !rest;
    if (!f->failed) {
        u32 c = nodes[n].first;
        for (size_t i = 0; i < count; i++, c = nodes[c].next)
            children[i] = c;
        u64 *last = rest + (count - 1) * words;
        last[(to - from) / 64] |= 1ull << ((to - from) % 64);
        for (size_t i = count - 1; i > 0 && !f->failed; i--)
            f->failed = !__umk_regex_starts(f->s, &nodes[children[i]], from, to, rest + i * words,
                                            rest + (i - 1) * words);
    }
    size_t pos = from, end;
    for (size_t i = 0; i < count && !f->failed; i++) {
        if (!longest(f, children[i], pos, to, rest + i * words, from, &end))
            break;
        assign(f, children[i], pos, end);
        pos = end;
    }
    free(children);
    free(rest);
}

static void assign_alternative(struct finder *f, u32 n, size_t from, size_t to)
{
    const struct node *nodes = f->s->re->nodes;
    u64 *ends = new_bits(f, to - from);

    for (u32 c = nodes[n].first; c != NONE && !f->failed; c = nodes[c].next) {
        if (!__umk_regex_ends(f->s, &nodes[c], from, to, ends)) {
            f->failed = true;
        } else if (bit(ends, to - from)) {
            assign(f, c, from, to);
            break;
        }
    }
    free(ends);
}

static void assign_star(struct finder *f, u32 n, size_t from, size_t to)
{
    const struct node *nodes = f->s->re->nodes;
    u32 body = nodes[n].first;
    u64 *rest = new_bits(f, to - from), *target = new_bits(f, to - from);
    size_t pos = from, end;

    if (!f->failed) {
        target[(to - from) / 64] |= 1ull << ((to - from) % 64);
        f->failed = !__umk_regex_starts(f->s, &nodes[n], from, to, target, rest);
    }
    /* an empty iteration counts only when there is no other */
    do {
        if (f->failed || !longest(f, body, pos, to, rest, from, &end))
            break;
        if (end == pos && pos < to)
            break;
        forget(f, body);
        assign(f, body, pos, end);
        pos = end;
    } while (pos < to);
    free(rest);
    free(target);
}

static void assign(struct finder *f, u32 n, size_t from, size_t to)
{
    const struct node *node = &f->s->re->nodes[n];

    if (!node->has_group || f->failed)
        return;
    switch (node->kind) {
    case NODE_GROUP:
        if (node->value < f->nmatch)
            f->m[node->value] = (regmatch_t){(regoff_t)from, (regoff_t)to};
        assign(f, node->first, from, to);
        break;
    case NODE_CAT:
        assign_sequence(f, n, from, to);
        break;
    case NODE_ALT:
        assign_alternative(f, n, from, to);
        break;
    case NODE_STAR:
        assign_star(f, n, from, to);
        break;
    default:
        break;
    }
}

int __umk_regex_submatch(const struct subject *s, regmatch_t *m, size_t nmatch)
{
    struct finder f = {.s = s, .m = m, .nmatch = nmatch};

    for (size_t i = 1; i < nmatch; i++)
        m[i] = (regmatch_t){-1, -1};
    assign(&f, s->re->root, (size_t)m[0].rm_so, (size_t)m[0].rm_eo);
    return f.failed ? REG_ESPACE : 0;
}
