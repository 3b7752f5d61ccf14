/* getuid, geteuid, getgid, getegid, getresuid, getresgid. */
#include <unistd.h>
#include "shim/src/env_ids/ids.h"

uid_t getuid(void)
{
    return (uid_t)redox_get_ruid_v1();
}

uid_t geteuid(void)
{
    return (uid_t)redox_get_euid_v1();
}

gid_t getgid(void)
{
    return (gid_t)redox_get_rgid_v1();
}

gid_t getegid(void)
{
    return (gid_t)redox_get_egid_v1();
}

int getresuid(uid_t *ruid, uid_t *euid, uid_t *suid)
{
    struct rx_proc_meta meta;
    i64 r = __umk_proc_meta(&meta);

    if (r < 0)
        return (int)__umk_result(r);
    *ruid = (uid_t)meta.ruid;
    *euid = (uid_t)meta.euid;
    *suid = (uid_t)meta.suid;
    return 0;
}

int getresgid(gid_t *rgid, gid_t *egid, gid_t *sgid)
{
    struct rx_proc_meta meta;
    i64 r = __umk_proc_meta(&meta);

    if (r < 0)
        return (int)__umk_result(r);
    *rgid = (gid_t)meta.rgid;
    *egid = (gid_t)meta.egid;
    *sgid = (gid_t)meta.sgid;
    return 0;
}
