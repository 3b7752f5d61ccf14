/* strcpy and stpcpy */
#include <string.h>

char *stpcpy(char *restrict dest, const char *restrict src)
{
    size_t n = strlen(src);

    memcpy(dest, src, n + 1);
    return dest + n;
}

char *strcpy(char *restrict dest, const char *restrict src)
{
    return memcpy(dest, src, strlen(src) + 1);
}
