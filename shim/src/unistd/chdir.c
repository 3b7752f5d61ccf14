/* chdir, fchdir. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

int chdir(const char *path)
{
    if (!path)
        return (int)__umk_fail(EFAULT);
    if (!*path)
        return (int)__umk_fail(ENOENT);
    return (int)__umk_result(rx_chdir(path, strlen(path)));
}

int fchdir(int fd)
{
    return (int)__umk_result(rx_fchdir(__umk_fd(fd)));
}
