/* rename, renameat. */
#include <stdio.h>
#include "shim/src/fcntl/fd.h"

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    char a[RX_PATH_MAX], b[RX_PATH_MAX];
    i64 a_len = __umk_fullpath(from_dir, from, a);

    if (a_len < 0)
        return (int)__umk_result(a_len);
    i64 b_len = __umk_fullpath(to_dir, to, b);
    if (b_len < 0)
        return (int)__umk_result(b_len);
    return (int)__umk_result(rx_rename(a, (size_t)a_len, b, (size_t)b_len));
}

int rename(const char *from, const char *to)
{
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

/* GNU's form: none of its flags is offered. */
int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned flags)
{
    return flags ? (int)__umk_fail(EINVAL) : renameat(from_dir, from, to_dir, to);
}
