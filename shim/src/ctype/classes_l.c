/* Character classes with a locale object: the same in every locale there is. */
#include <ctype.h>

#define WITH_LOCALE(fn)                \
    int fn##_l(int c, locale_t locale) \
    {                                  \
        (void)locale;                  \
        return fn(c);                  \
    }

WITH_LOCALE(isalnum)
WITH_LOCALE(isalpha)
WITH_LOCALE(isblank)
WITH_LOCALE(iscntrl)
WITH_LOCALE(isdigit)
WITH_LOCALE(isgraph)
WITH_LOCALE(islower)
WITH_LOCALE(isprint)
WITH_LOCALE(ispunct)
WITH_LOCALE(isspace)
WITH_LOCALE(isupper)
WITH_LOCALE(isxdigit)
WITH_LOCALE(tolower)
WITH_LOCALE(toupper)
