/* Keys and comparing; see sort_key.h. */
#include "sort_key.h"

#include "version.h"

#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int key_separator = -1;

/* --- fields --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* End of the field that begins at p. */
static const char *skip_field(const char *p, const char *end)
{
    if (key_separator >= 0) {
        const char *s = memchr(p, key_separator, (size_t)(end - p));
        return s ? s : end;
    }
    while (p < end && is_blank(*p))
        p++;
    while (p < end && !is_blank(*p))
        p++;
    return p;
}

static const char *key_start(const struct key *k, const char *p, const char *end)
{
    for (size_t i = 0; i < k->start_field && p < end; i++) {
        p = skip_field(p, end);
        if (key_separator >= 0 && p < end)
            p++;
    }
    if (k->skip_start) {
        while (p < end && is_blank(*p))
            p++;
    }
    return k->start_char < (size_t)(end - p) ? p + k->start_char : end;
}

static const char *key_end(const struct key *k, const char *p, const char *end)
{
    if (!k->has_end)
        return end;
    /* Up to the end of field end_field, or end_char characters into it. */
    size_t fields = k->end_char == 0 ? k->end_field + 1 : k->end_field;
    for (size_t i = 0; i < fields && p < end; i++) {
        p = skip_field(p, end);
        if (key_separator >= 0 && p < end && (i + 1 < fields || k->end_char))
            p++;
    }
    if (k->end_char == 0)
        return p;
    if (k->skip_end) {
        while (p < end && is_blank(*p))
            p++;
    }
    return k->end_char < (size_t)(end - p) ? p + k->end_char : end;
}

/* --- comparing --- */

static int sign(long v)
{
    return v < 0 ? -1 : v > 0;
}

/* Decimal numbers as text, of any length. */
static int compare_numbers(const char *a, const char *a_end, const char *b, const char *b_end)
{
    while (a < a_end && is_blank(*a))
        a++;
    while (b < b_end && is_blank(*b))
        b++;
    bool a_minus = a < a_end && *a == '-';
    bool b_minus = b < b_end && *b == '-';
    a += a_minus;
    b += b_minus;
    while (a < a_end && *a == '0')
        a++;
    while (b < b_end && *b == '0')
        b++;
    const char *a_int = a;
    const char *b_int = b;
    while (a < a_end && isdigit((unsigned char)*a))
        a++;
    while (b < b_end && isdigit((unsigned char)*b))
        b++;
    size_t a_len = (size_t)(a - a_int);
    size_t b_len = (size_t)(b - b_int);
    int c = a_len != b_len ? (a_len < b_len ? -1 : 1) : memcmp(a_int, b_int, a_len);
    const char *a_frac = a < a_end && *a == '.' ? a + 1 : a_end;
    const char *b_frac = b < b_end && *b == '.' ? b + 1 : b_end;
    bool a_zero = a_len == 0;
    bool b_zero = b_len == 0;
    for (;;) {
        char x = a_frac < a_end && isdigit((unsigned char)*a_frac) ? *a_frac++ : '\0';
        char y = b_frac < b_end && isdigit((unsigned char)*b_frac) ? *b_frac++ : '\0';
        if (!x && !y)
            break;
        char xd = x ? x : '0';
        char yd = y ? y : '0';
        a_zero = a_zero && xd == '0';
        b_zero = b_zero && yd == '0';
        if (c == 0)
            c = xd - yd;
        if (!x)
            a_frac = a_end;
        if (!y)
            b_frac = b_end;
    }
    a_minus = a_minus && !a_zero;
    b_minus = b_minus && !b_zero;
    if (a_minus != b_minus)
        return a_minus ? -1 : 1;
    return a_minus ? -sign(c) : sign(c);
}

/* False when the text begins with no number. */
static bool to_float(const char *p, const char *end, double *out)
{
    char text[64];
    char *stop;
    size_t n = (size_t)(end - p) < sizeof text - 1 ? (size_t)(end - p) : sizeof text - 1;
    memcpy(text, p, n);
    text[n] = '\0';
    *out = strtod(text, &stop);
    return stop != text;
}

/* What is no number comes before all numbers. */
static int compare_floats(const char *a, const char *a_end, const char *b, const char *b_end)
{
    double x;
    double y;
    bool has_x = to_float(a, a_end, &x);
    bool has_y = to_float(b, b_end, &y);
    if (!has_x || !has_y)
        return has_x - has_y;
    return (x > y) - (x < y);
}

static int unit_of(const char *p, const char *end)
{
    static const char units[] = "KMGTPEZY";
    while (p < end && (is_blank(*p) || *p == '-'))
        p++;
    while (p < end && (isdigit((unsigned char)*p) || *p == '.'))
        p++;
    const char *u = p < end && *p ? strchr(units, *p == 'k' ? 'K' : *p) : NULL;
    return u ? (int)(u - units) + 1 : 0;
}

/* Of a decimal number only, as GNU's -h has it: no hexadecimal, no infinity. */
static int sign_of(const char *p, const char *end)
{
    bool minus;
    bool zero = true;
    while (p < end && is_blank(*p))
        p++;
    minus = p < end && *p == '-';
    for (p += minus; p < end && (isdigit((unsigned char)*p) || *p == '.'); p++)
        zero = zero && (*p == '0' || *p == '.');
    return zero ? 0 : minus ? -1 : 1;
}

static int compare_human(const char *a, const char *a_end, const char *b, const char *b_end)
{
    int sx = sign_of(a, a_end);
    int sy = sign_of(b, b_end);
    int ux = sx == 0 ? 0 : unit_of(a, a_end);
    int uy = sy == 0 ? 0 : unit_of(b, b_end);
    if (sx != sy)
        return sx < sy ? -1 : 1;
    if (ux != uy)
        return (ux < uy ? -1 : 1) * (sx < 0 ? -1 : 1);
    return compare_numbers(a, a_end, b, b_end);
}

static int month_of(const char *p, const char *end)
{
    static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    while (p < end && is_blank(*p))
        p++;
    if (end - p < 3)
        return 0;
    for (int m = 0; m < 12; m++) {
        if (toupper((unsigned char)p[0]) == names[m * 3] &&
            toupper((unsigned char)p[1]) == names[m * 3 + 1] &&
            toupper((unsigned char)p[2]) == names[m * 3 + 2])
            return m + 1;
    }
    return 0;
}

static uint64_t seed;

void key_seed(void)
{
    if (seed == 0 && getentropy(&seed, sizeof seed) < 0)
        seed = (uint64_t)getpid();
}

/* An order that is another one in each run, in which equal texts are equal. */
static uint64_t chance(const char *p, const char *end)
{
    uint64_t h = seed;
    for (; p < end; p++) {
        h = (h ^ (unsigned char)*p) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    return h;
}

static int compare_chance(const char *a, const char *a_end, const char *b, const char *b_end)
{
    uint64_t x = chance(a, a_end), y = chance(b, b_end);
    return x != y ? (x < y ? -1 : 1) : text_compare(a, (size_t)(a_end - a), b, (size_t)(b_end - b));
}

static bool ignored(const struct key *k, unsigned char c)
{
    if (k->dictionary && !isalnum(c) && !is_blank((char)c))
        return true;
    return k->printing && !isprint(c);
}

int text_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int c = memcmp(a, b, a_len < b_len ? a_len : b_len);
    return c ? c : (a_len > b_len) - (a_len < b_len);
}

static int compare_text(const struct key *k, const char *a, const char *a_end, const char *b,
                        const char *b_end)
{
    if (!k->dictionary && !k->fold && !k->printing)
        return text_compare(a, (size_t)(a_end - a), b, (size_t)(b_end - b));
    for (;;) {
        while (a < a_end && ignored(k, (unsigned char)*a))
            a++;
        while (b < b_end && ignored(k, (unsigned char)*b))
            b++;
        if (a == a_end || b == b_end)
            return (a < a_end) - (b < b_end);
        int x = (unsigned char)*a++;
        int y = (unsigned char)*b++;
        if (k->fold) {
            x = toupper(x);
            y = toupper(y);
        }
        if (x != y)
            return x - y;
    }
}

const char *key_find(const struct key *k, const char *text, size_t len, size_t *key_len)
{
    const char *end = text + len;
    const char *a = key_start(k, text, end);
    const char *b = key_end(k, text, end);
    *key_len = b < a ? 0 : (size_t)(b - a);
    return a;
}

bool key_is_plain(const struct key *k)
{
    return k->how == BY_TEXT && k->start_field == 0 && k->start_char == 0 && !k->has_end &&
           !k->skip_start && !k->dictionary && !k->fold && !k->printing;
}

int key_compare(const struct key *k, const char *a, size_t a_len, const char *b, size_t b_len)
{
    const char *ae = a + a_len;
    const char *be = b + b_len;
    int c = 0;
    switch (k->how) {
    case BY_TEXT:
        c = compare_text(k, a, ae, b, be);
        break;
    case BY_NUMBER:
        c = compare_numbers(a, ae, b, be);
        break;
    case BY_FLOAT:
        c = compare_floats(a, ae, b, be);
        break;
    case BY_HUMAN:
        c = compare_human(a, ae, b, be);
        break;
    case BY_MONTH:
        c = month_of(a, ae) - month_of(b, be);
        break;
    case BY_CHANCE:
        c = compare_chance(a, ae, b, be);
        break;
    case BY_VERSION:
        c = version_compare(a, a_len, b, b_len);
        break;
    }
    return k->reverse ? -sign(c) : sign(c);
}
