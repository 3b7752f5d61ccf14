/*
 * Locales: "C" and "C.UTF-8", chosen for each category by itself. Classes of wide characters,
 * collation and formats are the same in both. What differs is LC_CTYPE: in "C" every byte is a
 * character, in the other text is UTF-8. So a locale is a set of categories that are UTF-8's; all
 * such sets lie in one table, and nothing is ever allocated. Without a word from the environment
 * the locale "" is UTF-8's.
 */
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/lock.h"
#include "shim/src/internal/utf8.h"

/* Its place in the table is the set: bit c for category c. */
struct __umk_locale {
    char unused;
};

static const struct __umk_locale locales[LC_ALL_MASK + 1];
static const struct __umk_locale *global = &locales[0];
static _Thread_local locale_t current = LC_GLOBAL_LOCALE;

static const char *const categories[LC_ALL] = {
    [LC_CTYPE] = "LC_CTYPE",     [LC_NUMERIC] = "LC_NUMERIC",   [LC_TIME] = "LC_TIME",
    [LC_COLLATE] = "LC_COLLATE", [LC_MONETARY] = "LC_MONETARY", [LC_MESSAGES] = "LC_MESSAGES",
};

static unsigned set_of(locale_t locale)
{
    return (unsigned)((locale == LC_GLOBAL_LOCALE ? global : locale) - locales);
}

static const char *name_of(unsigned set, int category)
{
    return set >> category & 1 ? "C.UTF-8" : "C";
}

bool __umk_locale_is_bytes(void)
{
    return !(set_of(current) >> LC_CTYPE & 1);
}

/* 1 for a name of UTF-8's, 0 for the C locale's, ENOENT for others. */
static int lookup(const char *name, size_t len)
{
    static const char *const ends[] = {".UTF-8", ".utf8", ".utf-8", ".UTF8"};

    if ((len == 1 && *name == 'C') || (len == 5 && memcmp(name, "POSIX", 5) == 0))
        return 0;
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        size_t n = strlen(ends[i]);
        if (len > n && memcmp(name + len - n, ends[i], n) == 0)
            return 1;
    }
    return -ENOENT;
}

/* What the environment says of a category. A name that is not known is the C locale. */
static int environment(int category)
{
    const char *const variables[] = {"LC_ALL", categories[category], "LANG"};

    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const char *value = getenv(variables[i]);
        if (value && *value)
            return lookup(value, strlen(value)) == 1;
    }
    return 1;
}

/* The name for one category in text of the form CATEGORY=NAME;..., or text itself. */
static const char *part_of(const char *text, int category, size_t *len)
{
    size_t n = strlen(categories[category]);

    if (!strchr(text, '=')) {
        *len = strlen(text);
        return text;
    }
    while (strncmp(text, categories[category], n) != 0 || text[n] != '=') {
        text = strchr(text, ';');
        if (!text)
            return NULL;
        text++;
    }
    text += n + 1;
    *len = strcspn(text, ";");
    return text;
}

/* The categories in mask as name says, the others as in set. A set, or -ENOENT. */
static int choose(int mask, const char *name, unsigned set)
{
    for (int c = 0; c < LC_ALL; c++) {
        if (!(mask >> c & 1))
            continue;
        size_t len = 0;
        const char *part = *name ? part_of(name, c, &len) : "";
        int r = !part ? -ENOENT : *name ? lookup(part, len) : environment(c);
        if (r < 0)
            return r;
        set = (set & ~(1u << c)) | (unsigned)r << c;
    }
    return (int)set;
}

/* One name, or all of them when they differ. */
static const char *full_name(unsigned set)
{
    static char text[LC_ALL * sizeof "LC_MONETARY=C.UTF-8;"];
    int len = 0;

    if (set == 0 || set == LC_ALL_MASK)
        return name_of(set, 0);
    for (int c = 0; c < LC_ALL; c++)
        len += snprintf(text + len, sizeof text - (size_t)len, "%s%s=%s", c ? ";" : "",
                        categories[c], name_of(set, c));
    return text;
}

char *setlocale(int category, const char *name)
{
    if (category < LC_CTYPE || category > LC_ALL)
        return NULL;
    if (name) {
        int set = choose(category == LC_ALL ? LC_ALL_MASK : 1 << category, name, set_of(global));
        if (set < 0)
            return NULL;
        global = &locales[set];
    }
    unsigned set = set_of(global);
    return (char *)(category == LC_ALL ? full_name(set) : name_of(set, category));
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
    if (!name || (mask & ~LC_ALL_MASK)) {
        errno = EINVAL;
        return NULL;
    }
    int set = choose(mask, name, base ? set_of(base) : 0);
    if (set < 0) {
        errno = -set;
        return NULL;
    }
    return &locales[set];
}

locale_t duplocale(locale_t locale)
{
    return &locales[set_of(locale)];
}

void freelocale(locale_t locale)
{
    (void)locale;
}

locale_t uselocale(locale_t locale)
{
    locale_t old = current;

    if (locale)
        current = locale;
    return old;
}

const char *getlocalename_l(int category, locale_t locale)
{
    if (category < LC_CTYPE || category >= LC_ALL || !locale)
        return NULL;
    return name_of(set_of(locale), category);
}

size_t __ctype_get_mb_cur_max(void)
{
    return __umk_locale_is_bytes() ? 1 : 4;
}
