/* ungetc: into the read buffer, or the room before it. */
#include "shim/src/internal/stdio.h"

int ungetc(int c, FILE *f)
{
    int result = EOF;

    if (c == EOF)
        return EOF;
    __umk_file_lock(f);
    if (!__umk_to_read(f) && f->rpos > f->buf - UNGET_MAX) {
        *--f->rpos = (u8)c;
        f->flags &= ~F_EOF;
        result = (u8)c;
    }
    __umk_file_unlock(f);
    return result;
}
