/* strstr: memmem over growing pieces, so that a match near the start of a long string costs
 * little and the whole stays linear. */
#include "shim/src/internal/string.h"

char *strstr(const char *hay, const char *needle)
{
    size_t n = strlen(needle), piece;

    if (n == 0)
        return (char *)hay;
    hay = strchr(hay, needle[0]);
    if (!hay || n == 1)
        return (char *)hay;
    piece = n * 4 + 512;
    for (;;) {
        size_t len = strnlen(hay, piece);
        char *found = memmem(hay, len, needle, n);
        if (found || len < piece)
            return found;
        hay += len - n + 1;
        piece *= 2;
    }
}
