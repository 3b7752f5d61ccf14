/* fgets: a line, or as much of it as fits. */
#include <string.h>
#include "shim/src/internal/stdio.h"

char *fgets_unlocked(char *restrict s, int size, FILE *restrict f)
{
    char *p = s;

    if (size < 1)
        return NULL;
    size_t left = (size_t)size - 1;
    while (left) {
        size_t have = (size_t)(f->rend - f->rpos);
        if (have) {
            size_t n = have < left ? have : left;
            u8 *newline = memchr(f->rpos, '\n', n);
            if (newline)
                n = (size_t)(newline - f->rpos) + 1;
            memcpy(p, f->rpos, n);
            f->rpos += n;
            p += n;
            left -= n;
            if (newline)
                break;
            continue;
        }
        int c = __umk_underflow(f);
        if (c == EOF) {
            if (p == s || (f->flags & F_ERROR))
                return NULL;
            break;
        }
        *p++ = (char)c;
        left--;
        if (c == '\n')
            break;
    }
    *p = 0;
    return s;
}

char *fgets(char *restrict s, int size, FILE *restrict f)
{
    __umk_file_lock(f);
    char *result = fgets_unlocked(s, size, f);
    __umk_file_unlock(f);
    return result;
}
