/* strcat and strncat */
#include <string.h>

char *strcat(char *restrict dest, const char *restrict src)
{
    stpcpy(dest + strlen(dest), src);
    return dest;
}

char *strncat(char *restrict dest, const char *restrict src, size_t n)
{
    char *end = dest + strlen(dest);
    size_t len = strnlen(src, n);

    memcpy(end, src, len);
    end[len] = 0;
    return dest;
}
