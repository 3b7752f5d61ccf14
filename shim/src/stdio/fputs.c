/* fputs and puts */
#include <string.h>
#include "shim/src/internal/stdio.h"

int fputs_unlocked(const char *restrict s, FILE *restrict f)
{
    size_t len = strlen(s);

    return __umk_fwrite(s, len, f) == len ? 0 : EOF;
}

int fputs(const char *restrict s, FILE *restrict f)
{
    __umk_file_lock(f);
    int result = fputs_unlocked(s, f);
    __umk_file_unlock(f);
    return result;
}

int puts(const char *s)
{
    __umk_file_lock(stdout);
    int result = fputs_unlocked(s, stdout) || __umk_putc('\n', stdout) == EOF ? EOF : 0;
    __umk_file_unlock(stdout);
    return result;
}
