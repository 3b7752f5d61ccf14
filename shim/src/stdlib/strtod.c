/* strtod, strtof, strtold, atof */
#include <stdlib.h>
#include "shim/src/internal/fp.h"

double strtod(const char *restrict s, char **restrict end)
{
    return (double)__umk_strtofp(s, end, FP_DOUBLE);
}

float strtof(const char *restrict s, char **restrict end)
{
    return (float)__umk_strtofp(s, end, FP_FLOAT);
}

long double strtold(const char *restrict s, char **restrict end)
{
    return __umk_strtofp(s, end, FP_LONG);
}

double atof(const char *s)
{
    return strtod(s, NULL);
}

double strtod_l(const char *restrict s, char **restrict end, locale_t locale)
{
    (void)locale;
    return strtod(s, end);
}

float strtof_l(const char *restrict s, char **restrict end, locale_t locale)
{
    (void)locale;
    return strtof(s, end);
}

long double strtold_l(const char *restrict s, char **restrict end, locale_t locale)
{
    (void)locale;
    return strtold(s, end);
}
