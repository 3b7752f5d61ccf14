/* The checker's half for directories. */
#include "redoxfs/check.h"

#include "redoxfs/seahash.h"

#include <errno.h>
#include <stdlib.h>

struct dir_check {
    struct checker *c;
    uint32_t id;
    uint64_t blocks;
    uint32_t last; /* largest hash so far, in order */
    bool any;
};

static int by_name(const void *a, const void *b)
{
    const struct entry_ref *x = a, *y = b;
    int order;

    if (x->hash != y->hash)
        return x->hash < y->hash ? -1 : 1;
    order = memcmp(x->name, y->name, x->len < y->len ? x->len : y->len);
    return order ? order : x->len - y->len;
}

static void check_entry(struct dir_check *d, const struct entry_ref *e)
{
    struct id_info *info = check_info(d->c, e->id);

    if (!rfs_name_valid(e->name, e->len))
        check_fault(d->c, "directory %u: entry with a bad name", d->id);
    if (!info)
        return;
    info->names++;
    info->parent = d->id;
}

/* Returns the largest hash of the list. */
static uint32_t check_list(struct dir_check *d, const uint8_t *list)
{
    struct entry_ref *all = malloc((DIRLIST_BYTES / ENTRY_HEAD) * sizeof(*all));
    uint32_t at = 0, n = 0, max = 0;

    if (!all) {
        d->c->err = -ENOMEM;
        return 0;
    }
    if (!dirlist_valid(list)) {
        check_fault(d->c, "directory %u: a list of entries is malformed", d->id);
        free(all);
        return NO_HASH;
    }
    while (dirlist_next(list, &at, &all[n], true))
        check_entry(d, &all[n++]);
    if (!n)
        check_fault(d->c, "directory %u: a list is empty", d->id);
    qsort(all, n, sizeof(*all), by_name);
    for (uint32_t i = 1; i < n; i++)
        if (!by_name(&all[i - 1], &all[i]))
            check_fault(d->c, "directory %u: a name is there twice", d->id);
    if (n && d->any && all[0].hash < d->last)
        check_fault(d->c, "directory %u: lists are not in the order of hashes", d->id);
    if (n)
        max = all[n - 1].hash;
    d->last = max;
    d->any = true;
    free(all);
    return max;
}

static uint32_t check_block(struct dir_check *d, struct ptr p, unsigned depth)
{
    uint8_t *b = malloc(RFS_BLOCK);
    uint32_t max = NO_HASH, before = 0;
    unsigned used;

    if (!b)
        d->c->err = -ENOMEM;
    if (!b || !check_read(d->c, p, b, depth ? "H-tree block" : "directory list", d->id))
        goto out;
    d->blocks++;
    if (!depth) {
        max = check_list(d, b);
        goto out;
    }
    used = htree_used(b);
    if (!used)
        check_fault(d->c, "directory %u: an H-tree block is empty", d->id);
    for (unsigned i = 0; i < used; i++) {
        const uint8_t *e = b + (size_t)i * HENTRY_SIZE;

        max = check_block(d, get_ptr(e + 4), depth - 1);
        if (max != NO_HASH && get32(e) != max)
            check_fault(d->c, "directory %u: an H-tree entry's hash is not the largest below it",
                        d->id);
        if (get32(e) < before)
            check_fault(d->c, "directory %u: an H-tree block is not in order", d->id);
        before = get32(e);
    }
    for (unsigned i = used; i < HTREE_ENTRIES; i++)
        if (get32(b + (size_t)i * HENTRY_SIZE) != NO_HASH)
            check_fault(d->c, "directory %u: an H-tree block has a gap", d->id);
out:
    free(b);
    return max;
}

void check_directory(struct checker *c, uint32_t id, const uint8_t *node, uint64_t *blocks)
{
    struct dir_check d = {.c = c, .id = id};
    struct ptr marker = get_ptr(node + DIR_MARKER), top = get_ptr(node + DIR_TOP);

    if (is_null(marker)) {
        if (!is_null(top))
            check_fault(c, "directory %u: content without a marker", id);
    } else if ((marker.addr | 15) != UINT64_MAX || marker.hash != MARKER_HASH) {
        check_fault(c, "directory %u: its marker is damaged", id);
    } else {
        check_block(&d, top, marker.addr & 15);
    }
    if (get64(node + NODE_SIZE) != d.blocks * RFS_BLOCK)
        check_fault(c, "directory %u: size %llu instead of %llu", id,
                    (unsigned long long)get64(node + NODE_SIZE),
                    (unsigned long long)d.blocks * RFS_BLOCK);
    *blocks += d.blocks;
}
