/* strtol and its family: long, long long and intmax_t are all 64 bits wide. */
#include <inttypes.h>
#include <stdlib.h>
#include "shim/src/internal/number.h"

static void set_end(const struct parsed_integer *p, const char *s, char **end)
{
    if (end)
        *end = (char *)(p->end ? p->end : s);
}

long strtol(const char *restrict s, char **restrict end, int base)
{
    struct parsed_integer p = __umk_parse_integer(s, base);

    set_end(&p, s, end);
    return __umk_parsed_signed(&p);
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
    struct parsed_integer p = __umk_parse_integer(s, base);

    set_end(&p, s, end);
    return __umk_parsed_unsigned(&p);
}

long long strtoll(const char *restrict s, char **restrict end, int base)
{
    return strtol(s, end, base);
}

unsigned long long strtoull(const char *restrict s, char **restrict end, int base)
{
    return strtoul(s, end, base);
}

intmax_t strtoimax(const char *restrict s, char **restrict end, int base)
{
    return strtol(s, end, base);
}

uintmax_t strtoumax(const char *restrict s, char **restrict end, int base)
{
    return strtoul(s, end, base);
}
