/* strncpy and stpncpy: pad with zeros, and do not terminate when there is no room. */
#include <string.h>

char *stpncpy(char *restrict dest, const char *restrict src, size_t n)
{
    size_t len = strnlen(src, n);

    memcpy(dest, src, len);
    memset(dest + len, 0, n - len);
    return dest + len;
}

char *strncpy(char *restrict dest, const char *restrict src, size_t n)
{
    stpncpy(dest, src, n);
    return dest;
}
