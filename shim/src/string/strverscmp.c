/*
 * strverscmp: like strcmp, but runs of digits compare as numbers, and those with leading
 * zeros as fractions (so 000 < 00 < 01 < 010 < 09 < 0 < 1 < 9 < 10).
 */
#include <ctype.h>
#include <string.h>

int strverscmp(const char *left, const char *right)
{
    const unsigned char *a = (const unsigned char *)left, *b = (const unsigned char *)right;
    size_t at = 0, run = 0;
    int zeros = 1; /* the run of digits so far has only zeros */

    for (; a[at] == b[at]; at++) {
        if (!a[at])
            return 0;
        if (!isdigit(a[at])) {
            run = at + 1;
            zeros = 1;
        } else if (a[at] != '0') {
            zeros = 0;
        }
    }
    if (a[run] - 1u - '0' < 9u && b[run] - 1u - '0' < 9u) {
        size_t i = at;
        while (isdigit(a[i])) {
            if (!isdigit(b[i]))
                return 1;
            i++;
        }
        if (isdigit(b[i]))
            return -1;
    } else if (zeros && run < at && (isdigit(a[at]) || isdigit(b[at]))) {
        /* after equal zeros: the one that goes on with digits is a smaller fraction */
        return (unsigned char)(a[at] - '0') - (unsigned char)(b[at] - '0');
    }
    return a[at] - b[at];
}
