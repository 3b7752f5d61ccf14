/* strcasestr: ASCII letters match in either case. */
#include <string.h>
#include <strings.h>

char *strcasestr(const char *hay, const char *needle)
{
    size_t n = strlen(needle);

    for (; *hay || n == 0; hay++)
        if (strncasecmp(hay, needle, n) == 0)
            return (char *)hay;
    return NULL;
}
