/* Floating point: collects the longest text that can begin a number, then converts it. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/fp.h"
#include "shim/src/internal/scanf.h"

struct collected {
    char *text;
    size_t len, room;
    bool failed;
    char first[128];
};

static void append(struct collected *b, int c)
{
    if (b->len + 1 >= b->room) {
        char *moved = realloc(b->text == b->first ? NULL : b->text, b->room * 2);
        if (!moved) {
            b->failed = true;
            b->len = 0;
            return;
        }
        if (b->text == b->first)
            memcpy(moved, b->first, b->len);
        b->text = moved;
        b->room *= 2;
    }
    b->text[b->len++] = (char)c;
    b->text[b->len] = 0;
}

static int take(struct scan *s, struct collected *b, int c)
{
    append(b, c);
    return __umk_scan_next(s);
}

/* Takes the rest of a word, letter by letter, as long as it fits. */
static int take_word(struct scan *s, struct collected *b, int c, const char *word)
{
    while (*word && c != EOF && tolower(c) == *word) {
        c = take(s, b, c);
        word++;
    }
    return c;
}

static int take_nan(struct scan *s, struct collected *b, int c)
{
    c = take_word(s, b, c, "nan");
    if (b->len < 3 || c != '(')
        return c;
    do
        c = take(s, b, c);
    while (isalnum(c) || c == '_');
    return c == ')' ? take(s, b, c) : c;
}

static int take_digits(struct scan *s, struct collected *b, int c)
{
    bool hex = false, point = false, any = false;

    if (c == '0') {
        any = true;
        c = take(s, b, c);
        if (c == 'x' || c == 'X') {
            hex = true;
            any = false;
            c = take(s, b, c);
        }
    }
    for (;; c = take(s, b, c)) {
        if (hex ? isxdigit(c) : isdigit(c))
            any = true;
        else if (c == '.' && !point)
            point = true;
        else
            break;
    }
    if (hex && !any)
        b->text[0] = 0; /* no number, though "0" alone would be one */
    if (!any || c == EOF || tolower(c) != (hex ? 'p' : 'e'))
        return c;
    c = take(s, b, c);
    if (c == '+' || c == '-')
        c = take(s, b, c);
    while (isdigit(c))
        c = take(s, b, c);
    return c;
}

static void store(const struct scan_spec *spec, void *to, long double value)
{
    if (!to)
        return;
    if (spec->length == SCAN_LONG_DOUBLE)
        *(long double *)to = value;
    else if (spec->length == SCAN_LONG)
        *(double *)to = (double)value;
    else
        *(float *)to = (float)value;
}

enum scan_result __umk_scan_float(struct scan *s, const struct scan_spec *spec, void *to)
{
    struct collected b = {.room = sizeof b.first};
    enum scan_result result = SCAN_MISMATCH;
    int saved = errno, c = __umk_scan_next(s);

    if (c == EOF)
        return SCAN_END;
    b.text = b.first;
    b.first[0] = 0;
    if (c == '+' || c == '-')
        c = take(s, &b, c);
    if (c != EOF && tolower(c) == 'i')
        c = take_word(s, &b, c, "infinity");
    else if (c != EOF && tolower(c) == 'n')
        c = take_nan(s, &b, c);
    else
        c = take_digits(s, &b, c);
    __umk_scan_back(s, c);
    enum fp_kind kind = spec->length == SCAN_LONG_DOUBLE ? FP_LONG
                        : spec->length == SCAN_LONG      ? FP_DOUBLE
                                                         : FP_FLOAT;
    char *end;
    long double value = __umk_strtofp(b.text, &end, kind);
    if (b.failed) {
        result = SCAN_ERROR;
    } else if (end != b.text && (!*end || !isalpha((unsigned char)end[-1]))) {
        /* the rest of a number like "1e" is lost, as in glibc; a word must be whole */
        store(spec, to, value);
        errno = saved;
        result = SCAN_OK;
    }
    if (b.text != b.first)
        free(b.text);
    return result;
}
