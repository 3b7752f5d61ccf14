/* strtok and strtok_r */
#include <string.h>

char *strtok_r(char *restrict s, const char *restrict separators, char **restrict state)
{
    if (!s)
        s = *state;
    if (!s)
        return NULL;
    s += strspn(s, separators);
    if (!*s) {
        *state = NULL;
        return NULL;
    }
    char *end = s + strcspn(s, separators);
    *state = *end ? end + 1 : NULL;
    *end = 0;
    return s;
}

char *strtok(char *restrict s, const char *restrict separators)
{
    static char *state;

    return strtok_r(s, separators, &state);
}
