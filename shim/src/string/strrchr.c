/* strrchr, and its old name rindex. */
#include <strings.h>
#include "shim/src/internal/string.h"

char *strrchr(const char *s, int c)
{
    return __umk_memrchr(s, c, strlen(s) + 1);
}

char *rindex(const char *s, int c) __attribute__((weak, alias("strrchr")));
