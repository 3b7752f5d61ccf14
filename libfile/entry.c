/*
 * Names in use: those of open files and of the directories above them. There is one record for a
 * name however often it is open, so that a file whose name is moved is known by its new path to
 * all who have it open.
 */
#include "libfile/tree.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 1024u

static struct entry *buckets[BUCKETS];

static u32 bucket_of(const struct entry *parent, const char *name, size_t len)
{
    u32 hash = 2166136261u ^ (u32)((uintptr_t)parent >> 4);

    for (size_t i = 0; i < len; i++)
        hash = (hash ^ (u8)name[i]) * 16777619u;
    return (hash ^ hash >> 15) % BUCKETS;
}

static struct entry **find(const struct entry *parent, const char *name, size_t len)
{
    struct entry **at = &buckets[bucket_of(parent, name, len)];

    while (*at &&
           !((*at)->parent == parent && (*at)->len == len && !memcmp((*at)->name, name, len)))
        at = &(*at)->next;
    return at;
}

static struct entry *make(struct tree *t, struct entry *parent, const char *name, size_t len,
                          u64 node)
{
    struct entry *e = malloc(sizeof *e);
    char *copy = malloc(len + 1);

    if (!e || !copy) {
        free(e);
        free(copy);
        return NULL;
    }
    memcpy(copy, name, len);
    *e = (struct entry){
        .tree = t, .parent = parent, .node = node, .refs = 1, .len = (u32)len, .name = copy};
    if (t->ops->named)
        t->ops->named(t, node);
    return e;
}

i64 tree_init(struct tree *t)
{
    t->root_entry = make(t, NULL, "", 0, t->root);
    return t->root_entry ? 0 : -ENOMEM;
}

struct entry *entry_get(struct tree *t, struct entry *parent, const char *name, size_t len,
                        u64 node)
{
    struct entry **at = find(parent, name, len);

    if (*at && (*at)->node == node) {
        (*at)->refs++;
        return *at;
    }
    struct entry *e = make(t, parent, name, len, node);
    if (!e)
        return NULL;
    if (*at) /* the name leads to another node by now */
        entry_removed(parent, name, len);
    entry_hold(parent);
    at = &buckets[bucket_of(parent, name, len)];
    e->next = *at;
    *at = e;
    return e;
}

void entry_hold(struct entry *e)
{
    e->refs++;
}

/* Takes e out of the table; its hold on the parent is the caller's. */
static struct entry *take_out(struct entry *e)
{
    struct entry *parent = e->parent;
    struct entry **at = find(parent, e->name, e->len);

    *at = e->next;
    e->parent = NULL;
    return parent;
}

void entry_put(struct entry *e)
{
    while (e && --e->refs == 0) {
        struct entry *parent = e->parent ? take_out(e) : NULL;
        if (e->tree->ops->unnamed)
            e->tree->ops->unnamed(e->tree, e->node);
        free(e->name);
        free(e);
        e = parent;
    }
}

void entry_removed(const struct entry *parent, const char *name, size_t len)
{
    struct entry *e = *find(parent, name, len);

    if (e)
        entry_put(take_out(e));
}

void entry_moved(struct entry *e, struct entry *parent, const char *name, size_t len)
{
    struct entry *old_parent = take_out(e);
    char *copy = malloc(len + 1);

    entry_removed(parent, name, len);
    if (copy) {
        memcpy(copy, name, len);
        free(e->name);
        e->name = copy;
        e->len = (u32)len;
        e->parent = parent;
        entry_hold(parent);
        struct entry **at = &buckets[bucket_of(parent, name, len)];
        e->next = *at;
        *at = e;
    }
    entry_put(old_parent);
}

i64 entry_path(const struct tree *t, const struct entry *e, char *buf, size_t size)
{
    size_t at = size;

    for (; e != t->root_entry; e = e->parent) {
        if (!e->parent)
            return -ENOENT;
        if (at < (size_t)e->len + 1)
            return -ERANGE;
        at -= e->len;
        memcpy(buf + at, e->name, e->len);
        if (e->parent != t->root_entry)
            buf[--at] = '/';
    }
    memmove(buf, buf + at, size - at);
    return (i64)(size - at);
}

/* Length of the directories that both paths begin with, including the slash; a ends in one. */
static size_t common_part(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t common = 0, i = 0;

    for (; i < a_len && i < b_len && a[i] == b[i]; i++) {
        if (a[i] == '/')
            common = i + 1;
    }
    return common;
}

i64 entry_relative_path(const struct tree *t, const struct entry *dir, const struct entry *e,
                        char *buf, size_t size)
{
    static char from[RX_PATH_MAX + 1], to[RX_PATH_MAX];
    i64 from_len = entry_path(t, dir, from, RX_PATH_MAX);
    i64 to_len = entry_path(t, e, to, sizeof to);

    if (from_len < 0 || to_len < 0)
        return from_len < 0 ? from_len : to_len;
    if (from_len)
        from[from_len++] = '/';
    size_t common = common_part(from, (size_t)from_len, to, (size_t)to_len);
    if (to_len + 1 == from_len && memcmp(from, to, (size_t)to_len) == 0)
        common = (size_t)from_len; /* the directory itself */
    size_t used = 0, rest = common < (size_t)to_len ? (size_t)to_len - common : 0;
    for (size_t i = common; i < (size_t)from_len; i++) {
        if (from[i] != '/')
            continue;
        if (used + 3 > size)
            return -ERANGE;
        memcpy(buf + used, "../", 3);
        used += 3;
    }
    if (used && rest == 0)
        used--; /* no slash at the end */
    if (used + rest > size)
        return -ERANGE;
    memcpy(buf + used, to + common, rest);
    return (i64)(used + rest);
}
