/*
 * The order of version numbers, see version.h. Runs of digits compare as numbers; of the other
 * characters `~` comes before the end, the end before letters, letters before the rest. Suffixes
 * such as ".tar.gz" count only when all before them is the same.
 */
#include "version.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool digit_at(const char *s, size_t at, size_t len)
{
    return at < len && isdigit((unsigned char)s[at]);
}

static int order(const char *s, size_t at, size_t len)
{
    if (at >= len)
        return -1;
    unsigned char c = (unsigned char)s[at];
    if (isdigit(c))
        return 0;
    if (isalpha(c))
        return c;
    return c == '~' ? -2 : c + 256;
}

static int compare(const char *a, size_t an, const char *b, size_t bn)
{
    size_t i = 0;
    size_t k = 0;
    while (i < an || k < bn) {
        while ((i < an && !digit_at(a, i, an)) || (k < bn && !digit_at(b, k, bn))) {
            int x = order(a, i, an);
            int y = order(b, k, bn);
            if (x != y)
                return x - y;
            i++;
            k++;
        }
        while (i < an && a[i] == '0')
            i++;
        while (k < bn && b[k] == '0')
            k++;
        int first = 0;
        while (digit_at(a, i, an) && digit_at(b, k, bn)) {
            if (!first)
                first = a[i] - b[k];
            i++;
            k++;
        }
        if (digit_at(a, i, an))
            return 1;
        if (digit_at(b, k, bn))
            return -1;
        if (first)
            return first;
    }
    return 0;
}

/* Length without the suffixes: each a dot, a letter or `~`, then letters, digits and `~`. */
static size_t stem(const char *s, size_t len)
{
    size_t end = len;
    for (;;) {
        size_t at = end;
        while (at > 0 && (isalnum((unsigned char)s[at - 1]) || s[at - 1] == '~'))
            at--;
        bool suffix = at > 1 && at < end && s[at - 1] == '.' &&
                      (isalpha((unsigned char)s[at]) || s[at] == '~');
        if (!suffix)
            return end;
        end = at - 1;
    }
}

/* "" comes first, then ".", "..", other names with a dot, and the rest. */
static int rank(const char *s, size_t len)
{
    if (len == 0)
        return 0;
    if (s[0] != '.')
        return 4;
    return len == 1 ? 1 : len == 2 && s[1] == '.' ? 2 : 3;
}

int version_compare(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int difference = rank(a, a_len) - rank(b, b_len);
    if (difference)
        return difference;
    if (a_len == b_len && memcmp(a, b, a_len) == 0)
        return 0;
    int result = compare(a, stem(a, a_len), b, stem(b, b_len));
    return result ? result : compare(a, a_len, b, b_len);
}
