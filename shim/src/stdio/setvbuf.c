/* Buffers: setvbuf and its short forms. */
#include <errno.h>
#include "shim/src/internal/stdio.h"

int setvbuf(FILE *restrict f, char *restrict buf, int mode, size_t size)
{
    if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF) {
        errno = EINVAL;
        return -1;
    }
    __umk_file_lock(f);
    if (f->wpos != f->wbase)
        __umk_flush(f);
    f->flags &= ~(F_LINE | F_UNBUFFERED | F_ASK_TTY);
    if (mode == _IONBF)
        f->flags |= F_UNBUFFERED;
    else if (mode == _IOLBF)
        f->flags |= F_LINE;
    /* the caller's memory gives room for ungetc too, so a small one is not worth taking */
    if (buf && mode != _IONBF && size > UNGET_MAX && f->rpos == f->rend) {
        f->buf = (u8 *)buf + UNGET_MAX;
        f->buf_size = size - UNGET_MAX;
        f->rpos = f->rend = NULL;
    }
    f->wpos = f->wend = f->wbase = NULL;
    __umk_file_unlock(f);
    return 0;
}

void setbuf(FILE *restrict f, char *restrict buf)
{
    setvbuf(f, buf, buf ? _IOFBF : _IONBF, BUFSIZ);
}

void setbuffer(FILE *f, char *buf, size_t size)
{
    setvbuf(f, buf, buf ? _IOFBF : _IONBF, size);
}

void setlinebuf(FILE *f)
{
    setvbuf(f, NULL, _IOLBF, 0);
}
