/*
 * strftime in the C locale, with GNU's flags (_ - 0 + ^ #), field widths, and %s %k %l
 * %P %+ besides POSIX's conversions. E and O modifiers change nothing here.
 */
#include <string.h>
#include "shim/src/time/names.h"
#include "shim/src/time/zone.h"

struct writer {
    char *out;
    size_t used, size;
};

/* What stands between % and the letter. */
struct spec {
    char pad; /* '_', '-', '0', '+' or 0: as the conversion has it */
    bool upper, swap;
    int width; /* -1: none */
};

static void put(struct writer *w, char c)
{
    if (w->used < w->size)
        w->out[w->used] = c;
    w->used++;
}

static void put_padding(struct writer *w, char c, int n)
{
    while (n-- > 0)
        put(w, c);
}

static char change_case(const struct spec *s, char c)
{
    if (s->upper && c >= 'a' && c <= 'z')
        return (char)(c - 'a' + 'A');
    return c;
}

static void put_text(struct writer *w, const struct spec *s, const char *text, size_t len)
{
    put_padding(w, s->pad == '0' ? '0' : ' ', s->width - (int)len);
    for (size_t i = 0; i < len; i++)
        put(w, change_case(s, text[i]));
}

static void put_string(struct writer *w, const struct spec *s, const char *text)
{
    put_text(w, s, text, strlen(text));
}

/* digits: the least number of digits; pad: what fills it up unless a flag says otherwise */
static void put_number(struct writer *w, const struct spec *s, long long value, int digits,
                       char pad)
{
    char text[24];
    int n = 0;
    unsigned long long u = value < 0 ? 0 - (unsigned long long)value : (unsigned long long)value;

    if (s->pad && s->pad != '+')
        pad = s->pad;
    do
        text[n++] = (char)('0' + u % 10);
    while (u /= 10);
    if (pad == '-')
        digits = 0;
    if (s->width > digits)
        digits = s->width;
    int fill = digits - n - (value < 0);
    if (pad != '0')
        put_padding(w, ' ', fill);
    if (value < 0)
        put(w, '-');
    if (pad == '0')
        put_padding(w, '0', fill);
    while (n)
        put(w, text[--n]);
}

static const char *name_of(const char *const *names, int i, int n)
{
    return i < 0 || i >= n ? "?" : names[i];
}

static void put_short(struct writer *w, const struct spec *s, const char *name)
{
    put_text(w, s, name, *name == '?' ? 1 : ABBREVIATION);
}

/* +hhmm */
static void put_offset(struct writer *w, const struct spec *s, const struct tm *tm)
{
    long minutes = (tm->tm_gmtoff < 0 ? -tm->tm_gmtoff : tm->tm_gmtoff) / 60;
    struct spec rest = {.pad = s->pad, .width = s->width > 0 ? s->width - 1 : -1};

    if (tm->tm_isdst < 0)
        return;
    put(w, tm->tm_gmtoff < 0 ? '-' : '+');
    put_number(w, &rest, minutes / 60 * 100 + minutes % 60, 4, '0');
}

static void format(struct writer *w, const char *f, const struct tm *tm, bool upper);

static void put_composite(struct writer *w, const struct spec *s, const char *f,
                          const struct tm *tm)
{
    struct writer measure = {.out = NULL, .size = 0};

    if (s->width > 0) {
        format(&measure, f, tm, false);
        put_padding(w, s->pad == '0' ? '0' : ' ', s->width - (int)measure.used);
    }
    format(w, f, tm, s->upper);
}

static void put_epoch(struct writer *w, const struct spec *s, const struct tm *tm)
{
    struct tm copy = *tm;

    put_number(w, s, mktime(&copy), 1, '_');
}

/* The year 0 of a century counts down for years before it, as %C%y must give the year. */
static long long century(long long year)
{
    return year / 100 - (year % 100 < 0);
}

static void put_year_of_century(struct writer *w, const struct spec *s, long long year)
{
    put_number(w, s, ((year % 100) + 100) % 100, 2, '0');
}

/* Names, and what is made of other conversions. false: c is none of them. */
static bool convert_text(struct writer *w, struct spec *s, char c, const struct tm *tm)
{
    switch (c) {
    case 'a':
        s->upper |= s->swap;
        put_short(w, s, name_of(__umk_day_names, tm->tm_wday, 7));
        return true;
    case 'A':
        s->upper |= s->swap;
        put_string(w, s, name_of(__umk_day_names, tm->tm_wday, 7));
        return true;
    case 'b':
    case 'h':
        s->upper |= s->swap;
        put_short(w, s, name_of(__umk_month_names, tm->tm_mon, 12));
        return true;
    case 'B':
        s->upper |= s->swap;
        put_string(w, s, name_of(__umk_month_names, tm->tm_mon, 12));
        return true;
    case 'c':
        put_composite(w, s, "%a %b %e %H:%M:%S %Y", tm);
        return true;
    case 'D':
    case 'x':
        put_composite(w, s, "%m/%d/%y", tm);
        return true;
    case 'F':
        put_composite(w, s, "%Y-%m-%d", tm);
        return true;
    case 'r':
        put_composite(w, s, "%I:%M:%S %p", tm);
        return true;
    case 'R':
        put_composite(w, s, "%H:%M", tm);
        return true;
    case 'T':
    case 'X':
        put_composite(w, s, "%H:%M:%S", tm);
        return true;
    case '+':
        put_composite(w, s, "%a %b %e %H:%M:%S %Z %Y", tm);
        return true;
    case 'p':
        if (s->swap)
            put_string(w, s, tm->tm_hour > 11 ? "pm" : "am");
        else
            put_string(w, s, tm->tm_hour > 11 ? "PM" : "AM");
        return true;
    case 'P':
        s->upper = false;
        put_string(w, s, tm->tm_hour > 11 ? "pm" : "am");
        return true;
    case 'n':
        put_string(w, s, "\n");
        return true;
    case 't':
        put_string(w, s, "\t");
        return true;
    case '%':
        put_string(w, s, "%");
        return true;
    }
    return false;
}

static bool convert_zone(struct writer *w, struct spec *s, char c, const struct tm *tm)
{
    const char *name = tm->tm_zone ? tm->tm_zone : "";

    switch (c) {
    case 's':
        put_epoch(w, s, tm);
        return true;
    case 'z':
        put_offset(w, s, tm);
        return true;
    case 'Z':
        if (tm->tm_isdst < 0)
            name = "";
        if (s->swap) {
            size_t len = strlen(name);
            put_padding(w, s->pad == '0' ? '0' : ' ', s->width - (int)len);
            for (; *name; name++)
                put(w, *name >= 'A' && *name <= 'Z' ? (char)(*name - 'A' + 'a') : *name);
        } else {
            put_string(w, s, name);
        }
        return true;
    }
    return false;
}

static bool convert_number(struct writer *w, const struct spec *s, char c, const struct tm *tm)
{
    long long year = 1900LL + tm->tm_year, iso;
    int hour12 = tm->tm_hour % 12 == 0 ? 12 : tm->tm_hour % 12;
    int week;

    switch (c) {
    case 'C':
        put_number(w, s, century(year), 2, '0');
        return true;
    case 'd':
        put_number(w, s, tm->tm_mday, 2, '0');
        return true;
    case 'e':
        put_number(w, s, tm->tm_mday, 2, '_');
        return true;
    case 'g':
        __umk_iso_week(tm, &iso);
        put_year_of_century(w, s, iso);
        return true;
    case 'G':
        __umk_iso_week(tm, &iso);
        put_number(w, s, iso, 1, '0');
        return true;
    case 'H':
        put_number(w, s, tm->tm_hour, 2, '0');
        return true;
    case 'I':
        put_number(w, s, hour12, 2, '0');
        return true;
    case 'j':
        put_number(w, s, tm->tm_yday + 1, 3, '0');
        return true;
    case 'k':
        put_number(w, s, tm->tm_hour, 2, '_');
        return true;
    case 'l':
        put_number(w, s, hour12, 2, '_');
        return true;
    case 'm':
        put_number(w, s, tm->tm_mon + 1, 2, '0');
        return true;
    case 'M':
        put_number(w, s, tm->tm_min, 2, '0');
        return true;
    case 'S':
        put_number(w, s, tm->tm_sec, 2, '0');
        return true;
    case 'u':
        put_number(w, s, tm->tm_wday == 0 ? 7 : tm->tm_wday, 1, '0');
        return true;
    case 'U':
        put_number(w, s, (tm->tm_yday - tm->tm_wday + 7) / 7, 2, '0');
        return true;
    case 'V':
        week = __umk_iso_week(tm, &iso);
        put_number(w, s, week, 2, '0');
        return true;
    case 'w':
        put_number(w, s, tm->tm_wday, 1, '0');
        return true;
    case 'W':
        put_number(w, s, (tm->tm_yday - (tm->tm_wday + 6) % 7 + 7) / 7, 2, '0');
        return true;
    case 'y':
        put_year_of_century(w, s, year);
        return true;
    case 'Y':
        put_number(w, s, year, 1, '0');
        return true;
    }
    return false;
}

/* Reads flags, width and modifier at *f; *f is left at the letter. */
static struct spec read_spec(const char **f)
{
    struct spec s = {.width = -1};

    for (;; (*f)++) {
        if (**f == '_' || **f == '-' || **f == '0' || **f == '+')
            s.pad = **f;
        else if (**f == '^')
            s.upper = true;
        else if (**f == '#')
            s.swap = true;
        else
            break;
    }
    if (**f >= '0' && **f <= '9') {
        s.width = 0;
        for (; **f >= '0' && **f <= '9'; (*f)++)
            s.width = s.width < 100000 ? s.width * 10 + (**f - '0') : s.width;
    }
    if (**f == 'E' || **f == 'O')
        (*f)++;
    return s;
}

static void format(struct writer *w, const char *f, const struct tm *tm, bool upper)
{
    for (; *f; f++) {
        if (*f != '%') {
            put(w, *f);
            continue;
        }
        const char *begin = f++;
        if (*f == '+' && f[1] != '%' && !f[1]) {
            /* "%+" at the end is the conversion, not a flag */
            struct spec plain = {.width = -1};
            convert_text(w, &plain, '+', tm);
            continue;
        }
        struct spec s = read_spec(&f);
        s.upper |= upper;
        if (!*f || !(convert_text(w, &s, *f, tm) || convert_zone(w, &s, *f, tm) ||
                     convert_number(w, &s, *f, tm))) {
            /* what is no conversion is copied */
            while (begin < f)
                put(w, *begin++);
            if (!*f)
                return;
            put(w, *f);
        }
    }
}

size_t strftime(char *restrict out, size_t size, const char *restrict f,
                const struct tm *restrict tm)
{
    struct writer w = {.out = out, .size = size};

    format(&w, f, tm, false);
    if (w.used >= size)
        return 0;
    out[w.used] = 0;
    return w.used;
}
