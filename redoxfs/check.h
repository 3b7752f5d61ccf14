/* What the two halves of the checker share: blocks and nodes, directories. */
#ifndef REDOXFS_CHECK_H
#define REDOXFS_CHECK_H

#include "redoxfs/internal.h"

/* What is known of an id. */
struct id_info {
    uint32_t id; /* 0: place not in use */
    uint32_t names;
    uint32_t links;
    uint32_t parent;
    uint16_t mode;
    bool exists, released, connected;
};

struct checker {
    struct rfs *fs;
    const struct rfs_check *to;
    int64_t faults;
    int err; /* what keeps it from going on */
    struct extents seen;
    struct id_info *info; /* a hash table */
    uint64_t infos, room;
    uint8_t *record, *stored;
    uint64_t reported; /* blocks seen at the last report of progress */
};

void check_fault(struct checker *c, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Marks a block as in use; false when it is out of range or is in use already. */
bool check_use(struct checker *c, struct ptr p, unsigned most, const char *what, uint32_t id);
/* Marks and reads a metadata block. */
bool check_read(struct checker *c, struct ptr p, uint8_t *buf, const char *what, uint32_t id);
struct id_info *check_info(struct checker *c, uint32_t id);

/* Looks at a directory; *blocks is what it occupies. */
void check_directory(struct checker *c, uint32_t id, const uint8_t *node, uint64_t *blocks);

#endif
