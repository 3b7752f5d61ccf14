/* fgetln: a line in memory that belongs to the stream, not terminated. */
#include "shim/src/internal/stdio.h"

char *fgetln(FILE *f, size_t *len)
{
    __umk_file_lock(f);
    ssize_t n = getline(&f->line, &f->line_size, f);
    __umk_file_unlock(f);
    if (n < 0)
        return NULL;
    *len = (size_t)n;
    return f->line;
}
