/* getdelim and getline: a line of any length in memory that grows. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/stdio.h"

static int make_room(char **line, size_t *size, size_t need)
{
    if (*line && need <= *size)
        return 0;
    size_t larger = need < 128 ? 128 : need + need / 2;
    char *moved = realloc(*line, larger);
    if (!moved)
        return -1;
    *line = moved;
    *size = larger;
    return 0;
}

/* Result: bytes read, 0 at the end, -1 on failure. */
static ssize_t collect(char **line, size_t *size, int delimiter, FILE *f)
{
    size_t used = 0;

    for (;;) {
        int c = __umk_getc(f);
        if (c == EOF)
            return f->flags & F_ERROR ? -1 : (ssize_t)used;
        size_t have = c == delimiter ? 0 : (size_t)(f->rend - f->rpos);
        u8 *end = have ? memchr(f->rpos, delimiter, have) : NULL;
        if (end)
            have = (size_t)(end - f->rpos) + 1;
        if (make_room(line, size, used + have + 2))
            return -1;
        (*line)[used++] = (char)c;
        if (have) {
            memcpy(*line + used, f->rpos, have);
            f->rpos += have;
            used += have;
        }
        if (c == delimiter || end)
            return (ssize_t)used;
    }
}

ssize_t getdelim(char **restrict line, size_t *restrict size, int delimiter, FILE *restrict f)
{
    if (!line || !size) {
        errno = EINVAL;
        return -1;
    }
    __umk_file_lock(f);
    ssize_t n = make_room(line, size, 1) ? -1 : collect(line, size, delimiter, f);
    __umk_file_unlock(f);
    if (n <= 0)
        return -1;
    (*line)[n] = 0;
    return n;
}

ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict f)
{
    return getdelim(line, size, '\n', f);
}
