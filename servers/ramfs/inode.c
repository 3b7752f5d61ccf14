/* Inodes: making, holding, freeing; see inode.h. */
#include "servers/ramfs/inode.h"
#include "umk/abi/errno.h"
#include "umk/abi/flags.h"

#include <stdlib.h>
#include <string.h>

void inode_touch(const struct fs *fs, struct inode *n, bool content)
{
    fs->now(&n->ctime);
    if (content)
        n->mtime = n->ctime;
}

i64 inode_new(struct fs *fs, u32 mode, u32 uid, u32 gid, struct inode **out)
{
    i64 result = space_take(&fs->space, sizeof(struct inode));
    if (result < 0)
        return result;
    struct inode *n = calloc(1, sizeof *n);
    if (!n) {
        space_give(&fs->space, sizeof(struct inode));
        return -ENOMEM;
    }
    n->ino = fs->next_ino++;
    n->mode = mode;
    n->uid = uid;
    n->gid = gid;
    n->holds = 1;
    inode_touch(fs, n, true);
    n->atime = n->ctime;
    fs->ninodes++;
    *out = n;
    return 0;
}

void inode_get(struct inode *n)
{
    n->holds++;
}

static void free_inode(struct fs *fs, struct inode *n)
{
    if (inode_is(n, MODE_FILE)) {
        data_free(&n->data, &fs->space);
    } else if (inode_is(n, MODE_DIR)) {
        free(n->dir.buckets);
        free(n->dir.order);
    } else if (inode_is(n, MODE_SYMLINK)) {
        space_give(&fs->space, n->target.len);
        free(n->target.text);
    }
    space_give(&fs->space, sizeof *n);
    fs->ninodes--;
    free(n);
}

void inode_put(struct fs *fs, struct inode *n)
{
    if (--n->holds == 0 && n->nlink == 0)
        free_inode(fs, n);
}

i64 target_read(const struct inode *link, void *buf, size_t len, u64 offset)
{
    if (offset >= link->target.len)
        return 0;
    if (len > link->target.len - offset)
        len = link->target.len - offset;
    memcpy(buf, link->target.text + offset, len);
    return (i64)len;
}

i64 target_append(struct fs *fs, struct inode *link, const char *text, size_t len)
{
    i64 result = space_take(&fs->space, len);
    if (result < 0)
        return result;
    char *all = realloc(link->target.text, link->target.len + len + 1);
    if (!all) {
        space_give(&fs->space, len);
        return -ENOMEM;
    }
    memcpy(all + link->target.len, text, len);
    link->target.text = all;
    link->target.len += len;
    return (i64)len;
}

i64 fs_init(struct fs *fs)
{
    fs->next_ino = 1;
    fs->ninodes = 0;
    i64 result = inode_new(fs, MODE_DIR | 0755, 0, 0, &fs->root);
    if (result >= 0)
        fs->root->nlink = 2;
    return result;
}

static void empty_dir(struct fs *fs, struct inode *dir)
{
    struct name *e;
    while ((e = dir_next(dir, 0)) != NULL) {
        if (inode_is(e->inode, MODE_DIR))
            empty_dir(fs, e->inode);
        dir_remove(fs, e);
    }
}

void fs_free(struct fs *fs)
{
    empty_dir(fs, fs->root);
    fs->root->nlink = 0;
    inode_put(fs, fs->root);
    fs->root = NULL;
}
