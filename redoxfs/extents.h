/* A set of block numbers, kept as runs: what is free, what a transaction took, what it let go.
 *
 * Runs never touch or overlap. They form a treap ordered by start, each tree knowing the largest
 * aligned block that fits into one of its runs, so that the lowest one is found in O(log runs).
 * Nodes live in one array; index 0 means none. */
#ifndef REDOXFS_EXTENTS_H
#define REDOXFS_EXTENTS_H

#include <stdbool.h>
#include <stdint.h>

struct extent_node;

struct extents {
    struct extent_node *node;
    uint32_t capacity;
    uint32_t used;  /* nodes ever taken, node 0 included */
    uint32_t spare; /* list of nodes given back */
    uint32_t root;
    uint32_t runs;
    uint64_t total; /* numbers in the set */
};

void extents_free(struct extents *e); /* a zeroed struct is an empty set */

/* EEXIST: some are in the set already; ENOENT: some are not in it; ENOMEM. Then nothing changed. */
int extents_add(struct extents *e, uint64_t start, uint64_t len);
int extents_remove(struct extents *e, uint64_t start, uint64_t len);

/* Whether all of the numbers, or any of them, are in the set. */
bool extents_all(const struct extents *e, uint64_t start, uint64_t len);
bool extents_any(const struct extents *e, uint64_t start, uint64_t len);

/* The lowest multiple of 2^level from which 2^level numbers are in the set. */
bool extents_fit(const struct extents *e, unsigned level, uint64_t *start);

/* The first run that ends behind from. */
bool extents_next(const struct extents *e, uint64_t from, uint64_t *start, uint64_t *len);

/* Moves all of from into to; from is empty afterwards. On failure from keeps what was not moved. */
int extents_move(struct extents *to, struct extents *from);

#endif
