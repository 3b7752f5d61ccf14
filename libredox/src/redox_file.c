/*
 * What is asked about an open file and changed in it, besides its data: status,
 * path, entries, length, times, owner. Mostly standard file calls (fd_std_call), with
 * the records converted between Redox's and the C library's forms.
 */
#include "upper.h"

#define NS_PER_S 1000000000

i64 rx_fstat(u64 fd, struct rx_stat *st)
{
    i64 r = fd_std_call(fd, STD_FSTAT, 0, 0, NULL, st, sizeof(*st), false);
    return r < 0 ? r : 0;
}

void rx_stat_to_c(const struct rx_stat *s, struct redox_c_stat *st)
{
    *st = (struct redox_c_stat){
        .dev = s->dev,
        .ino = s->ino,
        .nlink = s->nlink,
        .mode = s->mode,
        .uid = (i32)s->uid,
        .gid = (i32)s->gid,
        .size = (i64)s->size,
        .blksize = s->blksize,
        .blocks = (i64)s->blocks,
        .atime = (i64)s->atime,
        .atime_nsec = s->atime_nsec,
        .mtime = (i64)s->mtime,
        .mtime_nsec = s->mtime_nsec,
        .ctime = (i64)s->ctime,
        .ctime_nsec = s->ctime_nsec,
    };
}

size_t redox_fstat_v1(size_t fd, struct redox_c_stat *st)
{
    struct rx_stat s = {0};
    i64 r = rx_fstat(fd, &s);
    if (r < 0)
        return (size_t)r;
    rx_stat_to_c(&s, st);
    return 0;
}

/* Order of the C library's struct statvfs. */
enum { VFS_BSIZE, VFS_FRSIZE, VFS_BLOCKS, VFS_BFREE, VFS_BAVAIL, VFS_NAMEMAX = 10, VFS_WORDS };

size_t redox_fstatvfs_v1(size_t fd, u64 statvfs[11])
{
    struct rx_statvfs s = {0};
    i64 r = fd_std_call(fd, STD_FSTATVFS, 0, 0, NULL, &s, sizeof(s), false);
    if (r < 0)
        return (size_t)r;
    __builtin_memset(statvfs, 0, VFS_WORDS * sizeof(*statvfs));
    statvfs[VFS_BSIZE] = s.bsize;
    statvfs[VFS_FRSIZE] = s.bsize;
    statvfs[VFS_BLOCKS] = s.blocks;
    statvfs[VFS_BFREE] = s.bfree;
    statvfs[VFS_BAVAIL] = s.bavail;
    statvfs[VFS_NAMEMAX] = 255;
    return 0;
}

size_t redox_getdents_v0(size_t fd, u8 *buf, size_t len, u64 opaque)
{
    return (size_t)fd_std_call(fd, STD_GETDENTS, opaque, RX_DIRENT_HEADER, NULL, buf, len, true);
}

size_t redox_fpath_v1(size_t fd, u8 *buf, size_t len)
{
    if (len > RX_PATH_MAX)
        len = RX_PATH_MAX;
    i64 r = chan_call(fd, OP_FPATH, GATE_ARGS(0, 0, len), NULL, buf, len);
    if (r != -ENOTCONN)
        return (size_t)r;
    const struct gate_buf out = {.out = buf, .out_len = len};
    return (size_t)gate_call(SYS_FPATH, GATE_ARGS(fd, len), &out, NULL);
}

/* Two files: only the kernel knows whether they are of one scheme. */
size_t redox_relpathat_v0(size_t dirfd, size_t fd, u8 *buf, size_t len)
{
    if (len > RX_PATH_MAX)
        len = RX_PATH_MAX;
    u64 flags = CALL_STD_FS | CALL_MULTIPLE_FDS | CALL_READ | CALL_META_MAX;
    const struct gate_buf out = {.out = buf, .out_len = len};
    return (size_t)gate_call(SYS_CALL, GATE_ARGS(dirfd, len, flags, STD_RELPATHAT, 0, fd), &out,
                             NULL);
}

static size_t plain_call(u64 fd, enum std_fs_kind kind, u64 arg)
{
    i64 r = fd_std_call(fd, kind, arg, 0, NULL, NULL, 0, false);
    return (size_t)(r < 0 ? r : 0);
}

size_t redox_fchmod_v1(size_t fd, u16 mode)
{
    return plain_call(fd, STD_FCHMOD, mode & MODE_PERM);
}

size_t redox_fsync_v1(size_t fd)
{
    return plain_call(fd, STD_FSYNC, 0);
}

size_t redox_fdatasync_v1(size_t fd)
{
    return plain_call(fd, STD_FSYNC, 0);
}

size_t redox_ftruncate_v0(size_t fd, size_t len)
{
    return len > INT64_MAX ? (size_t)-EINVAL : plain_call(fd, STD_FTRUNCATE, len);
}

/* The kernel checks who may, so this never goes over a channel. */
size_t redox_fchown_v1(size_t fd, u32 uid, u32 gid)
{
    return (size_t)gate_call(SYS_FCHOWN, GATE_ARGS(fd, uid, gid), NULL, NULL);
}

/* What a server shall set, given what the caller asked for and what is there now. */
static i64 resolve_time(const struct redox_c_timespec *asked, struct rx_timespec now,
                        struct rx_timespec present, struct rx_timespec *out)
{
    if (!asked || asked->nsec == RX_UTIME_NOW) {
        *out = now;
        return 0;
    }
    if (asked->nsec == RX_UTIME_OMIT) {
        *out = present;
        return 0;
    }
    if (asked->nsec < 0 || asked->nsec >= NS_PER_S)
        return -EINVAL;
    *out = (struct rx_timespec){.sec = asked->sec, .nsec = (i32)asked->nsec};
    return 0;
}

static bool is_omitted(const struct redox_c_timespec *asked)
{
    return asked && asked->nsec == RX_UTIME_OMIT;
}

static bool is_now(const struct redox_c_timespec *asked)
{
    return !asked || asked->nsec == RX_UTIME_NOW;
}

static i64 set_times(u64 fd, const struct rx_timespec set[2])
{
    return fd_std_call(fd, STD_FUTIMENS, 0, 0, set, NULL, 2 * sizeof(*set), false);
}

size_t redox_futimens_v1(size_t fd, const struct redox_c_timespec times[2])
{
    const struct redox_c_timespec *access = times ? &times[0] : NULL;
    const struct redox_c_timespec *modification = times ? &times[1] : NULL;
    struct rx_timespec now;
    i64 r = gate_clock(RX_CLOCK_REALTIME, &now);
    if (r < 0)
        return (size_t)r;
    struct rx_stat st = {0};
    if (is_omitted(access) || is_omitted(modification)) {
        r = rx_fstat(fd, &st);
        if (r < 0 || (is_omitted(access) && is_omitted(modification)))
            return (size_t)r;
    }
    struct rx_timespec present[2] = {{.sec = (i64)st.atime, .nsec = (i32)st.atime_nsec},
                                     {.sec = (i64)st.mtime, .nsec = (i32)st.mtime_nsec}};
    struct rx_timespec set[2];
    r = resolve_time(access, now, present[0], &set[0]);
    if (r == 0)
        r = resolve_time(modification, now, present[1], &set[1]);
    if (r == 0)
        r = set_times(fd, set);
    /* Who may write to a file may set its times to now, and to no other time: a server that knows
     * the difference has to be told that it is now. */
    if (r == -EPERM && is_now(access) && is_now(modification)) {
        set[0].nsec = set[1].nsec = RX_UTIME_NOW;
        r = set_times(fd, set);
    }
    return (size_t)(r < 0 ? r : 0);
}
