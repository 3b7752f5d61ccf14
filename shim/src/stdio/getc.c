/* One byte in: fgetc, getc, getchar, with and without locking. */
#include "shim/src/internal/stdio.h"

int getc_unlocked(FILE *f)
{
    return __umk_getc(f);
}

int fgetc_unlocked(FILE *f)
{
    return __umk_getc(f);
}

int fgetc(FILE *f)
{
    __umk_file_lock(f);
    int c = __umk_getc(f);
    __umk_file_unlock(f);
    return c;
}

int getc(FILE *f)
{
    return fgetc(f);
}

int getchar(void)
{
    return fgetc(stdin);
}

int getchar_unlocked(void)
{
    return __umk_getc(stdin);
}
