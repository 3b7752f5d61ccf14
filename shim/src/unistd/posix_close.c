/* posix_close: as close, which is never to be called again for the same descriptor here. */
#include <unistd.h>
#include "shim/src/internal/result.h"

int posix_close(int fd, int flags)
{
    if (flags & ~POSIX_CLOSE_RESTART) {
        close(fd);
        return (int)__umk_fail(EINVAL);
    }
    return close(fd);
}
