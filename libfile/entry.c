/*
 * Names in use: those of open files and of the directories above them. There is one record for a
 * name however often it is open, so that a file whose name is moved is known by its new path to
 * all who have it open.
 *
 * Where only this library changes names (tree.names_are_ours), records that nobody uses any more
 * are kept, as long as there are no more than KNOWN_MAX in all: a path that is walked again is
 * found without asking the file system. A record is in the table exactly as long as the name exists
 * and leads to its node.
 */
#include "libfile/tree.h"

#include <stdlib.h>
#include <string.h>

#define BUCKETS 4096u
#define KNOWN_MAX 4096u

static struct entry *buckets[BUCKETS];

static u32 hash_of(const struct entry *parent, const char *name, size_t len)
{
    return tree_name_hash(name, len) ^ (u32)((uintptr_t)parent >> 4) * 0x9E3779B1u;
}

/* Where the entry is, or would be, in the chain of its hash. */
static struct entry **find(u32 hash, const struct entry *parent, const char *name, size_t len)
{
    struct entry **at = &buckets[hash % BUCKETS];

    while (*at && !((*at)->hash == hash && (*at)->parent == parent && (*at)->len == len &&
                    !memcmp((*at)->name, name, len)))
        at = &(*at)->next;
    return at;
}

static void idle_remove(struct entry *e)
{
    struct tree *t = e->tree;

    *(e->older ? &e->older->newer : &t->idle_oldest) = e->newer;
    *(e->newer ? &e->newer->older : &t->idle_newest) = e->older;
    e->older = e->newer = NULL;
}

static void idle_add(struct entry *e)
{
    struct tree *t = e->tree;

    e->older = t->idle_newest;
    *(e->older ? &e->older->newer : &t->idle_oldest) = e;
    t->idle_newest = e;
}

static void end(struct entry *e)
{
    if (e->tree->ops->unnamed)
        e->tree->ops->unnamed(e->tree, e->node);
    e->tree->known--;
    if (e->name != e->first_name)
        free(e->name);
    free(e);
}

static struct entry *make(struct tree *t, struct entry *parent, const char *name, size_t len,
                          u64 node)
{
    struct entry *e = malloc(sizeof *e + len);

    if (!e) { /* what is idle may have to make room, so that files can be removed */
        entry_forget_idle(t);
        e = malloc(sizeof *e + len);
    }
    if (!e)
        return NULL;
    *e = (struct entry){.tree = t, .parent = parent, .node = node, .refs = 1, .len = (u32)len};
    e->name = e->first_name;
    memcpy(e->name, name, len);
    t->known++;
    if (t->ops->named)
        t->ops->named(t, node);
    return e;
}

i64 tree_init(struct tree *t)
{
    t->root_entry = make(t, NULL, "", 0, t->root);
    return t->root_entry ? 0 : -ENOMEM;
}

static void insert(struct entry *e, u32 hash)
{
    struct entry **at = &buckets[hash % BUCKETS];

    e->hash = hash;
    e->next = *at;
    *at = e;
}

/* One more user of an entry of the table. */
static struct entry *use(struct entry *e)
{
    if (e->refs++ == 0)
        idle_remove(e);
    return e;
}

struct entry *entry_find(const struct entry *parent, const char *name, size_t len)
{
    struct entry *e = *find(hash_of(parent, name, len), parent, name, len);

    return e ? use(e) : NULL;
}

struct entry *entry_get(struct tree *t, struct entry *parent, const char *name, size_t len,
                        u64 node)
{
    u32 hash = hash_of(parent, name, len);
    struct entry *e = *find(hash, parent, name, len);

    if (e && e->node == node)
        return use(e);
    if (e) /* the name leads to another node by now */
        entry_gone(e);
    e = make(t, parent, name, len, node);
    if (e) {
        entry_hold(parent);
        insert(e, hash);
    }
    return e;
}

void entry_hold(struct entry *e)
{
    e->refs++;
}

/* Takes e out of the table; its hold on the parent is the caller's. */
static struct entry *take_out(struct entry *e)
{
    struct entry *parent = e->parent, **at = &buckets[e->hash % BUCKETS];

    while (*at != e)
        at = &(*at)->next;
    *at = e->next;
    e->parent = NULL;
    return parent;
}

/* The idle entry goes; the hold on its parent, which is the result, is the caller's. */
static struct entry *end_idle(struct entry *e)
{
    struct entry *parent = take_out(e);

    idle_remove(e);
    end(e);
    return parent;
}

/* e has no user any more, and so perhaps directories above it. */
static void unused(struct entry *e)
{
    do {
        struct entry *parent = NULL;

        if (e->parent && e->tree->names_are_ours) {
            idle_add(e);
        } else {
            parent = e->parent ? take_out(e) : NULL;
            end(e);
        }
        e = parent;
    } while (e && --e->refs == 0);
}

/* Ends the entry that has been idle for the longest time. */
static void forget_oldest(struct tree *t)
{
    struct entry *e = t->idle_oldest, *parent = take_out(e);

    t->idle_oldest = e->newer;
    *(e->newer ? &e->newer->older : &t->idle_newest) = NULL;
    end(e);
    if (--parent->refs == 0)
        unused(parent);
}

void entry_put(struct entry *e)
{
    if (!e || --e->refs)
        return;
    struct tree *t = e->tree;
    unused(e);
    while (t->known > KNOWN_MAX && t->idle_oldest)
        forget_oldest(t);
}

void entry_forget_idle(struct tree *t)
{
    while (t->idle_oldest)
        forget_oldest(t);
}

void entry_gone(struct entry *e)
{
    if (e->parent)
        entry_put(e->refs ? take_out(e) : end_idle(e));
}

void entry_moved(struct entry *e, struct entry *parent, const char *name, size_t len)
{
    u32 hash = hash_of(parent, name, len);
    struct entry *old_parent = take_out(e), *there = *find(hash, parent, name, len);
    char *copy = malloc(len + 1);

    if (there)
        entry_gone(there);
    if (copy) {
        memcpy(copy, name, len);
        if (e->name != e->first_name)
            free(e->name);
        e->name = copy;
        e->len = (u32)len;
        e->parent = parent;
        entry_hold(parent);
        insert(e, hash);
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
