/* fclose */
#include <errno.h>
#include "shim/src/internal/stdio.h"

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
