/*
 * The functions that change ids. The superuser's setuid and setgid change all three;
 * everybody else's only the effective one.
 */
#include <unistd.h>
#include "shim/src/env_ids/ids.h"

int setuid(uid_t uid)
{
    if (uid < 0)
        return (int)__umk_fail(EINVAL);
    if (redox_get_euid_v1() == 0)
        return __umk_set_ids(uid, uid, uid, KEEP, KEEP, KEEP);
    return __umk_set_ids(KEEP, uid, KEEP, KEEP, KEEP, KEEP);
}

int setgid(gid_t gid)
{
    if (gid < 0)
        return (int)__umk_fail(EINVAL);
    if (redox_get_euid_v1() == 0)
        return __umk_set_ids(KEEP, KEEP, KEEP, gid, gid, gid);
    return __umk_set_ids(KEEP, KEEP, KEEP, KEEP, gid, KEEP);
}

int seteuid(uid_t uid)
{
    if (uid < 0)
        return (int)__umk_fail(EINVAL);
    return __umk_set_ids(KEEP, uid, KEEP, KEEP, KEEP, KEEP);
}

int setegid(gid_t gid)
{
    if (gid < 0)
        return (int)__umk_fail(EINVAL);
    return __umk_set_ids(KEEP, KEEP, KEEP, KEEP, gid, KEEP);
}

/* The saved id follows when the real one is set, or the effective one to other than the real. */
int setreuid(uid_t ruid, uid_t euid)
{
    uid_t saved = KEEP;

    if (ruid != KEEP || (euid != KEEP && euid != getuid()))
        saved = euid != KEEP ? euid : geteuid();
    return __umk_set_ids(ruid, euid, saved, KEEP, KEEP, KEEP);
}

int setregid(gid_t rgid, gid_t egid)
{
    gid_t saved = KEEP;

    if (rgid != KEEP || (egid != KEEP && egid != getgid()))
        saved = egid != KEEP ? egid : getegid();
    return __umk_set_ids(KEEP, KEEP, KEEP, rgid, egid, saved);
}

int setresuid(uid_t ruid, uid_t euid, uid_t suid)
{
    return __umk_set_ids(ruid, euid, suid, KEEP, KEEP, KEEP);
}

int setresgid(gid_t rgid, gid_t egid, gid_t sgid)
{
    return __umk_set_ids(KEEP, KEEP, KEEP, rgid, egid, sgid);
}
