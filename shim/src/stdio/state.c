/* The state of a stream: feof, ferror, clearerr, fileno. */
#include <errno.h>
#include "shim/src/internal/stdio.h"

int feof(FILE *f)
{
    return (f->flags & F_EOF) != 0;
}

int ferror(FILE *f)
{
    return (f->flags & F_ERROR) != 0;
}

void clearerr(FILE *f)
{
    __umk_file_lock(f);
    f->flags &= ~(F_EOF | F_ERROR);
    __umk_file_unlock(f);
}

int fileno(FILE *f)
{
    if (f->fd < 0)
        errno = EBADF;
    return f->fd;
}

int feof_unlocked(FILE *f)
{
    return feof(f);
}

int ferror_unlocked(FILE *f)
{
    return ferror(f);
}

void clearerr_unlocked(FILE *f)
{
    f->flags &= ~(F_EOF | F_ERROR);
}

int fileno_unlocked(FILE *f)
{
    return fileno(f);
}
