/* rawmemchr: memchr for a byte that is known to be there. */
#include <stdint.h>
#include <string.h>

void *rawmemchr(const void *s, int c)
{
    return memchr(s, c, PTRDIFF_MAX);
}
