/* Texts of the error numbers: strerror, strerror_r, strerrorname_np. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct text {
    const char *name, *meaning;
};

static const struct text texts[] = {
    [0] = {"0", "Success"},
#define E(name, meaning) [name] = {#name, meaning},
#include "shim/src/errno/texts.h"
#undef E
};

static const char *meaning_of(int error)
{
    if (error < 0 || (size_t)error >= sizeof texts / sizeof texts[0] || !texts[error].meaning)
        return NULL;
    return texts[error].meaning;
}

char *strerror(int error)
{
    static _Thread_local char unknown[32];
    const char *s = meaning_of(error);

    if (s)
        return (char *)s;
    snprintf(unknown, sizeof unknown, "Unknown error %d", error);
    return unknown;
}

char *strerror_l(int error, locale_t locale)
{
    (void)locale;
    return strerror(error);
}

int strerror_r(int error, char *buf, size_t size)
{
    const char *s = strerror(error);
    size_t len = strlen(s);

    if (len >= size) {
        if (size) {
            memcpy(buf, s, size - 1);
            buf[size - 1] = 0;
        }
        return ERANGE;
    }
    memcpy(buf, s, len + 1);
    return meaning_of(error) ? 0 : EINVAL;
}

const char *strerrordesc_np(int error)
{
    return meaning_of(error);
}

const char *strerrorname_np(int error)
{
    return meaning_of(error) ? texts[error].name : NULL;
}
