/* The tree of the boot archive; see tree.h. */
#include "servers/initfs/tree.h"
#include "servers/initfs/newc.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

#include <stdlib.h>
#include <string.h>

static u32 bucket_of(const struct tree *t, u32 parent, const char *name, size_t len)
{
    u32 hash = 2166136261u ^ parent;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (u8)name[i]) * 16777619u;
    return hash & (t->nbuckets - 1);
}

static u32 find_child(const struct tree *t, u32 dir, const char *name, size_t len)
{
    u32 i = t->buckets[bucket_of(t, dir, name, len)];
    for (; i != TREE_NONE; i = t->nodes[i].next_in_bucket) {
        const struct node *n = &t->nodes[i];
        if (n->parent == dir && n->name_len == len && memcmp(n->name, name, len) == 0)
            return i;
    }
    return TREE_NONE;
}

/* Doubles the table and puts every node where it belongs. */
static bool grow_buckets(struct tree *t)
{
    u32 n = t->nbuckets ? t->nbuckets * 2 : 64;
    u32 *buckets = malloc(n * sizeof *buckets);
    if (!buckets)
        return false;
    free(t->buckets);
    t->buckets = buckets;
    t->nbuckets = n;
    memset(buckets, 0xff, n * sizeof *buckets);
    for (u32 i = 1; i < t->count; i++) {
        struct node *node = &t->nodes[i];
        u32 b = bucket_of(t, node->parent, node->name, node->name_len);
        node->next_in_bucket = buckets[b];
        buckets[b] = i;
    }
    return true;
}

static bool make_room(struct tree *t)
{
    if (t->count == t->space) {
        u32 space = t->space ? t->space * 2 : 64;
        struct node *nodes = realloc(t->nodes, space * sizeof *nodes);
        if (!nodes)
            return false;
        t->nodes = nodes;
        t->space = space;
    }
    return t->count < t->nbuckets || grow_buckets(t);
}

static u32 add_node(struct tree *t, u32 parent, const char *name, size_t len)
{
    if (!make_room(t))
        return TREE_NONE;
    u32 i = t->count++;
    struct node *n = &t->nodes[i];
    *n = (struct node){.name = name,
                       .name_len = (u32)len,
                       .parent = parent,
                       .first_child = TREE_NONE,
                       .last_child = TREE_NONE,
                       .next_sibling = TREE_NONE,
                       .next_in_bucket = TREE_NONE,
                       .mode = MODE_DIR | 0755};
    if (i == TREE_ROOT)
        return i;
    u32 b = bucket_of(t, parent, name, len);
    n->next_in_bucket = t->buckets[b];
    t->buckets[b] = i;
    struct node *p = &t->nodes[parent];
    if (p->last_child == TREE_NONE)
        p->first_child = i;
    else
        t->nodes[p->last_child].next_sibling = i;
    p->last_child = i;
    return i;
}

static bool is_dir(const struct tree *t, u32 i)
{
    return (t->nodes[i].mode & MODE_TYPE) == MODE_DIR;
}

/* Cuts the next component off a path. False: there is none left. */
static bool next_part(const char **path, const char *end, const char **part, size_t *len)
{
    const char *s = *path;
    while (s < end && *s == '/')
        s++;
    const char *slash = s < end ? memchr(s, '/', (size_t)(end - s)) : NULL;
    const char *stop = slash ? slash : end;
    *part = s;
    *len = (size_t)(stop - s);
    *path = stop;
    return stop > s;
}

static bool is_dot(const char *part, size_t len)
{
    return len == 1 && part[0] == '.';
}

static bool is_dotdot(const char *part, size_t len)
{
    return len == 2 && part[0] == '.' && part[1] == '.';
}

/* The node for a record, made with the directories above it. */
static i64 place(struct tree *t, const struct newc_entry *e)
{
    const char *at = e->name, *end = e->name + e->name_len, *part;
    size_t len;
    u32 here = TREE_ROOT;
    while (next_part(&at, end, &part, &len)) {
        if (is_dot(part, len))
            continue;
        if (is_dotdot(part, len) || !is_dir(t, here))
            return -EBADMSG;
        u32 child = find_child(t, here, part, len);
        if (child == TREE_NONE)
            child = add_node(t, here, part, len);
        if (child == TREE_NONE)
            return -ENOMEM;
        here = child;
    }
    return here;
}

i64 tree_build(struct tree *t, const u8 *archive, size_t len)
{
    *t = (struct tree){0};
    i64 result = add_node(t, TREE_ROOT, "", 0) == TREE_NONE ? -ENOMEM : 0;
    struct newc reader = {.base = archive, .len = len};
    struct newc_entry e;
    int more = 0;
    while (result == 0 && (more = newc_next(&reader, &e)) > 0) {
        i64 i = place(t, &e);
        if (i < 0) {
            result = i;
            break;
        }
        struct node *n = &t->nodes[i];
        bool dir = (e.mode & MODE_TYPE) == MODE_DIR;
        if (!dir && (i == TREE_ROOT || n->first_child != TREE_NONE)) {
            result = -EBADMSG;
            break;
        }
        n->mode = e.mode & 0xFFFF;
        n->uid = e.uid;
        n->gid = e.gid;
        n->mtime = e.mtime;
        n->data = e.data;
        n->size = dir ? 0 : e.size;
    }
    if (result == 0)
        result = more;
    if (result < 0)
        tree_free(t);
    return result;
}

i64 tree_find(const struct tree *t, u32 dir, const char *path, size_t path_len)
{
    const char *end = path + path_len, *part;
    size_t len;
    u32 here = path_len && path[0] == '/' ? TREE_ROOT : dir;
    while (next_part(&path, end, &part, &len)) {
        u32 type = t->nodes[here].mode & MODE_TYPE;
        if (type == MODE_SYMLINK)
            return -EOPNOTSUPP;
        if (type != MODE_DIR)
            return -ENOTDIR;
        if (is_dot(part, len))
            continue;
        u32 next = is_dotdot(part, len) ? t->nodes[here].parent : find_child(t, here, part, len);
        if (next == TREE_NONE)
            return -ENOENT;
        here = next;
    }
    return here;
}

i64 tree_path(const struct tree *t, u32 node, char *buf, size_t size)
{
    size_t len = 0;
    for (u32 i = node; i != TREE_ROOT; i = t->nodes[i].parent)
        len += t->nodes[i].name_len + (len ? 1 : 0);
    if (len > size)
        return -ERANGE;
    size_t at = len;
    for (u32 i = node; i != TREE_ROOT; i = t->nodes[i].parent) {
        at -= t->nodes[i].name_len;
        memcpy(buf + at, t->nodes[i].name, t->nodes[i].name_len);
        if (at)
            buf[--at] = '/';
    }
    return (i64)len;
}

void tree_free(struct tree *t)
{
    free(t->nodes);
    free(t->buckets);
    *t = (struct tree){0};
}
