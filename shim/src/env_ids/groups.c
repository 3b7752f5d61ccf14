/* Supplementary groups: there are none, so none are listed and only none can be set. */
#include <grp.h>
#include <unistd.h>
#include "shim/src/internal/result.h"

int getgroups(int size, gid_t list[])
{
    (void)list;
    return size < 0 ? (int)__umk_fail(EINVAL) : 0;
}

/* Login programs hand over the primary group alone, which asks for nothing. */
int setgroups(size_t n, const gid_t *list)
{
    if (redox_get_euid_v1() != 0)
        return (int)__umk_fail(EPERM);
    if (n == 0 || (n == 1 && list[0] == getegid()))
        return 0;
    return (int)__umk_fail(ENOSYS);
}

int initgroups(const char *user, gid_t group)
{
    (void)user;
    return setgroups(1, &group);
}
