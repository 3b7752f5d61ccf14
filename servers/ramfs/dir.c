/*
 * Directories: a hash table for lookup, an array in order of cookies for listing. A listing that
 * was begun goes on correctly whatever is added or removed in between.
 */
#include "libfile/tree.h"
#include "servers/ramfs/inode.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

#include <stdlib.h>
#include <string.h>

struct name *dir_find(const struct inode *n, const char *name, size_t len)
{
    const struct dir *d = &n->dir;
    if (d->nbuckets == 0)
        return NULL;
    u32 hash = tree_name_hash(name, len);
    struct name *e = d->buckets[hash & (d->nbuckets - 1)];
    while (e && !(e->hash == hash && e->len == len && memcmp(e->text, name, len) == 0))
        e = e->next_in_bucket;
    return e;
}

static bool grow_buckets(struct dir *d)
{
    size_t n = d->nbuckets ? d->nbuckets * 2 : 8;
    struct name **buckets = calloc(n, sizeof *buckets);
    if (!buckets)
        return false;
    for (size_t i = 0; i < d->nbuckets; i++) {
        for (struct name *e = d->buckets[i], *next; e; e = next) {
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
            if (d->order[i].name)
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

struct name *dir_next(const struct inode *n, u64 from)
{
    const struct dir *d = &n->dir;
    for (size_t i = search(d, from); i < d->norder; i++) {
        if (d->order[i].name)
            return d->order[i].name;
    }
    return NULL;
}

static u64 entry_charge(size_t name_len)
{
    return sizeof(struct name) + name_len + sizeof(struct name *) + sizeof(struct slot);
}

i64 dir_add(struct fs *fs, struct inode *dir, const char *name, size_t len, struct inode *inode)
{
    struct dir *d = &dir->dir;
    i64 result = space_take(&fs->space, entry_charge(len));
    if (result < 0)
        return result;
    struct name *e = malloc(sizeof *e + len);
    if (!e || !grow_order(d) || (d->count >= d->nbuckets && !grow_buckets(d))) {
        free(e);
        space_give(&fs->space, entry_charge(len));
        return -ENOMEM;
    }
    *e = (struct name){.dir = dir,
                       .inode = inode,
                       .cookie = ++d->next_cookie,
                       .hash = tree_name_hash(name, len),
                       .len = (u32)len};
    memcpy(e->text, name, len);
    struct name **bucket = &d->buckets[e->hash & (d->nbuckets - 1)];
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

i64 dir_make(struct fs *fs, struct inode *dir, const char *name, size_t len, u32 mode, u32 uid,
             u32 gid, struct inode **out)
{
    i64 result = inode_new(fs, mode, uid, gid, out);
    if (result < 0)
        return result;
    result = dir_add(fs, dir, name, len, *out);
    if (result < 0)
        inode_put(fs, *out);
    return result;
}

static void unlink_from_bucket(struct dir *d, struct name *e)
{
    struct name **at = &d->buckets[e->hash & (d->nbuckets - 1)];
    while (*at != e)
        at = &(*at)->next_in_bucket;
    *at = e->next_in_bucket;
}

void dir_remove(struct fs *fs, struct name *e)
{
    struct inode *dir = e->dir, *inode = e->inode;
    struct dir *d = &dir->dir;
    unlink_from_bucket(d, e);
    size_t slot = search(d, e->cookie);
    d->order[slot].name = NULL;
    while (d->norder && !d->order[d->norder - 1].name)
        d->norder--;
    d->count--;
    if (inode_is(inode, MODE_DIR)) {
        inode->nlink = 0;
        dir->nlink--;
    } else {
        inode->nlink--;
    }
    inode_touch(fs, dir, true);
    if (inode->nlink || inode->holds) /* else it goes */
        inode_touch(fs, inode, false);
    space_give(&fs->space, entry_charge(e->len));
    free(e);
    inode_get(inode);
    inode_put(fs, inode);
}
