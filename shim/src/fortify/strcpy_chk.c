/* The checked functions on strings. */
#include <string.h>
#include "shim/src/fortify/fortify.h"

char *__strcpy_chk(char *, const char *, size_t);
char *__stpcpy_chk(char *, const char *, size_t);
char *__strcat_chk(char *, const char *, size_t);
char *__strncpy_chk(char *, const char *, size_t, size_t);
char *__stpncpy_chk(char *, const char *, size_t, size_t);
char *__strncat_chk(char *, const char *, size_t, size_t);

char *__stpcpy_chk(char *d, const char *s, size_t room)
{
    size_t n = strlen(s);

    __umk_fit(n + 1, room);
    return (char *)memcpy(d, s, n + 1) + n;
}

char *__strcpy_chk(char *d, const char *s, size_t room)
{
    __stpcpy_chk(d, s, room);
    return d;
}

char *__strcat_chk(char *d, const char *s, size_t room)
{
    size_t n = strlen(d);

    __umk_fit(n + 1, room);
    __stpcpy_chk(d + n, s, room - n);
    return d;
}

char *__strncpy_chk(char *d, const char *s, size_t n, size_t room)
{
    __umk_fit(n, room);
    return strncpy(d, s, n);
}

char *__stpncpy_chk(char *d, const char *s, size_t n, size_t room)
{
    __umk_fit(n, room);
    return stpncpy(d, s, n);
}

char *__strncat_chk(char *d, const char *s, size_t n, size_t room)
{
    __umk_fit(strlen(d) + strnlen(s, n) + 1, room);
    return strncat(d, s, n);
}
