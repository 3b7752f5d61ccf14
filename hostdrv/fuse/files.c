/* What FUSE asks, by path or open file, put to the system. */
#include "hostdrv/fuse/fuse.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

static int value(i64 r)
{
    return r < 0 ? (int)r : 0;
}

/* Runs an operation on what a path names, opened with flags. `fd` is the name that the call knows
 * the descriptor by, which cannot stand in parentheses. */
/* NOLINTBEGIN(bugprone-macro-parentheses) */
#define ON(path, flags, fd, call)             \
    do {                                      \
        i64 fd = system_open(path, flags, 0); \
        if (fd < 0)                           \
            return (int)fd;                   \
        i64 result = (i64)(call);             \
        redox_close_v1((size_t)fd);           \
        return value(result);                 \
    } while (0)
/* NOLINTEND(bugprone-macro-parentheses) */

#define ITSELF (RX_O_STAT | RX_O_NOFOLLOW)

static void *export_init(struct fuse_conn_info *conn, struct fuse_config *config)
{
    /* splicing wants pipes, which the driver's filter does not let it have */
    conn->want &= ~(unsigned)(FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
    /* the system changes behind the host's back */
    config->attr_timeout = config->entry_timeout = 0.2;
    config->hard_remove = 1;
    return NULL;
}

static int export_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
    return value(fi ? system_fstat(fi->fh, st) : system_stat(path, st));
}

static int export_readlink(const char *path, char *buf, size_t size)
{
    i64 fd = system_open(path, RX_O_RDONLY | RX_O_SYMLINK | RX_O_NOFOLLOW, 0);

    if (fd < 0)
        return (int)fd;
    i64 n = rx_pread((u64)fd, buf, size - 1, 0);
    redox_close_v1((size_t)fd);
    buf[n > 0 ? n : 0] = 0;
    return value(n);
}

static int make(const char *path, u32 kind, mode_t mode)
{
    i64 fd = system_open(path, kind | RX_O_CREAT | RX_O_EXCL | RX_O_RDONLY, mode & 07777);

    if (fd >= 0)
        redox_close_v1((size_t)fd);
    return value(fd);
}

static int export_mknod(const char *path, mode_t mode, dev_t dev)
{
    (void)dev;
    return S_ISREG(mode) ? make(path, 0, mode) : -EPERM;
}

static int export_mkdir(const char *path, mode_t mode)
{
    return make(path, RX_O_DIRECTORY, mode);
}

static int export_symlink(const char *target, const char *path)
{
    i64 fd = system_open(path, RX_O_CREAT | RX_O_EXCL | RX_O_SYMLINK | RX_O_WRONLY, 0777);

    if (fd < 0)
        return (int)fd;
    i64 n = (i64)redox_write_v1((size_t)fd, (const u8 *)target, strlen(target));
    redox_close_v1((size_t)fd);
    return value(n);
}

static int export_unlink(const char *path)
{
    return value(rx_unlinkat(RX_AT_FDCWD, path, strlen(path), 0));
}

static int export_rmdir(const char *path)
{
    return value(rx_unlinkat(RX_AT_FDCWD, path, strlen(path), RX_AT_REMOVEDIR));
}

static int export_rename(const char *from, const char *to, unsigned flags)
{
    return flags ? -EINVAL : value(rx_rename(from, strlen(from), to, strlen(to)));
}

static int export_link(const char *from, const char *to)
{
    return value(rx_link(from, strlen(from), to, strlen(to), false));
}

static int export_chmod(const char *path, mode_t mode, struct fuse_file_info *fi)
{
    if (fi)
        return value((i64)redox_fchmod_v1(fi->fh, (u16)(mode & 07777)));
    ON(path, ITSELF, fd, redox_fchmod_v1((size_t)fd, (u16)(mode & 07777)));
}

static int export_chown(const char *path, uid_t uid, gid_t gid, struct fuse_file_info *fi)
{
    if (fi)
        return value((i64)redox_fchown_v1(fi->fh, uid, gid));
    ON(path, ITSELF, fd, redox_fchown_v1((size_t)fd, uid, gid));
}

static int export_truncate(const char *path, off_t size, struct fuse_file_info *fi)
{
    if (fi)
        return value((i64)redox_ftruncate_v0(fi->fh, (size_t)size));
    ON(path, RX_O_WRONLY | RX_O_NOFOLLOW, fd, redox_ftruncate_v0((size_t)fd, (size_t)size));
}

static i64 system_time(const struct timespec *t)
{
    return t->tv_nsec == UTIME_NOW    ? RX_UTIME_NOW
           : t->tv_nsec == UTIME_OMIT ? RX_UTIME_OMIT
                                      : t->tv_nsec;
}

static int export_utimens(const char *path, const struct timespec tv[2], struct fuse_file_info *fi)
{
    const struct redox_c_timespec times[2] = {{tv[0].tv_sec, system_time(&tv[0])},
                                              {tv[1].tv_sec, system_time(&tv[1])}};

    if (fi)
        return value((i64)redox_futimens_v1(fi->fh, times));
    ON(path, ITSELF, fd, redox_futimens_v1((size_t)fd, times));
}

static u32 access_of(int flags)
{
    int how = flags & O_ACCMODE;

    return (how == O_WRONLY ? RX_O_WRONLY
            : how == O_RDWR ? RX_O_RDWR
                            : RX_O_RDONLY) |
           (flags & O_TRUNC ? RX_O_TRUNC : 0) | (flags & O_EXCL ? RX_O_EXCL : 0);
}

static int opened(const char *path, i64 fd, struct fuse_file_info *fi)
{
    if (fd < 0)
        return (int)fd;
    fi->fh = (u64)fd;
    fi->direct_io = !system_is_storage(path);
    fi->nonseekable = 0;
    return 0;
}

static int export_open(const char *path, struct fuse_file_info *fi)
{
    return opened(path, system_open(path, access_of(fi->flags) | RX_O_NOFOLLOW, 0), fi);
}

static int export_create(const char *path, mode_t mode, struct fuse_file_info *fi)
{
    u32 flags = access_of(fi->flags) | RX_O_CREAT | RX_O_NOFOLLOW;

    return opened(path, system_open(path, flags, mode & 07777), fi);
}

/* ESPIPE: it has no position, and what is there comes next. */
static int export_read(const char *path, char *buf, size_t size, off_t offset,
                       struct fuse_file_info *fi)
{
    (void)path;
    i64 n = rx_pread(fi->fh, buf, size, (u64)offset);
    return (int)(n == -ESPIPE ? (i64)redox_read_v1(fi->fh, (u8 *)buf, size) : n);
}

static int export_write(const char *path, const char *buf, size_t size, off_t offset,
                        struct fuse_file_info *fi)
{
    (void)path;
    i64 n = rx_pwrite(fi->fh, buf, size, (u64)offset);
    return (int)(n == -ESPIPE ? (i64)redox_write_v1(fi->fh, (const u8 *)buf, size) : n);
}

static int export_release(const char *path, struct fuse_file_info *fi)
{
    (void)path;
    redox_close_v1(fi->fh);
    return 0;
}

static int export_fsync(const char *path, int data_only, struct fuse_file_info *fi)
{
    (void)path, (void)data_only;
    return value((i64)redox_fsync_v1(fi->fh));
}

static int export_statfs(const char *path, struct statvfs *out)
{
    u64 vfs[11] = {0}; /* as POSIX orders its fields: block size, fragment size, blocks, ... */
    i64 fd = system_open(path ? path : "/", RX_O_STAT, 0);

    if (fd < 0)
        return (int)fd;
    i64 r = (i64)redox_fstatvfs_v1((size_t)fd, vfs);
    redox_close_v1((size_t)fd);
    memset(out, 0, sizeof *out);
    out->f_bsize = vfs[0];
    out->f_frsize = vfs[1] ? vfs[1] : vfs[0];
    out->f_blocks = vfs[2];
    out->f_bfree = vfs[3];
    out->f_bavail = vfs[4];
    out->f_namemax = 252;
    return value(r);
}

struct filling {
    void *buf;
    fuse_fill_dir_t fill;
};

static int fill_one(void *arg, const char *name, u64 ino, u8 kind)
{
    const struct filling *f = arg;
    struct stat st = {.st_ino = ino};

    st.st_mode = kind == DIRENT_DIR ? S_IFDIR : kind == DIRENT_SYMLINK ? S_IFLNK : S_IFREG;
    return f->fill(f->buf, name, &st, 0, 0);
}

static int export_readdir(const char *path, void *buf, fuse_fill_dir_t fill, off_t offset,
                          struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
    struct filling f = {buf, fill};

    (void)offset, (void)fi, (void)flags;
    fill(buf, ".", NULL, 0, 0);
    fill(buf, "..", NULL, 0, 0);
    return value(system_list(path, fill_one, &f));
}

const struct fuse_operations export_operations = {
    .init = export_init,
    .getattr = export_getattr,
    .readlink = export_readlink,
    .mknod = export_mknod,
    .mkdir = export_mkdir,
    .unlink = export_unlink,
    .rmdir = export_rmdir,
    .symlink = export_symlink,
    .rename = export_rename,
    .link = export_link,
    .chmod = export_chmod,
    .chown = export_chown,
    .truncate = export_truncate,
    .open = export_open,
    .create = export_create,
    .read = export_read,
    .write = export_write,
    .release = export_release,
    .fsync = export_fsync,
    .statfs = export_statfs,
    .readdir = export_readdir,
    .utimens = export_utimens,
};
