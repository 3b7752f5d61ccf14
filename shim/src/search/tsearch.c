/* Binary search trees: AVL, so the height stays below 1.45 log2 of the number of nodes. */
#include <search.h>
#include <stdlib.h>
#include "shim/src/internal/thread.h"

#define HEIGHT_MAX 96

/* The key must come first: programs read it through the node's address. */
struct node {
    const void *key;
    struct node *child[2];
    int height;
};

static int height(const struct node *n)
{
    return n ? n->height : 0;
}

static void measure(struct node *n)
{
    int a = height(n->child[0]), b = height(n->child[1]);

    n->height = (a > b ? a : b) + 1;
}

/* Moves child[side] up. */
static struct node *rotate(struct node *n, int side)
{
    struct node *up = n->child[side];

    n->child[side] = up->child[!side];
    up->child[!side] = n;
    measure(n);
    measure(up);
    return up;
}

static struct node *balance(struct node *n)
{
    int difference = height(n->child[0]) - height(n->child[1]);
    int side = difference < 0;
    struct node *c = n->child[side];

    measure(n);
    if (!c || (difference >= -1 && difference <= 1))
        return n;
    if (height(c->child[!side]) > height(c->child[side]))
        n->child[side] = rotate(c, !side);
    return rotate(n, side);
}

/* links[depth] is the lowest whose subtree changed. */
static void rebalance(struct node **links[], int depth)
{
    for (; depth >= 0; depth--)
        if (*links[depth])
            *links[depth] = balance(*links[depth]);
}

void *tsearch(const void *key, void **root, int (*compare)(const void *, const void *))
{
    struct node **links[HEIGHT_MAX];
    int depth = 0;

    if (!root)
        return NULL;
    links[0] = (struct node **)root;
    while (*links[depth]) {
        int order = compare(key, (*links[depth])->key);
        if (order == 0)
            return *links[depth];
        links[depth + 1] = &(*links[depth])->child[order > 0];
        depth++;
    }
    struct node *n = calloc(1, sizeof *n);
    if (!n)
        return NULL;
    n->key = key;
    n->height = 1;
    *links[depth] = n;
    rebalance(links, depth - 1);
    return n;
}

void *tfind(const void *key, void *const *root, int (*compare)(const void *, const void *))
{
    struct node *n = root ? *root : NULL;

    while (n) {
        int order = compare(key, n->key);
        if (order == 0)
            break;
        n = n->child[order > 0];
    }
    return n;
}

void *tdelete(const void *restrict key, void **restrict root,
              int (*compare)(const void *, const void *))
{
    struct node **links[HEIGHT_MAX];
    int depth = 0, order;

    if (!root)
        return NULL;
    links[0] = (struct node **)root;
    for (;;) {
        struct node *n = *links[depth];
        if (!n)
            return NULL;
        order = compare(key, n->key);
        if (order == 0)
            break;
        links[depth + 1] = &n->child[order > 0];
        depth++;
    }
    struct node *gone = *links[depth];
    /* the parent; for the root anything that is not NULL */
    void *parent = depth ? (void *)*links[depth - 1] : (void *)root;
    if (gone->child[0] && gone->child[1]) {
        /* the next bigger key takes its place, and that one's node goes */
        struct node *kept = gone;
        links[++depth] = &gone->child[1];
        while ((*links[depth])->child[0]) {
            links[depth + 1] = &(*links[depth])->child[0];
            depth++;
        }
        gone = *links[depth];
        kept->key = gone->key;
    }
    *links[depth] = gone->child[0] ? gone->child[0] : gone->child[1];
    free(gone);
    rebalance(links, depth);
    return parent;
}

static void walk(const struct node *n, void (*visit)(const void *, VISIT, int), int depth)
{
    if (!n)
        return;
    if (!n->child[0] && !n->child[1]) {
        visit(n, leaf, depth);
        return;
    }
    visit(n, preorder, depth);
    walk(n->child[0], visit, depth + 1);
    visit(n, postorder, depth);
    walk(n->child[1], visit, depth + 1);
    visit(n, endorder, depth);
}

void twalk(const void *root, void (*visit)(const void *, VISIT, int))
{
    walk(root, visit, 0);
}

void tdestroy(void *root, void (*free_key)(void *))
{
    struct node *n = root;

    if (!n)
        return;
    tdestroy(n->child[0], free_key);
    tdestroy(n->child[1], free_key);
    if (free_key)
        free_key((void *)n->key);
    free(n);
}
