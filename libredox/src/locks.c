/*
 * Record locks of a server's files: by inode, as ops->inode tells, for the whole scheme. A lock
 * belongs to a process (POSIX) or to an open file (OFD) and covers bytes first to last of the
 * inode. A process's locks on an inode go when it closes any descriptor of a file through which
 * it may have set one, an open file's when it is closed for good.
 *
 * Always: the locks of one owner on one inode do not overlap, and those of the same kind do not
 * touch; an exclusive lock overlaps no other owner's; an inode without locks has no record here.
 * There are at most LOCKS_MAX locks, so that clients cannot use up the server's memory.
 */
#include "scheme_lib.h"
#include <stdlib.h>
#include <string.h>

#define FLAG (1ull << 63)
#define LOCKS_MAX 16384u
#define BUCKETS 256u

struct lock {
    struct lock *next;
    u64 first, last;
    u64 owner; /* a pid, or an open file's number */
    bool ofd, exclusive;
};

struct locked_inode {
    struct locked_inode *next;
    const struct scheme *scheme;
    u64 inode;
    struct lock *locks;
};

static struct locked_inode *buckets[BUCKETS];
static u32 nlocks;

static struct locked_inode **inode_at(const struct scheme *s, u64 inode)
{
    struct locked_inode **at = &buckets[(inode ^ inode >> 8 ^ inode >> 16) % BUCKETS];

    while (*at && ((*at)->inode != inode || (*at)->scheme != s))
        at = &(*at)->next;
    return at;
}

static void free_if_empty(struct locked_inode **at)
{
    struct locked_inode *in = *at;

    if (in->locks)
        return;
    *at = in->next;
    free(in);
}

/* One inode's list */

static void drop(struct lock **at)
{
    struct lock *l = *at;

    *at = l->next;
    free(l);
    nlocks--;
}

static bool same_owner(const struct lock *a, const struct lock *b)
{
    return a->ofd == b->ofd && a->owner == b->owner;
}

static const struct lock *conflict(const struct locked_inode *in, const struct lock *want)
{
    for (const struct lock *l = in ? in->locks : NULL; l; l = l->next)
        if (!same_owner(l, want) && (l->exclusive || want->exclusive) && l->first <= want->last &&
            l->last >= want->first)
            return l;
    return NULL;
}

/* Takes the range of hole out of its owner's locks. spare is used when one falls in two parts;
 * NULL is left there then. */
static void carve(struct locked_inode *in, const struct lock *hole, struct lock **spare)
{
    for (struct lock **at = &in->locks; *at;) {
        struct lock *l = *at;

        if (!same_owner(l, hole) || l->last < hole->first || l->first > hole->last) {
            at = &l->next;
        } else if (l->first < hole->first && l->last > hole->last) {
            struct lock *rest = *spare;

            *spare = NULL;
            *rest = *l;
            rest->first = hole->last + 1;
            l->last = hole->first - 1;
            l->next = rest;
            nlocks++;
            return;
        } else if (l->first < hole->first) {
            l->last = hole->first - 1;
            at = &l->next;
        } else if (l->last > hole->last) {
            l->first = hole->last + 1;
            at = &l->next;
        } else {
            drop(at);
        }
    }
}

/* Makes l one with its owner's locks of the same kind that it touches. */
static void absorb(struct locked_inode *in, struct lock *l)
{
    for (struct lock **at = &in->locks; *at;) {
        struct lock *o = *at;

        if (o == l || !same_owner(o, l) || o->exclusive != l->exclusive || o->last + 1 < l->first ||
            o->first > l->last + 1) {
            at = &o->next;
            continue;
        }
        l->first = o->first < l->first ? o->first : l->first;
        l->last = o->last > l->last ? o->last : l->last;
        drop(at);
    }
}

/* The calls */

static i64 set(struct scheme *s, u64 inode, const struct lock *want)
{
    struct locked_inode **at = inode_at(s, inode);
    struct lock *l, *spare;

    if (conflict(*at, want))
        return -EAGAIN;
    l = malloc(sizeof(*l));
    spare = malloc(sizeof(*spare));
    if (!*at)
        *at = calloc(1, sizeof(**at));
    if (!l || !spare || !*at || nlocks + 2 > LOCKS_MAX) {
        free(l);
        free(spare);
        if (*at)
            free_if_empty(at);
        return -ENOLCK;
    }
    (*at)->scheme = s;
    (*at)->inode = inode;
    carve(*at, want, &spare);
    *l = *want;
    l->next = (*at)->locks;
    (*at)->locks = l;
    nlocks++;
    absorb(*at, l);
    free(spare);
    return 0;
}

static i64 unset(struct scheme *s, u64 inode, const struct lock *hole)
{
    struct locked_inode **at = inode_at(s, inode);
    struct lock *spare;

    if (!*at)
        return 0;
    spare = malloc(sizeof(*spare));
    if (!spare)
        return -ENOLCK;
    carve(*at, hole, &spare);
    free(spare);
    free_if_empty(at);
    return 0;
}

static bool range_of(u64 start, u64 len, struct lock *l)
{
    l->ofd = start & FLAG;
    l->exclusive = len & FLAG;
    l->first = start & ~FLAG;
    len &= ~FLAG;
    l->last = len ? l->first + len - 1 : INT64_MAX;
    return l->last <= INT64_MAX;
}

static i64 get(struct scheme *s, u64 inode, const struct lock *want, u64 range[2])
{
    const struct lock *l = conflict(*inode_at(s, inode), want);

    if (!l)
        return -ESRCH;
    range[0] = l->first;
    range[1] = (l->last == INT64_MAX ? 0 : l->last - l->first + 1) | (l->exclusive ? FLAG : 0);
    return l->ofd ? 0 : (i64)l->owner;
}

bool locks_kernel_first(const struct file *f, const u64 args[6])
{
    return !f->detaches && !(args[4] & FLAG);
}

i64 locks_call(struct scheme_ctx *c, struct file *f, const u64 args[6], void *buf, size_t len)
{
    const struct scheme_ops *ops = c->scheme->ops;
    u32 kind = args[3] & 0xFF;
    u64 range[2] = {args[4], args[5]}, inode;
    struct lock want = {.owner = 0};
    i64 res;

    if (!ops->inode)
        return -EOPNOTSUPP;
    if (kind == STD_GETLOCK) {
        if (len < sizeof(range))
            return -EINVAL;
        memcpy(range, buf, sizeof(range));
    }
    if (!range_of(range[0], range[1], &want))
        return -EOVERFLOW;
    want.owner = want.ofd ? file_number(f) : c->pid;
    inode = ops->inode(c, f->id);
    switch (kind) {
    case STD_LOCK:
        /* OFD locks stand for flock too, for which any access will do, but not none: who only looks
         * at a file cannot keep others from it */
        if (!(f->flags & (want.ofd ? RX_O_ACCMODE : want.exclusive ? RX_O_WRONLY : RX_O_RDONLY)))
            return -EBADF;
        res = set(c->scheme, inode, &want);
        f->detaches |= res == 0 && !want.ofd;
        return res;
    case STD_UNLOCK:
        return unset(c->scheme, inode, &want);
    default:
        res = get(c->scheme, inode, &want, range);
        if (res >= 0)
            memcpy(buf, range, sizeof(range));
        return res;
    }
}

/* The end */

static void drop_all(struct scheme *s, const struct file *f, bool ofd, u64 owner)
{
    struct scheme_ctx c = {.scheme = s, .open_flags = f->flags};
    const struct lock all = {.first = 0, .last = INT64_MAX, .owner = owner, .ofd = ofd};
    struct locked_inode **at;

    if (!s->ops->inode || nlocks == 0)
        return;
    at = inode_at(s, s->ops->inode(&c, f->id));
    if (!*at)
        return;
    /* a hole as wide as anything leaves no two parts: no spare is needed */
    carve(*at, &all, NULL);
    free_if_empty(at);
}

void locks_detached(struct scheme *s, const struct file *f, u32 pid)
{
    drop_all(s, f, false, pid);
}

void locks_closed(struct scheme *s, const struct file *f)
{
    drop_all(s, f, true, file_number(f));
}
