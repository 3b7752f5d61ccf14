/* Reading the environment. */
#include <stdlib.h>
#include <string.h>

extern char **environ;

char *getenv(const char *name)
{
    size_t len = strlen(name);

    if (!environ || len == 0 || memchr(name, '=', len))
        return NULL;
    for (char **e = environ; *e; e++)
        if (strncmp(*e, name, len) == 0 && (*e)[len] == '=')
            return *e + len + 1;
    return NULL;
}

/* No program runs with more rights than its caller, so all are trusted. */
char *secure_getenv(const char *name)
{
    return getenv(name);
}
