/*
 * Locales: "C" and UTF-8. Both have the same classes, collation and formats, and text is
 * UTF-8 in either; only the name differs.
 */
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include "shim/src/internal/thread.h"

struct __umk_locale {
    const char *name;
};

static const struct __umk_locale c_locale = {"C"}, utf8_locale = {"C.UTF-8"};
static const struct __umk_locale *global = &c_locale;

static bool names_utf8(const char *name)
{
    const char *dot = strchr(name, '.');

    return dot && (strcmp(dot, ".UTF-8") == 0 || strcmp(dot, ".utf8") == 0 ||
                   strcmp(dot, ".utf-8") == 0 || strcmp(dot, ".UTF8") == 0);
}

/* The locale of a name, "" being what the environment says; NULL: unknown. */
static const struct __umk_locale *lookup(const char *name)
{
    static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};

    for (size_t i = 0; !*name && i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return names_utf8(value) ? &utf8_locale : &c_locale;
    }
    if (!*name || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
        return &c_locale;
    return names_utf8(name) ? &utf8_locale : NULL;
}

char *setlocale(int category, const char *name)
{
    if (category < LC_CTYPE || category > LC_ALL)
        return NULL;
    if (name) {
        const struct __umk_locale *l = lookup(name);
        if (!l)
            return NULL;
        if (category == LC_ALL || category == LC_CTYPE)
            global = l;
    }
    return (char *)global->name;
}

struct lconv *localeconv(void)
{
    static struct lconv values = {
        .decimal_point = ".",
        .thousands_sep = "",
        .grouping = "",
        .int_curr_symbol = "",
        .currency_symbol = "",
        .mon_decimal_point = "",
        .mon_thousands_sep = "",
        .mon_grouping = "",
        .positive_sign = "",
        .negative_sign = "",
        .int_frac_digits = 127,
        .frac_digits = 127,
        .p_cs_precedes = 127,
        .p_sep_by_space = 127,
        .n_cs_precedes = 127,
        .n_sep_by_space = 127,
        .p_sign_posn = 127,
        .n_sign_posn = 127,
        .int_p_cs_precedes = 127,
        .int_p_sep_by_space = 127,
        .int_n_cs_precedes = 127,
        .int_n_sep_by_space = 127,
        .int_p_sign_posn = 127,
        .int_n_sign_posn = 127,
    };

    return &values;
}

locale_t newlocale(int mask, const char *name, locale_t base)
{
    const struct __umk_locale *l = name ? lookup(name) : NULL;

    if (!l || (mask & ~LC_ALL_MASK)) {
        errno = l || !name ? EINVAL : ENOENT;
        return NULL;
    }
    return (mask & LC_CTYPE_MASK) || !base ? l : base;
}

locale_t duplocale(locale_t locale)
{
    return locale == LC_GLOBAL_LOCALE ? global : locale;
}

void freelocale(locale_t locale)
{
    (void)locale;
}

locale_t uselocale(locale_t locale)
{
    static _Thread_local locale_t current = LC_GLOBAL_LOCALE;
    locale_t old = current;

    if (locale)
        current = locale;
    return old;
}

const char *getlocalename_l(int category, locale_t locale)
{
    if (category < LC_CTYPE || category >= LC_ALL || !locale)
        return NULL;
    return locale == LC_GLOBAL_LOCALE ? global->name : locale->name;
}

size_t __ctype_get_mb_cur_max(void)
{
    return 4;
}
