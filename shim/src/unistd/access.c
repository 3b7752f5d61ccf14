/*
 * access and its kin: answered from the file's mode and the process's ids, since
 * servers have no such request. There are no supplementary groups.
 */
#include <sys/stat.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

static bool permitted(const struct stat *st, int mode, u32 uid, u32 gid)
{
    u32 bits = (u32)st->st_mode;

    if (uid == 0)
        return !(mode & X_OK) || S_ISDIR(st->st_mode) || (bits & 0111);
    if (uid == (u32)st->st_uid)
        bits >>= 6;
    else if (gid == (u32)st->st_gid)
        bits >>= 3;
    /* R_OK, W_OK and X_OK are 4, 2 and 1, the bits of a mode */
    return (bits & (u32)mode) == (u32)mode;
}

int faccessat(int dirfd, const char *path, int mode, int flags)
{
    struct stat st;
    bool effective = (flags & AT_EACCESS) != 0;

    if ((mode & ~(R_OK | W_OK | X_OK)) || (flags & ~(AT_EACCESS | AT_SYMLINK_NOFOLLOW)))
        return (int)__umk_fail(EINVAL);
    if (fstatat(dirfd, path, &st, flags & AT_SYMLINK_NOFOLLOW) < 0)
        return -1;
    /* who asks matters only where not everybody may */
    if (((u32)st.st_mode & (u32)mode * 0111) == (u32)mode * 0111)
        return 0;
    u32 uid = (u32)(effective ? redox_get_euid_v1() : redox_get_ruid_v1());
    u32 gid = (u32)(effective ? redox_get_egid_v1() : redox_get_rgid_v1());
    return permitted(&st, mode, uid, gid) ? 0 : (int)__umk_fail(EACCES);
}

int access(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, 0);
}

int eaccess(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}

int euidaccess(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS);
}
