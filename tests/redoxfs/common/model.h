/* A file tree in plain memory, driven by the same random operations as a file system, so that both
 * can be compared: each result at once, and the whole trees by a digest. */
#ifndef TESTS_REDOXFS_MODEL_H
#define TESTS_REDOXFS_MODEL_H

#include "tests/redoxfs/common/memdev.h"

#define MODEL_NODES 200u
#define MODEL_NAMES 4000u

struct model_node {
    uint32_t id; /* in the file system; 0: place not in use */
    uint16_t mode;
    uint32_t uid;
    uint32_t links;
    uint32_t holds;
    uint8_t *data; /* content, capacity bytes, zero behind size */
    uint64_t size, capacity;
};

struct model_name {
    uint32_t dir, node; /* places of nodes */
    uint8_t len;        /* 0: place not in use */
    char text[RFS_NAME_MAX + 1];
};

struct model {
    struct rfs *fs;
    struct model_node node[MODEL_NODES];
    struct model_name name[MODEL_NAMES];
    uint64_t rng;
    uint64_t largest;    /* content */
    uint64_t write_most; /* bytes of one write; at most to the end of a record, if record is set */
    bool in_record;
    bool may_fill; /* ENOSPC is no surprise */
    uint64_t full; /* times it came */
    char did[400]; /* the last operation, in words */
};

void model_init(struct model *m, struct rfs *fs, uint64_t seed);
void model_free(struct model *m);
/* One random operation on both. False: they differ, and m->did tells in what. */
bool model_step(struct model *m);
/* Ends all holds, as closing the file system does. */
bool model_release_all(struct model *m);
uint64_t model_digest(const struct model *m);
/* The same of a file system; 0 when something cannot be read. */
uint64_t model_digest_fs(struct rfs *fs);
/* Prints where the file system differs. */
bool model_compare(struct model *m);

#endif
