/* strsep */
#include <string.h>

char *strsep(char **string, const char *separators)
{
    char *s = *string;

    if (!s)
        return NULL;
    char *end = s + strcspn(s, separators);
    *string = *end ? end + 1 : NULL;
    *end = 0;
    return s;
}
