/* strchr, and its old name index. */
#include <strings.h>
#include "shim/src/internal/string.h"

char *strchr(const char *s, int c)
{
    char *p = __umk_strchrnul(s, c);

    return *p == (char)c ? p : NULL;
}

char *index(const char *s, int c) __attribute__((weak, alias("strchr")));
