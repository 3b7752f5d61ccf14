/* getsubopt: name=value pairs between commas. */
#include <stdlib.h>
#include <string.h>

int getsubopt(char **text, char *const *names, char **value)
{
    char *s = *text, *end = s + strcspn(s, ",");

    *text = *end ? end + 1 : end;
    *end = 0;
    *value = NULL;
    for (int i = 0; names[i]; i++) {
        size_t len = strlen(names[i]);
        if (strncmp(names[i], s, len) != 0 || (s[len] && s[len] != '='))
            continue;
        if (s[len])
            *value = s + len + 1;
        return i;
    }
    *value = s;
    return -1;
}
