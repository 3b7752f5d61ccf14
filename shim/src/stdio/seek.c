/* Positions: fseek, ftell and their kin. */
#include <errno.h>
#include "shim/src/internal/stdio.h"

int __umk_fseek(FILE *f, i64 offset, int whence)
{
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END) {
        errno = EINVAL;
        return -1;
    }
    if (f->wpos != f->wbase && __umk_flush(f))
        return -1;
    /* the file is ahead of the reader by what the buffer holds */
    if (whence == SEEK_CUR)
        offset -= f->rend - f->rpos;
    i64 result = f->ops->seek(f, offset, whence);
    if (result < 0) {
        errno = (int)-result;
        return -1;
    }
    f->wpos = f->wend = f->wbase = NULL;
    f->rpos = f->rend = NULL;
    f->flags &= ~F_EOF;
    f->wide_state = (mbstate_t){0};
    return 0;
}

i64 __umk_ftell(FILE *f)
{
    bool at_end = (f->flags & F_APPEND) && f->wpos != f->wbase;
    i64 result = f->ops->seek(f, 0, at_end ? SEEK_END : SEEK_CUR);

    if (result < 0) {
        errno = (int)-result;
        return -1;
    }
    return result - (f->rend - f->rpos) + (f->wpos - f->wbase);
}

int fseeko(FILE *f, off_t offset, int whence)
{
    __umk_file_lock(f);
    int result = __umk_fseek(f, offset, whence);
    __umk_file_unlock(f);
    return result;
}

int fseek(FILE *f, long offset, int whence)
{
    return fseeko(f, offset, whence);
}

off_t ftello(FILE *f)
{
    __umk_file_lock(f);
    i64 result = __umk_ftell(f);
    __umk_file_unlock(f);
    return result;
}

long ftell(FILE *f)
{
    return ftello(f);
}

void rewind(FILE *f)
{
    __umk_file_lock(f);
    __umk_fseek(f, 0, SEEK_SET);
    f->flags &= ~F_ERROR;
    __umk_file_unlock(f);
}

int fgetpos(FILE *restrict f, fpos_t *restrict pos)
{
    __umk_file_lock(f);
    pos->__offset = __umk_ftell(f);
    pos->__state[0] = f->wide_state.__value;
    pos->__state[1] = f->wide_state.__left;
    __umk_file_unlock(f);
    return pos->__offset < 0 ? -1 : 0;
}

int fsetpos(FILE *f, const fpos_t *pos)
{
    __umk_file_lock(f);
    int result = __umk_fseek(f, pos->__offset, SEEK_SET);
    if (result == 0) {
        f->wide_state.__value = pos->__state[0];
        f->wide_state.__left = pos->__state[1];
    }
    __umk_file_unlock(f);
    return result;
}
