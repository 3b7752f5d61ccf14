/* stat, lstat, fstat, fstatat. */
#include <string.h>
#include <sys/stat.h>
#include "shim/src/fcntl/fd.h"

/* struct stat is what libredox fills */
_Static_assert(sizeof(struct stat) == sizeof(struct redox_c_stat), "struct stat");
_Static_assert(offsetof(struct stat, st_mode) == offsetof(struct redox_c_stat, mode) &&
                   offsetof(struct stat, st_uid) == offsetof(struct redox_c_stat, uid) &&
                   offsetof(struct stat, st_gid) == offsetof(struct redox_c_stat, gid) &&
                   offsetof(struct stat, st_rdev) == offsetof(struct redox_c_stat, rdev) &&
                   offsetof(struct stat, st_size) == offsetof(struct redox_c_stat, size) &&
                   offsetof(struct stat, st_blocks) == offsetof(struct redox_c_stat, blocks) &&
                   offsetof(struct stat, st_atim) == offsetof(struct redox_c_stat, atime) &&
                   offsetof(struct stat, st_ctim) == offsetof(struct redox_c_stat, ctime),
               "fields of struct stat");

int fstat(int fd, struct stat *st)
{
    return (int)__umk_result((i64)redox_fstat_v1(__umk_fd(fd), (struct redox_c_stat *)st));
}

int fstatat(int dirfd, const char *restrict path, struct stat *restrict st, int flags)
{
    u32 open_flags = RX_O_STAT | RX_O_CLOEXEC;

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return (int)__umk_fail(EINVAL);
    if ((flags & AT_EMPTY_PATH) && path && !*path)
        return fstat(dirfd, st);
    if (!path || !*path)
        return (int)__umk_fail(path ? ENOENT : EFAULT);
    if (flags & AT_SYMLINK_NOFOLLOW)
        open_flags |= RX_O_NOFOLLOW;
    struct rx_stat s = {0};
    i64 r = rx_statat(__umk_dirfd(dirfd), path, strlen(path), open_flags, &s);
    if (r >= 0)
        rx_stat_to_c(&s, (struct redox_c_stat *)st);
    return (int)__umk_result(r);
}

int stat(const char *restrict path, struct stat *restrict st)
{
    return fstatat(AT_FDCWD, path, st, 0);
}

int lstat(const char *restrict path, struct stat *restrict st)
{
    return fstatat(AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW);
}
