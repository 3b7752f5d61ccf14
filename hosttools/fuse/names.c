/* FUSE requests that make, take and list names. */
#include "hosttools/fuse/mount.h"

#include <errno.h>
#include <linux/fs.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Whom a new node belongs to: its maker, but the group of a directory that says so. */
static struct rfs_new new_attr(fuse_req_t req, fuse_ino_t parent, mode_t mode)
{
    const struct fuse_ctx *ctx = fuse_req_ctx(req);
    struct rfs_new attr = {(uint16_t)mode, ctx->uid, ctx->gid};
    struct rfs_stat dir;

    if (!rfs_stat(mount_of(req), (uint32_t)parent, &dir) && (dir.mode & S_ISGID)) {
        attr.gid = dir.gid;
        if (S_ISDIR(mode))
            attr.mode |= S_ISGID;
    }
    return attr;
}

static int make(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, uint32_t *id)
{
    struct rfs_new attr = new_attr(req, parent, mode);

    return rfs_create(mount_of(req), (uint32_t)parent, name, strlen(name), &attr, id);
}

void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t dev)
{
    uint32_t id = 0;
    int err = -EPERM;

    (void)dev;
    if (S_ISREG(mode) || S_ISSOCK(mode))
        err = make(req, parent, name, mode, &id);
    reply_node(req, err, id);
}

void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
    uint32_t id = 0;
    int err = make(req, parent, name, (mode & 0xFFF) | S_IFDIR, &id);

    reply_node(req, err, id);
}

void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
               struct fuse_file_info *fi)
{
    struct fuse_entry_param e;
    uint32_t id = 0;
    int err = make(req, parent, name, (mode & 0xFFF) | S_IFREG, &id);

    if (!err)
        err = fill_entry(mount_of(req), id, &e);
    if (err) {
        fuse_reply_err(req, -err);
        return;
    }
    fi->keep_cache = 1;
    known_add(id);
    if (fuse_reply_create(req, &e, fi) == -ENOENT)
        known_forget(mount_of(req), id, 1);
}

void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
    struct rfs_new attr = new_attr(req, parent, 0777);
    uint32_t id = 0;
    int err = rfs_symlink(mount_of(req), (uint32_t)parent, name, strlen(name), target,
                          strlen(target), &attr, &id);

    reply_node(req, err, id);
}

void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name)
{
    int err = rfs_link(mount_of(req), (uint32_t)ino, (uint32_t)parent, name, strlen(name));

    reply_node(req, err, (uint32_t)ino);
}

static void take(fuse_req_t req, fuse_ino_t parent, const char *name, enum rfs_unlink what)
{
    struct rfs *fs = mount_of(req);
    uint32_t id;
    int err = rfs_lookup(fs, (uint32_t)parent, name, strlen(name), &id);

    if (!err) {
        known_keep(fs, id);
        err = rfs_unlink(fs, (uint32_t)parent, name, strlen(name), what);
    }
    fuse_reply_err(req, -err);
}

void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    take(req, parent, name, RFS_UNLINK_NODE);
}

void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    take(req, parent, name, RFS_UNLINK_DIR);
}

void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
               const char *new_name, unsigned flags)
{
    struct rfs *fs = mount_of(req);
    uint32_t id;
    int err = flags & ~(unsigned)RENAME_NOREPLACE ? -EINVAL : 0;

    if (!err && !rfs_lookup(fs, (uint32_t)new_parent, new_name, strlen(new_name), &id))
        known_keep(fs, id);
    if (!err)
        err = rfs_rename(fs, (uint32_t)parent, name, strlen(name), (uint32_t)new_parent, new_name,
                         strlen(new_name), flags & RENAME_NOREPLACE ? RFS_NOREPLACE : 0);
    fuse_reply_err(req, -err);
}

/* ---- Listing ---- */

/* Offsets 1 and 2 are behind "." and ".."; those of the library's cursors are larger. */
struct listing {
    fuse_req_t req;
    struct rfs *fs;
    char *buf;
    size_t size, used;
    uint32_t *given; /* ids that were put into buf with their attributes */
    size_t given_count;
    bool plus;
};

static bool put(struct listing *l, const char *name, uint32_t id, uint16_t mode, off_t next,
                bool known)
{
    struct fuse_entry_param e = {.attr = {.st_ino = id, .st_mode = mode}};
    size_t need;

    if (l->plus) {
        /* A damaged node is listed without being looked up. */
        if (known && fill_entry(l->fs, id, &e))
            e = (struct fuse_entry_param){.attr = {.st_ino = id, .st_mode = mode}};
        need = fuse_add_direntry_plus(l->req, l->buf + l->used, l->size - l->used, name, &e, next);
    } else {
        need = fuse_add_direntry(l->req, l->buf + l->used, l->size - l->used, name, &e.attr, next);
    }
    if (need > l->size - l->used)
        return false;
    l->used += need;
    if (l->plus && e.ino) {
        known_add(id);
        l->given[l->given_count++] = id;
    }
    return true;
}

struct batch_name {
    uint32_t id;
    uint16_t mode;
    uint64_t next;
    char text[RFS_NAME_MAX + 1];
};
struct batch {
    struct batch_name *name;
    size_t count, room;
};

static int collect(void *ctx, const struct rfs_entry *e)
{
    struct batch *b = ctx;
    struct batch_name *n = &b->name[b->count];

    if (b->count == b->room)
        return 1;
    n->id = e->id;
    n->mode = e->mode;
    n->next = e->next;
    memcpy(n->text, e->name, e->len);
    n->text[e->len] = 0;
    b->count++;
    return 0;
}

static int list(struct listing *l, uint32_t dir, off_t off)
{
    struct batch b = {.room = l->size / 24 + 1}; /* no entry of FUSE's is smaller */
    int got;

    if (off < 1 && !put(l, ".", dir, S_IFDIR, 1, false))
        return 0;
    if (off < 2 && !put(l, "..", dir, S_IFDIR, 2, false))
        return 0;
    b.name = malloc(b.room * sizeof(*b.name));
    if (!b.name)
        return -ENOMEM;
    got = rfs_readdir(l->fs, dir, off <= 2 ? 0 : (uint64_t)off, collect, &b);
    for (size_t i = 0; got >= 0 && i < b.count; i++)
        if (!put(l, b.name[i].text, b.name[i].id, b.name[i].mode, (off_t)b.name[i].next, true))
            break;
    free(b.name);
    return got < 0 ? got : 0;
}

static void answer_list(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, bool plus)
{
    struct listing l = {.req = req, .fs = mount_of(req), .size = size, .plus = plus};
    int err = -ENOMEM;

    l.buf = malloc(size);
    l.given = malloc((size / 24 + 1) * sizeof(*l.given));
    if (l.buf && l.given)
        err = list(&l, (uint32_t)ino, off);
    if (err)
        fuse_reply_err(req, -err);
    if (err || fuse_reply_buf(req, l.buf, l.used) == -ENOENT)
        while (l.given_count)
            known_forget(l.fs, l.given[--l.given_count], 1);
    free(l.buf);
    free(l.given);
}

void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi)
{
    (void)fi;
    answer_list(req, ino, size, off, false);
}

void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                    struct fuse_file_info *fi)
{
    (void)fi;
    answer_list(req, ino, size, off, true);
}
