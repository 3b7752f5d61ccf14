/* chown and its kin. An id of -1 keeps what is there. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

struct owner {
    uid_t uid;
    gid_t gid;
};

static i64 chown_fd(u64 fd, const void *arg)
{
    const struct owner *o = arg;
    u32 uid = (u32)o->uid, gid = (u32)o->gid;

    if (o->uid == -1 || o->gid == -1) {
        struct redox_c_stat st;
        i64 r = (i64)redox_fstat_v1(fd, &st);
        if (r < 0)
            return r;
        if (o->uid == -1)
            uid = (u32)st.uid;
        if (o->gid == -1)
            gid = (u32)st.gid;
    }
    return (i64)redox_fchown_v1(fd, uid, gid);
}

int fchownat(int dirfd, const char *path, uid_t uid, gid_t gid, int flags)
{
    struct owner o = {uid, gid};
    u32 open_flags = RX_O_STAT;

    if (flags & ~(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH))
        return (int)__umk_fail(EINVAL);
    if ((flags & AT_EMPTY_PATH) && path && !*path)
        return fchown(dirfd, uid, gid);
    if (flags & AT_SYMLINK_NOFOLLOW)
        open_flags |= RX_O_NOFOLLOW;
    return (int)__umk_result(__umk_with_file(dirfd, path, open_flags, chown_fd, &o));
}

int fchown(int fd, uid_t uid, gid_t gid)
{
    struct owner o = {uid, gid};

    return (int)__umk_result(chown_fd(__umk_fd(fd), &o));
}

int chown(const char *path, uid_t uid, gid_t gid)
{
    return fchownat(AT_FDCWD, path, uid, gid, 0);
}

int lchown(const char *path, uid_t uid, gid_t gid)
{
    return fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW);
}
