/* freopen */
#include <errno.h>
#include <fcntl.h>
#include "shim/src/internal/stdio.h"

/* Without a path: another access mode for the same file. */
static int change_mode(FILE *f, int open_flags)
{
    int now = fcntl(f->fd, F_GETFL);

    if (now < 0)
        return -1;
    if ((now & O_ACCMODE) != O_RDWR && (now & O_ACCMODE) != (open_flags & O_ACCMODE)) {
        errno = EBADF;
        return -1;
    }
    return fcntl(f->fd, F_SETFL, (now & ~O_APPEND) | (open_flags & O_APPEND));
}

static int open_over(FILE *f, const char *path, int open_flags)
{
    int fd = open(path, open_flags, 0666);

    if (fd < 0)
        return -1;
    if (f->fd < 0 || f->ops != &__umk_fd_ops || fd == f->fd) {
        f->fd = fd;
        return 0;
    }
    size_t r = redox_dup2_v1((size_t)fd, (size_t)f->fd, NULL, 0);
    redox_close_v1((size_t)fd);
    if (RX_IS_ERR(r)) {
        errno = (int)-r;
        return -1;
    }
    if (open_flags & O_CLOEXEC)
        fcntl(f->fd, F_SETFD, FD_CLOEXEC);
    return 0;
}

FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict f)
{
    int open_flags;
    u32 flags = __umk_parse_mode(mode, &open_flags);

    __umk_file_lock(f);
    fflush(f);
    if (!flags || (path ? open_over(f, path, open_flags) : change_mode(f, open_flags)) < 0) {
        __umk_file_unlock(f);
        fclose(f);
        return NULL;
    }
    f->ops = &__umk_fd_ops;
    f->rpos = f->rend = f->wpos = f->wend = f->wbase = NULL;
    f->orientation = 0;
    f->wide_state = (mbstate_t){0};
    f->flags = (f->flags & (F_STATIC | F_CALLER_LOCKS | F_UNBUFFERED)) | flags | F_ASK_TTY;
    __umk_file_unlock(f);
    return f;
}
