/* fdopen */
#include <errno.h>
#include <fcntl.h>
#include "shim/src/internal/stdio.h"

FILE *fdopen(int fd, const char *mode)
{
    int open_flags, now = fcntl(fd, F_GETFL);
    u32 flags = __umk_parse_mode(mode, &open_flags);

    if (!flags || now < 0)
        return NULL;
    int access = now & O_ACCMODE;
    if (((flags & F_READ) && access == O_WRONLY) || ((flags & F_WRITE) && access == O_RDONLY)) {
        errno = EINVAL;
        return NULL;
    }
    if ((open_flags & O_APPEND) && !(now & O_APPEND) && fcntl(fd, F_SETFL, now | O_APPEND) < 0)
        return NULL;
    if ((open_flags & O_CLOEXEC) && fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
        return NULL;
    FILE *f = __umk_file_new(flags | F_ASK_TTY, fd, &__umk_fd_ops, NULL);
    if (f)
        __umk_file_link(f);
    return f;
}
