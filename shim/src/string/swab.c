/* swab: copies with each pair of bytes exchanged. */
#include <unistd.h>

void swab(const void *restrict from, void *restrict to, ssize_t n)
{
    const char *src = from;
    char *dest = to;

    for (; n > 1; n -= 2, src += 2, dest += 2) {
        char first = src[0];
        dest[0] = src[1];
        dest[1] = first;
    }
}
