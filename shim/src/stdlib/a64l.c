/* Numbers as up to six digits of base 64, the lowest first. */
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/thread.h"

static const char digits[] = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

long a64l(const char *s)
{
    u32 x = 0;

    for (int shift = 0; shift < 36 && *s; shift += 6, s++) {
        const char *d = strchr(digits, *s);
        if (!d)
            break;
        x |= (u32)((u64)(d - digits) << shift);
    }
    return (i32)x;
}

char *l64a(long value)
{
    static char text[7];
    u32 x = (u32)value;
    char *p = text;

    for (; x; x >>= 6)
        *p++ = digits[x & 63];
    *p = 0;
    return text;
}
