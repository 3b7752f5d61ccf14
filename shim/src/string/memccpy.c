/* memccpy: copies up to and with a byte. */
#include <string.h>

void *memccpy(void *restrict dest, const void *restrict src, int c, size_t n)
{
    const char *end = memchr(src, c, n);

    if (!end) {
        memcpy(dest, src, n);
        return NULL;
    }
    n = (size_t)(end - (const char *)src) + 1;
    return (char *)memcpy(dest, src, n) + n;
}
