/* Filling a new file system with a copy of a tree; see ramfs.h. */
#include "servers/ramfs/ramfs.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 64u
#define COPY_SIZE 65536u

struct copy {
    struct fs *fs;
    u8 *buf; /* COPY_SIZE bytes, used only between calls of this file's functions */
    unsigned depth;
};

static i64 open_in(u64 dir, const char *name, size_t len, u32 flags)
{
    return rx_openat((i64)dir, name, len, flags | RX_O_CLOEXEC, 0);
}

/* What the other scheme calls a name may be anything. */
static bool is_name(const char *name, size_t len)
{
    bool dots = len <= 2 && memcmp(name, "..", len) == 0;
    return !dots && len <= TREE_NAME_MAX && !memchr(name, '/', len);
}

/* Makes a file of the type and with the owner and mode of st; held for the caller. */
static i64 make(struct copy *c, struct inode *dir, const char *name, size_t len,
                const struct rx_stat *st, struct inode **out)
{
    u32 type = st->mode & MODE_TYPE;
    u32 kind = type == MODE_DIR || type == MODE_SYMLINK ? type : MODE_FILE;
    if (!is_name(name, len))
        return -EIO;
    if (dir_find(dir, name, len))
        return -EEXIST;
    return dir_make(c->fs, dir, name, len, kind | (st->mode & MODE_PERM), st->uid, st->gid, out);
}

static i64 add_target(struct copy *c, struct inode *link, size_t len)
{
    if (len > TREE_TARGET_MAX - link->target.len)
        return -ENAMETOOLONG;
    return target_append(c->fs, link, (const char *)c->buf, len);
}

static i64 copy_content(struct copy *c, u64 fd, struct inode *to)
{
    u64 offset = 0;
    for (;;) {
        i64 n = (i64)redox_read_v1(fd, c->buf, COPY_SIZE);
        if (n <= 0)
            return n;
        i64 result = inode_is(to, MODE_SYMLINK)
                         ? add_target(c, to, (size_t)n)
                         : data_write(&to->data, &c->fs->space, c->buf, (size_t)n, offset);
        if (result < n)
            return result < 0 ? result : -ENOSPC;
        offset += (u64)n;
    }
}

static i64 copy_dir(struct copy *c, u64 fd, struct inode *to);

static i64 copy_one(struct copy *c, u64 dir, const char *name, size_t len, u8 kind,
                    struct inode *to)
{
    u32 flags = kind == DIRENT_DIR       ? RX_O_DIRECTORY | RX_O_RDONLY
                : kind == DIRENT_SYMLINK ? RX_O_SYMLINK | RX_O_RDONLY
                                         : RX_O_RDONLY | RX_O_NOFOLLOW;
    i64 fd = open_in(dir, name, len, flags);
    if (fd < 0)
        return fd;
    struct rx_stat st;
    struct inode *made = NULL;
    i64 result = rx_fstat((u64)fd, &st);
    if (result >= 0)
        result = make(c, to, name, len, &st, &made);
    if (result >= 0) {
        result =
            inode_is(made, MODE_DIR) ? copy_dir(c, (u64)fd, made) : copy_content(c, (u64)fd, made);
        inode_put(c->fs, made);
    }
    redox_close_v1((size_t)fd);
    return result < 0 ? result : 0;
}

/* The entries of one getdents answer. *next: where the next one starts. */
static i64 copy_entries(struct copy *c, u64 fd, const u8 *list, size_t len, struct inode *to,
                        u64 *next)
{
    for (size_t at = 0; at + RX_DIRENT_HEADER < len;) {
        struct rx_dirent e;
        memcpy(&e, list + at, RX_DIRENT_HEADER);
        if (e.reclen <= RX_DIRENT_HEADER || e.reclen > len - at)
            return -EIO;
        const char *name = (const char *)list + at + RX_DIRENT_HEADER;
        i64 result = copy_one(c, fd, name, strnlen(name, e.reclen - RX_DIRENT_HEADER), e.kind, to);
        if (result < 0)
            return result;
        *next = e.next;
        at += e.reclen;
    }
    return 0;
}

static i64 copy_dir(struct copy *c, u64 fd, struct inode *to)
{
    size_t size = 8192;
    u8 *list = malloc(size);
    if (!list || ++c->depth > DEPTH_MAX) {
        free(list);
        return list ? -ELOOP : -ENOMEM;
    }
    u64 next = 0;
    i64 n;
    while ((n = (i64)redox_getdents_v0(fd, list, size, next)) > 0) {
        i64 result = copy_entries(c, fd, list, (size_t)n, to, &next);
        if (result < 0) {
            n = result;
            break;
        }
    }
    free(list);
    c->depth--;
    return n;
}

i64 populate(struct fs *fs, const char *path)
{
    struct copy c = {.fs = fs, .buf = malloc(COPY_SIZE)};
    i64 fd =
        rx_openat(RX_AT_FDCWD, path, strlen(path), RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC, 0);
    i64 result = c.buf ? fd : -ENOMEM;
    if (result >= 0)
        result = copy_dir(&c, (u64)fd, fs->root);
    if (fd >= 0)
        redox_close_v1((size_t)fd);
    free(c.buf);
    return result;
}
