/* One byte out: fputc, putc, putchar, with and without locking. */
#include "shim/src/internal/stdio.h"

int putc_unlocked(int c, FILE *f)
{
    return __umk_putc(c, f);
}

int fputc_unlocked(int c, FILE *f)
{
    return __umk_putc(c, f);
}

int fputc(int c, FILE *f)
{
    __umk_file_lock(f);
    int result = __umk_putc(c, f);
    __umk_file_unlock(f);
    return result;
}

int putc(int c, FILE *f)
{
    return fputc(c, f);
}

int putchar(int c)
{
    return fputc(c, stdout);
}

int putchar_unlocked(int c)
{
    return __umk_putc(c, stdout);
}
