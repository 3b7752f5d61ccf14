/* fflush */
#include "shim/src/internal/stdio.h"

static int flush_one(FILE *f)
{
    int result = 0;

    __umk_file_lock(f);
    if (f->wpos != f->wbase) {
        result = __umk_flush(f);
    } else if (f->rpos != f->rend) {
        /* the file's position becomes the reader's, where the file has one */
        if (f->ops->seek(f, f->rpos - f->rend, SEEK_CUR) >= 0)
            f->rpos = f->rend = NULL;
    }
    __umk_file_unlock(f);
    return result;
}

int fflush(FILE *f)
{
    int result = 0;

    if (f)
        return flush_one(f);
    for (FILE *each = __umk_files_lock(); each; each = each->next)
        if (each->wpos != each->wbase)
            result |= flush_one(each);
    __umk_files_unlock();
    if (stdout->wpos != stdout->wbase)
        result |= flush_one(stdout);
    return result;
}

int fflush_unlocked(FILE *f)
{
    return fflush(f);
}
