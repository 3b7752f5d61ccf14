/*
 * Directories: a hash table for lookup, an array in order of cookies for listing. A listing that
 * was begun goes on correctly whatever is added or removed in between.
 */
#include "servers/ramfs/inode.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

#include <stdlib.h>
#include <string.h>

static u32 hash_of(const char *name, size_t len)
{
    u32 hash = 2166136261u;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (u8)name[i]) * 16777619u;
    return hash ^ hash >> 15;
}

struct entry *dir_find(const struct inode *n, const char *name, size_t len)
{
    const struct dir *d = &n->dir;
    if (d->nbuckets == 0)
        return NULL;
    u32 hash = hash_of(name, len);
    struct entry *e = d->buckets[hash & (d->nbuckets - 1)];
    while (e && !(e->hash == hash && e->name_len == len && memcmp(e->name, name, len) == 0))
        e = e->next_in_bucket;
    return e;
}

static bool grow_buckets(struct dir *d)
{
    size_t n = d->nbuckets ? d->nbuckets * 2 : 8;
    struct entry **buckets = calloc(n, sizeof *buckets);
    if (!buckets)
        return false;
    for (size_t i = 0; i < d->nbuckets; i++) {
        for (struct entry *e = d->buckets[i], *next; e; e = next) {
            next = e->next_in_bucket;
            e->next_in_bucket = buckets[e->hash & (n - 1)];
            buckets[e->hash & (n - 1)] = e;
        }
    }
    free(d->buckets);
    d->buckets = buckets;
    d->nbuckets = n;
    return true;
}

/* Room for one more slot: packs the order when half of it is empty, else grows it. */
static bool grow_order(struct dir *d)
{
    if (d->norder < d->order_space)
        return true;
    if (d->norder > 2 * d->count) {
        size_t to = 0;
        for (size_t i = 0; i < d->norder; i++) {
            if (d->order[i].entry)
                d->order[to++] = d->order[i];
        }
        d->norder = to;
        return true;
    }
    size_t space = d->order_space ? d->order_space * 2 : 8;
    struct slot *order = realloc(d->order, space * sizeof *order);
    if (!order)
        return false;
    d->order = order;
    d->order_space = space;
    return true;
}

/* Index of the first slot with a cookie of at least `from`. */
static size_t search(const struct dir *d, u64 from)
{
    size_t low = 0, high = d->norder;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (d->order[middle].cookie < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

struct entry *dir_next(const struct inode *n, u64 from)
{
    const struct dir *d = &n->dir;
    for (size_t i = search(d, from); i < d->norder; i++) {
        if (d->order[i].entry)
            return d->order[i].entry;
    }
    return NULL;
}

static u64 entry_charge(size_t name_len)
{
    return sizeof(struct entry) + name_len + sizeof(struct entry *) + sizeof(struct slot);
}

i64 dir_add(struct fs *fs, struct inode *dir, const char *name, size_t len, struct inode *inode)
{
    struct dir *d = &dir->dir;
    i64 result = space_take(&fs->space, entry_charge(len));
    if (result < 0)
        return result;
    struct entry *e = malloc(sizeof *e + len);
    if (!e || !grow_order(d) || (d->count >= d->nbuckets && !grow_buckets(d))) {
        free(e);
        space_give(&fs->space, entry_charge(len));
        return -ENOMEM;
    }
    *e = (struct entry){.dir = dir,
                        .inode = inode,
                        .id = fs->next_entry++,
                        .cookie = ++d->next_cookie,
                        .hash = hash_of(name, len),
                        .name_len = (u32)len,
                        .next_link = inode->links};
    memcpy(e->name, name, len);
    inode->links = e;
    struct entry **bucket = &d->buckets[e->hash & (d->nbuckets - 1)];
    e->next_in_bucket = *bucket;
    *bucket = e;
    d->order[d->norder++] = (struct slot){e->cookie, e};
    d->count++;
    if (inode_is(inode, MODE_DIR)) {
        inode->nlink = 2;
        dir->nlink++;
    } else {
        inode->nlink++;
    }
    inode_touch(fs, dir, true);
    return 0;
}

static void unlink_from_bucket(struct dir *d, struct entry *e)
{
    struct entry **at = &d->buckets[e->hash & (d->nbuckets - 1)];
    while (*at != e)
        at = &(*at)->next_in_bucket;
    *at = e->next_in_bucket;
}

static void unlink_from_inode(struct entry *e)
{
    struct entry **at = &e->inode->links;
    while (*at != e)
        at = &(*at)->next_link;
    *at = e->next_link;
}

void dir_remove(struct fs *fs, struct entry *e)
{
    struct inode *dir = e->dir, *inode = e->inode;
    struct dir *d = &dir->dir;
    unlink_from_bucket(d, e);
    unlink_from_inode(e);
    size_t slot = search(d, e->cookie);
    d->order[slot].entry = NULL;
    while (d->norder && !d->order[d->norder - 1].entry)
        d->norder--;
    d->count--;
    if (inode_is(inode, MODE_DIR)) {
        inode->nlink = 0;
        dir->nlink--;
    } else {
        inode->nlink--;
    }
    inode_touch(fs, dir, true);
    inode_touch(fs, inode, false);
    space_give(&fs->space, entry_charge(e->name_len));
    free(e);
    inode_get(inode);
    inode_put(fs, inode);
}
