/* strftime with a locale object: every locale has the same texts. */
#include <time.h>

size_t strftime_l(char *restrict out, size_t size, const char *restrict format,
                  const struct tm *restrict t, locale_t locale)
{
    (void)locale;
    return strftime(out, size, format, t);
}
