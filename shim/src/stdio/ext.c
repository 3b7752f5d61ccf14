/* <stdio_ext.h>: a look behind a stream. */
#include <stdio_ext.h>
#include "shim/src/internal/stdio.h"

size_t __fpending(FILE *f)
{
    return (size_t)(f->wpos - f->wbase);
}

size_t __fbufsize(FILE *f)
{
    return f->flags & F_UNBUFFERED ? 0 : f->buf_size;
}

int __freading(FILE *f)
{
    return !(f->flags & F_WRITE) || f->rpos != NULL;
}

int __fwriting(FILE *f)
{
    return !(f->flags & F_READ) || f->wbase != NULL;
}

int __freadable(FILE *f)
{
    return (f->flags & F_READ) != 0;
}

int __fwritable(FILE *f)
{
    return (f->flags & F_WRITE) != 0;
}

int __flbf(FILE *f)
{
    return (f->flags & F_LINE) != 0;
}

void __fpurge(FILE *f)
{
    f->rpos = f->rend = f->wpos = f->wend = f->wbase = NULL;
}

void _flushlbf(void)
{
    fflush(NULL);
}

int __fsetlocking(FILE *f, int type)
{
    int old = f->flags & F_CALLER_LOCKS ? FSETLOCKING_BYCALLER : FSETLOCKING_INTERNAL;

    if (type == FSETLOCKING_BYCALLER)
        f->flags |= F_CALLER_LOCKS;
    else if (type == FSETLOCKING_INTERNAL)
        f->flags &= ~F_CALLER_LOCKS;
    return old;
}

void __fseterr(FILE *f)
{
    f->flags |= F_ERROR;
}

size_t __freadahead(FILE *f)
{
    return (size_t)(f->rend - f->rpos);
}

const char *__freadptr(FILE *f, size_t *size)
{
    *size = __freadahead(f);
    return *size ? (const char *)f->rpos : NULL;
}

void __freadptrinc(FILE *f, size_t count)
{
    f->rpos += count;
}
