/* The operations of a tree on files of the host; see libfile/tree.h for what each must do. */
#include "hostdrv/hostfs/hostfs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of a new file's mode: nothing here makes a program of the host run as somebody else. */
#define MODE_ALLOWED 01777u

static int fd_of(u64 id)
{
    const struct node *n = node_by_id(id);

    return n ? n->path_fd : -1;
}

/* One name, as it lies there: neither through a link nor out of the directory. */
static int open_name(int dir, const char *name, size_t len, char copy[TREE_NAME_MAX + 1])
{
    const struct open_how how = {.flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
                                 .resolve =
                                     RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS};

    memcpy(copy, name, len);
    copy[len] = 0;
    long fd = syscall(SYS_openat2, dir, copy, &how, sizeof how);
    return fd < 0 ? -errno : (int)fd;
}

static i64 host_lookup(struct tree *t, u64 dir, const char *name, size_t len, u64 *id)
{
    char copy[TREE_NAME_MAX + 1];
    struct stat st;
    int fd = open_name(fd_of(dir), name, len, copy);

    (void)t;
    if (fd < 0)
        return fd == -ELOOP || fd == -EXDEV ? -EACCES : fd;
    if (fstat(fd, &st) < 0) {
        close(fd);
        return -EIO;
    }
    struct node *n = node_for(fd, &st);
    if (!n)
        return -ENOMEM;
    *id = n->id;
    return 0;
}

static i64 host_stat(struct tree *t, u64 id, struct rx_stat *out)
{
    const struct node *n = node_by_id(id);
    struct stat st;

    (void)t;
    if (!n)
        return -EBADF;
    if (fstat(n->path_fd, &st) < 0)
        return -errno;
    *out = (struct rx_stat){.ino = st.st_ino,
                            .mode = (u16)st.st_mode,
                            .nlink = (u32)st.st_nlink,
                            .uid = st.st_uid,
                            .gid = st.st_gid,
                            .size = n->new_link ? 0 : (u64)st.st_size,
                            .blksize = 4096,
                            .blocks = (u64)st.st_blocks,
                            .mtime = (u64)st.st_mtim.tv_sec,
                            .mtime_nsec = (u32)st.st_mtim.tv_nsec,
                            .atime = (u64)st.st_atim.tv_sec,
                            .atime_nsec = (u32)st.st_atim.tv_nsec,
                            .ctime = (u64)st.st_ctim.tv_sec,
                            .ctime_nsec = (u32)st.st_ctim.tv_nsec};
    return 0;
}

static i64 host_hold(struct tree *t, u64 id)
{
    struct node *n = node_by_id(id);

    (void)t;
    if (!n)
        return -EBADF;
    node_hold(n);
    return 0;
}

static void host_named(struct tree *t, u64 id)
{
    host_hold(t, id);
}

static void host_release(struct tree *t, u64 id)
{
    struct node *n = node_by_id(id);

    (void)t;
    if (n)
        node_drop(n);
}

static i64 host_read(struct tree *t, u64 id, void *buf, size_t len, u64 offset)
{
    struct node *n = node_by_id(id);
    char target[TREE_TARGET_MAX + 1];

    (void)t;
    if (!n)
        return -EBADF;
    if (S_ISLNK(n->mode)) {
        ssize_t size = readlinkat(n->path_fd, "", target, sizeof target);
        if (size < 0 || offset >= (u64)size)
            return size < 0 ? -errno : 0;
        len = len < (u64)size - offset ? len : (size_t)((u64)size - offset);
        memcpy(buf, target + offset, len);
        return (i64)len;
    }
    int fd = node_open(n, false);
    ssize_t got = fd < 0 ? 0 : pread(fd, buf, len, (off_t)offset);
    return fd < 0 ? fd : got < 0 ? -errno : got;
}

static enum dirent_kind kind_of(unsigned char type)
{
    return type == DT_DIR   ? DIRENT_DIR
           : type == DT_REG ? DIRENT_FILE
           : type == DT_LNK ? DIRENT_SYMLINK
                            : DIRENT_UNKNOWN;
}

/* Where a listing goes on is the host's own offset, plus one so that 0 stays the beginning. */
static i64 host_readdir(struct tree *t, u64 dir, struct dirent_builder *b, u64 start)
{
    struct node *n = node_by_id(dir);
    char buf[8192];
    int fd = n ? node_open(n, false) : -EBADF;

    (void)t;
    if (fd < 0)
        return fd;
    if (lseek(fd, start ? (off_t)(start - 1) : 0, SEEK_SET) < 0)
        return -EINVAL;
    for (;;) {
        long got = syscall(SYS_getdents64, fd, buf, sizeof buf);
        if (got <= 0)
            return got < 0 ? -errno : 0;
        for (long at = 0; at < got;) {
            const struct dirent64 *e = (const struct dirent64 *)(const void *)(buf + at);
            bool own = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
            if (!own && !dirent_add(b, e->d_ino, (u64)e->d_off + 1, kind_of(e->d_type), e->d_name,
                                    strlen(e->d_name)))
                return b->used ? 0 : -EINVAL;
            at += e->d_reclen;
        }
    }
}

static i64 host_statvfs(struct tree *t, struct rx_statvfs *st)
{
    struct statfs s;

    if (fstatfs(fd_of(t->root), &s) < 0)
        return -errno;
    *st = (struct rx_statvfs){
        .bsize = (u32)s.f_bsize, .blocks = s.f_blocks, .bfree = s.f_bfree, .bavail = s.f_bavail};
    return 0;
}

static i64 make(int dir, const char *name, u32 mode)
{
    int fd;

    switch (mode & MODE_TYPE) {
    case MODE_SOCK: /* the host has sockets of its own */
        return -EOPNOTSUPP;
    case MODE_DIR:
        return mkdirat(dir, name, mode & MODE_ALLOWED) < 0 ? -errno : 0;
    case MODE_SYMLINK: /* its target comes with the first write */
        return symlinkat(".", dir, name) < 0 ? -errno : 0;
    default:
        fd = openat(dir, name, O_CREAT | O_EXCL | O_NOFOLLOW | O_WRONLY | O_CLOEXEC,
                    mode & MODE_ALLOWED);
        if (fd >= 0)
            close(fd);
        return fd < 0 ? -errno : 0;
    }
}

static i64 host_create(struct tree *t, u64 dir, const char *name, size_t len, u32 mode,
                       const struct cred *owner, u64 *id)
{
    char copy[TREE_NAME_MAX + 1];

    memcpy(copy, name, len);
    copy[len] = 0;
    i64 r = make(fd_of(dir), copy, mode);
    if (r >= 0)
        r = host_lookup(t, dir, name, len, id);
    if (r < 0)
        return r;
    struct node *n = node_by_id(*id);
    if (geteuid() == 0 && (owner->uid || owner->gid) &&
        fchownat(n->path_fd, "", owner->uid, owner->gid, AT_EMPTY_PATH) < 0)
        r = -errno;
    if ((mode & MODE_TYPE) == MODE_SYMLINK) {
        n->new_link = true;
        n->dir = dir;
        n->name = strdup(copy);
    }
    return r;
}

/* A link cannot be changed: another one, with the target, takes its place and its node. */
static i64 set_target(struct node *n, const char *text, size_t len)
{
    char target[TREE_TARGET_MAX + 1], other[64], copy[TREE_NAME_MAX + 1];
    int dir = fd_of(n->dir);

    if (!n->name || dir < 0 || len > TREE_TARGET_MAX)
        return -EIO;
    memcpy(target, text, len);
    target[len] = 0;
    snprintf(other, sizeof other, ".umk-link-%d-%llu", (int)getpid(), (unsigned long long)n->id);
    if (symlinkat(target, dir, other) < 0)
        return -errno;
    if (renameat(dir, other, dir, n->name) < 0) {
        i64 r = -errno;
        unlinkat(dir, other, 0);
        return r;
    }
    int fd = open_name(dir, n->name, strlen(n->name), copy);
    if (fd < 0)
        return fd;
    int r = node_becomes(n, fd);
    if (r < 0)
        return r;
    n->new_link = false;
    return (i64)len;
}

static i64 host_write(struct tree *t, u64 id, const void *buf, size_t len, u64 offset)
{
    struct node *n = node_by_id(id);

    (void)t;
    if (!n)
        return -EBADF;
    if (S_ISLNK(n->mode))
        return n->new_link ? set_target(n, buf, len) : -EBADF;
    int fd = node_open(n, true);
    ssize_t put = fd < 0 ? 0 : pwrite(fd, buf, len, (off_t)offset);
    return fd < 0 ? fd : put < 0 ? -errno : put;
}

static i64 host_link(struct tree *t, u64 id, u64 dir, const char *name, size_t len)
{
    char copy[TREE_NAME_MAX + 1], path[32];
    const struct node *n = node_by_id(id);

    (void)t;
    if (!n)
        return -EBADF;
    memcpy(copy, name, len);
    copy[len] = 0;
    return linkat(AT_FDCWD, node_path(n, path), fd_of(dir), copy, AT_SYMLINK_FOLLOW) < 0 ? -errno
                                                                                         : 0;
}

static i64 host_unlink(struct tree *t, u64 dir, const char *name, size_t len, bool is_dir)
{
    char copy[TREE_NAME_MAX + 1];

    (void)t;
    memcpy(copy, name, len);
    copy[len] = 0;
    return unlinkat(fd_of(dir), copy, is_dir ? AT_REMOVEDIR : 0) < 0 ? -errno : 0;
}

static i64 host_rename(struct tree *t, u64 dir, const char *name, size_t len, u64 to_dir,
                       const char *to_name, size_t to_len)
{
    char from[TREE_NAME_MAX + 1], to[TREE_NAME_MAX + 1];

    (void)t;
    memcpy(from, name, len);
    from[len] = 0;
    memcpy(to, to_name, to_len);
    to[to_len] = 0;
    return renameat(fd_of(dir), from, fd_of(to_dir), to) < 0 ? -errno : 0;
}

static i64 set_times(const struct node *n, const struct rx_stat *v, u32 mask)
{
    char path[32];
    const struct timespec times[2] = {
        {(time_t)v->atime, mask & TREE_SET_ATIME ? (long)v->atime_nsec : UTIME_OMIT},
        {(time_t)v->mtime, mask & TREE_SET_MTIME ? (long)v->mtime_nsec : UTIME_OMIT}};

    int r = S_ISLNK(n->mode) ? utimensat(n->path_fd, "", times, AT_EMPTY_PATH)
                             : utimensat(AT_FDCWD, node_path(n, path), times, 0);
    return r < 0 ? -errno : 0;
}

static i64 set_size(struct node *n, u64 size)
{
    int fd = node_open(n, true);

    return fd < 0 ? fd : ftruncate(fd, (off_t)size) < 0 ? -errno : 0;
}

static i64 host_setattr(struct tree *t, u64 id, const struct rx_stat *v, u32 mask)
{
    struct node *n = node_by_id(id);
    char path[32];
    i64 r = 0;

    (void)t;
    if (!n)
        return -EBADF;
    if (S_ISLNK(n->mode) && (mask & (TREE_SET_SIZE | TREE_SET_MODE)))
        return -EOPNOTSUPP; /* Linux has neither of links */
    if (mask & TREE_SET_SIZE)
        r = set_size(n, v->size);
    if (!r && (mask & (TREE_SET_UID | TREE_SET_GID)) &&
        fchownat(n->path_fd, "", mask & TREE_SET_UID ? v->uid : (uid_t)-1,
                 mask & TREE_SET_GID ? v->gid : (gid_t)-1, AT_EMPTY_PATH) < 0)
        r = -errno;
    if (!r && (mask & TREE_SET_MODE) && chmod(node_path(n, path), v->mode & MODE_ALLOWED) < 0)
        r = -errno;
    if (!r && (mask & (TREE_SET_ATIME | TREE_SET_MTIME)))
        r = set_times(n, v, mask);
    return r;
}

static i64 host_sync(struct tree *t, u64 id, u64 request, i64 result)
{
    struct node *n = node_by_id(id);
    int fd = n ? node_open(n, false) : -EBADF;

    (void)t, (void)request;
    return fd < 0 ? fd : fsync(fd) < 0 ? -errno : result;
}

const struct tree_ops host_ops = {
    .lookup = host_lookup,
    .stat = host_stat,
    .hold = host_hold,
    .release = host_release,
    .named = host_named,
    .unnamed = host_release,
    .read = host_read,
    .readdir = host_readdir,
    .statvfs = host_statvfs,
    .mmap_prep = host_mmap_prep,
    .munmap = host_munmap,
    .create = host_create,
    .link = host_link,
    .unlink = host_unlink,
    .rename = host_rename,
    .setattr = host_setattr,
    .write = host_write,
    .sync = host_sync,
};

const struct tree_ops host_ops_read_only = {
    .lookup = host_lookup,
    .stat = host_stat,
    .hold = host_hold,
    .release = host_release,
    .named = host_named,
    .unnamed = host_release,
    .read = host_read,
    .readdir = host_readdir,
    .statvfs = host_statvfs,
    .mmap_prep = host_mmap_prep,
    .munmap = host_munmap,
};
