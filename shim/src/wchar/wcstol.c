/*
 * Numbers from wide strings. What a number can consist of is ASCII, so its characters are
 * copied as bytes and the functions for those do the work.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>
#include "shim/src/internal/fp.h"
#include "shim/src/internal/number.h"

#define SHORT 128

/* The ASCII text after the space at the start of a wide string. */
struct narrow {
    const wchar_t *start;
    char *text; /* room, or from malloc */
    char room[SHORT];
};

static bool narrow(const wchar_t *s, struct narrow *n)
{
    size_t len = 0;

    while (iswspace((wint_t)*s))
        s++;
    n->start = s;
    while (s[len] > ' ' && s[len] < 0x7f)
        len++;
    n->text = len < SHORT ? n->room : malloc(len + 1);
    if (!n->text)
        return false;
    for (size_t i = 0; i < len; i++)
        n->text[i] = (char)s[i];
    n->text[len] = 0;
    return true;
}

static void finish(struct narrow *n, const char *end, const wchar_t *s, wchar_t **result)
{
    if (result)
        *result = (wchar_t *)(end && end != n->text ? n->start + (end - n->text) : s);
    if (n->text != n->room)
        free(n->text);
}

static long double to_fp(const wchar_t *s, wchar_t **end, enum fp_kind kind)
{
    struct narrow n;
    char *text_end;

    if (!narrow(s, &n)) {
        if (end)
            *end = (wchar_t *)s;
        return 0;
    }
    long double value = __umk_strtofp(n.text, &text_end, kind);
    finish(&n, text_end, s, end);
    return value;
}

double wcstod(const wchar_t *restrict s, wchar_t **restrict end)
{
    return (double)to_fp(s, end, FP_DOUBLE);
}

float wcstof(const wchar_t *restrict s, wchar_t **restrict end)
{
    return (float)to_fp(s, end, FP_FLOAT);
}

long double wcstold(const wchar_t *restrict s, wchar_t **restrict end)
{
    return to_fp(s, end, FP_LONG);
}

static struct parsed_integer to_integer(const wchar_t *s, wchar_t **end, int base)
{
    struct parsed_integer p = {0};
    struct narrow n;

    if (!narrow(s, &n)) {
        if (end)
            *end = (wchar_t *)s;
        return p;
    }
    p = __umk_parse_integer(n.text, base);
    finish(&n, p.end, s, end);
    return p;
}

long wcstol(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    struct parsed_integer p = to_integer(s, end, base);

    return __umk_parsed_signed(&p);
}

unsigned long wcstoul(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    struct parsed_integer p = to_integer(s, end, base);

    return __umk_parsed_unsigned(&p);
}

long long wcstoll(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return wcstol(s, end, base);
}

unsigned long long wcstoull(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return wcstoul(s, end, base);
}

intmax_t wcstoimax(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return wcstol(s, end, base);
}

uintmax_t wcstoumax(const wchar_t *restrict s, wchar_t **restrict end, int base)
{
    return wcstoul(s, end, base);
}
