/* fopen, fdopen, freopen, fclose */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/stdio.h"

u32 __umk_parse_mode(const char *mode, int *open_flags)
{
    u32 flags;
    bool update = false;
    int o = 0;

    if (*mode != 'r' && *mode != 'w' && *mode != 'a') {
        errno = EINVAL;
        return 0;
    }
    for (const char *p = mode + 1; *p && *p != ','; p++) {
        if (*p == '+')
            update = true;
        else if (*p == 'e')
            o |= O_CLOEXEC;
        else if (*p == 'x')
            o |= O_EXCL;
    }
    flags = *mode == 'r' ? F_READ : F_WRITE;
    o |= update ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    if (update)
        flags |= F_READ | F_WRITE;
    if (*mode != 'r')
        o |= O_CREAT;
    if (*mode == 'w')
        o |= O_TRUNC;
    if (*mode == 'a') {
        o |= O_APPEND;
        flags |= F_APPEND;
    }
    *open_flags = o;
    return flags;
}

FILE *fopen(const char *restrict path, const char *restrict mode)
{
    int open_flags;
    u32 flags = __umk_parse_mode(mode, &open_flags);

    if (!flags)
        return NULL;
    FILE *f = __umk_file_new(flags | F_ASK_TTY, -1, &__umk_fd_ops, NULL);
    if (!f)
        return NULL;
    f->fd = open(path, open_flags, 0666);
    if (f->fd < 0) {
        __umk_file_free(f);
        return NULL;
    }
    __umk_file_link(f);
    return f;
}

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

int fclose(FILE *f)
{
    int result;

    /* before its lock is taken: who walks the list takes the locks of the streams in it */
    if (f != stdin && f != stdout && f != stderr)
        __umk_file_unlink(f);
    __umk_file_lock(f);
    result = fflush(f);
    i64 closed = f->ops->close ? f->ops->close(f) : 0;
    if (closed < 0) {
        errno = (int)-closed;
        result = EOF;
    }
    f->fd = -1;
    f->flags &= ~(F_READ | F_WRITE);
    __umk_file_unlock(f);
    __umk_file_free(f);
    return result;
}

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
