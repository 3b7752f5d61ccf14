/* strlcpy and strlcat: always terminate, return the length wanted. */
#include <string.h>

size_t strlcpy(char *restrict dest, const char *restrict src, size_t size)
{
    size_t len = strlen(src);

    if (size) {
        size_t n = len < size ? len : size - 1;
        memcpy(dest, src, n);
        dest[n] = 0;
    }
    return len;
}

size_t strlcat(char *restrict dest, const char *restrict src, size_t size)
{
    size_t used = strnlen(dest, size);

    if (used == size)
        return size + strlen(src);
    return used + strlcpy(dest + used, src, size - used);
}
