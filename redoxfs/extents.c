/* Sets of block numbers as a treap of runs. */
#include "redoxfs/extents.h"

#include "redoxfs/layout.h"

#include <errno.h>
#include <stdlib.h>

struct extent_node {
    uint64_t start, len;
    uint32_t left, right;
    uint32_t priority;
    int8_t own; /* largest level of an aligned block in this run; -1 never happens but in node 0 */
    int8_t max; /* the same in the whole subtree */
};

#define DEPTH_MAX 256 /* a treap of 2^32 nodes is this deep with no probability to speak of */

static int8_t fit_of(uint64_t start, uint64_t len)
{
    int8_t level = 0;

    while (level < (int8_t)LEVEL_MAX) {
        uint64_t size = 2ull << level, at = (start + size - 1) & ~(size - 1);

        if (at < start || at - start > len || len - (at - start) < size)
            break;
        level++;
    }
    return level;
}

static uint32_t scramble(uint64_t x)
{
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdull;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ull;
    return (uint32_t)(x >> 32);
}

static void pull(struct extents *e, uint32_t i)
{
    struct extent_node *n = &e->node[i];
    int8_t max = n->own;

    if (e->node[n->left].max > max)
        max = e->node[n->left].max;
    if (e->node[n->right].max > max)
        max = e->node[n->right].max;
    n->max = max;
}

/* Makes sure that one more node can be taken. */
static int reserve(struct extents *e)
{
    uint32_t capacity;
    struct extent_node *node;

    if (e->spare || e->used < e->capacity)
        return 0;
    if (e->capacity > UINT32_MAX / 2)
        return -ENOMEM;
    capacity = e->capacity ? e->capacity * 2 : 16;
    node = realloc(e->node, (size_t)capacity * sizeof(*node));
    if (!node)
        return -ENOMEM;
    if (!e->capacity) {
        node[0] = (struct extent_node){.own = -1, .max = -1};
        e->used = 1;
    }
    e->node = node;
    e->capacity = capacity;
    return 0;
}

static uint32_t take_node(struct extents *e, uint64_t start, uint64_t len)
{
    uint32_t i = e->spare;
    int8_t fit = fit_of(start, len);

    if (i)
        e->spare = e->node[i].left;
    else
        i = e->used++;
    e->node[i] = (struct extent_node){
        .start = start, .len = len, .priority = scramble(start), .own = fit, .max = fit};
    e->runs++;
    return i;
}

static void give_node(struct extents *e, uint32_t i)
{
    e->node[i].left = e->spare;
    e->spare = i;
    e->runs--;
}

/* Splits tree t into those that start below key and the rest. */
static void split(struct extents *e, uint32_t t, uint64_t key, uint32_t *below, uint32_t *rest)
{
    if (!t) {
        *below = *rest = 0;
    } else if (e->node[t].start < key) {
        split(e, e->node[t].right, key, &e->node[t].right, rest);
        *below = t;
        pull(e, t);
    } else {
        split(e, e->node[t].left, key, below, &e->node[t].left);
        *rest = t;
        pull(e, t);
    }
}

static uint32_t join(struct extents *e, uint32_t a, uint32_t b)
{
    if (!a || !b)
        return a ? a : b;
    if (e->node[a].priority > e->node[b].priority) {
        e->node[a].right = join(e, e->node[a].right, b);
        pull(e, a);
        return a;
    }
    e->node[b].left = join(e, a, e->node[b].left);
    pull(e, b);
    return b;
}

static void insert(struct extents *e, uint64_t start, uint64_t len)
{
    uint32_t i = take_node(e, start, len), below, rest;

    split(e, e->root, start, &below, &rest);
    e->root = join(e, join(e, below, i), rest);
}

static void erase(struct extents *e, uint64_t start)
{
    uint32_t below, rest, it, behind;

    split(e, e->root, start, &below, &rest);
    split(e, rest, start + 1, &it, &behind);
    give_node(e, it);
    e->root = join(e, below, behind);
}

/* Gives run i new borders, which keep its place in the order. */
static void change(struct extents *e, uint32_t i, uint64_t start, uint64_t len)
{
    uint32_t path[DEPTH_MAX], t = e->root;
    unsigned depth = 0;
    uint64_t key = e->node[i].start;

    while (t != i && depth < DEPTH_MAX) {
        path[depth++] = t;
        t = key < e->node[t].start ? e->node[t].left : e->node[t].right;
    }
    e->node[i].start = start;
    e->node[i].len = len;
    e->node[i].own = fit_of(start, len);
    pull(e, i);
    while (depth)
        pull(e, path[--depth]);
}

/* The last run that starts at or before x, and the first behind it. */
static uint32_t around(const struct extents *e, uint64_t x, uint32_t *behind)
{
    uint32_t t = e->root, at = 0;

    *behind = 0;
    while (t) {
        if (e->node[t].start <= x) {
            at = t;
            t = e->node[t].right;
        } else {
            *behind = t;
            t = e->node[t].left;
        }
    }
    return at;
}

void extents_free(struct extents *e)
{
    free(e->node);
    *e = (struct extents){0};
}

int extents_add(struct extents *e, uint64_t start, uint64_t len)
{
    uint32_t at, behind;
    bool left, right;
    int err;

    if (!len)
        return 0;
    if (start + len < start)
        return -EINVAL;
    err = reserve(e);
    if (err)
        return err;
    at = around(e, start, &behind);
    if (at && e->node[at].start + e->node[at].len > start)
        return -EEXIST;
    if (behind && e->node[behind].start < start + len)
        return -EEXIST;
    left = at && e->node[at].start + e->node[at].len == start;
    right = behind && e->node[behind].start == start + len;
    e->total += len;
    if (left && right) {
        uint64_t more = e->node[behind].len;

        erase(e, e->node[behind].start);
        change(e, at, e->node[at].start, e->node[at].len + len + more);
    } else if (left) {
        change(e, at, e->node[at].start, e->node[at].len + len);
    } else if (right) {
        change(e, behind, start, e->node[behind].len + len);
    } else {
        insert(e, start, len);
    }
    return 0;
}

int extents_remove(struct extents *e, uint64_t start, uint64_t len)
{
    uint32_t at, behind;
    uint64_t from, end;
    int err;

    if (!len)
        return 0;
    if (!extents_all(e, start, len))
        return -ENOENT;
    err = reserve(e);
    if (err)
        return err;
    at = around(e, start, &behind);
    from = e->node[at].start;
    end = from + e->node[at].len;
    e->total -= len;
    if (from == start && end == start + len) {
        erase(e, from);
    } else if (from == start) {
        change(e, at, start + len, end - start - len);
    } else {
        change(e, at, from, start - from);
        if (end > start + len)
            insert(e, start + len, end - start - len);
    }
    return 0;
}

bool extents_all(const struct extents *e, uint64_t start, uint64_t len)
{
    uint32_t behind, at = around(e, start, &behind);

    return at && start + len >= start && e->node[at].start + e->node[at].len >= start + len;
}

bool extents_any(const struct extents *e, uint64_t start, uint64_t len)
{
    uint32_t behind, at = around(e, start, &behind);

    return (at && e->node[at].start + e->node[at].len > start) ||
           (behind && e->node[behind].start - start < len);
}

bool extents_fit(const struct extents *e, unsigned level, uint64_t *start)
{
    uint32_t t = e->root;
    uint64_t size = 1ull << level;

    if (!t || e->node[t].max < (int)level)
        return false;
    for (;;) {
        const struct extent_node *n = &e->node[t];

        if (n->left && e->node[n->left].max >= (int)level) {
            t = n->left;
        } else if (n->own >= (int)level) {
            *start = (n->start + size - 1) & ~(size - 1);
            return true;
        } else {
            t = n->right;
        }
    }
}

bool extents_next(const struct extents *e, uint64_t from, uint64_t *start, uint64_t *len)
{
    uint32_t behind, at = around(e, from, &behind);

    if (!at || e->node[at].start + e->node[at].len <= from)
        at = behind;
    if (!at)
        return false;
    *start = e->node[at].start;
    *len = e->node[at].len;
    return true;
}

int extents_move(struct extents *to, struct extents *from)
{
    int err = 0;

    while (!err && from->root) {
        struct extent_node n = from->node[from->root];

        err = extents_add(to, n.start, n.len);
        if (!err)
            err = extents_remove(from, n.start, n.len);
    }
    return err;
}
