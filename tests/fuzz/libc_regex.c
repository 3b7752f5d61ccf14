/*
 * Regular expressions of any text on any text. The first byte is the flags and the locale, a
 * newline parts the expression from the subject. Matches must lie within the subject, and within
 * each other.
 */
#include <stdlib.h>
#include <string.h>

/* the host's library has functions of these names */
#define regcomp u_regcomp
#define regexec u_regexec
#define regfree u_regfree
#define regerror u_regerror
#define wctype u_wctype
#define iswctype u_iswctype
#define wctrans u_wctrans
#define towctrans u_towctrans

#include "shim/src/unicode/utf8.c"
#include "shim/src/regex/bracket.c"
#include "shim/src/unicode/wctype.c"
#include "shim/src/regex/text.c"
#include "shim/src/regex/parse.c"
#include "shim/src/regex/compile.c"
#include "shim/src/regex/search.c"
#include "shim/src/regex/automaton.c"
#include "shim/src/regex/backtrack.c"
#include "shim/src/regex/submatch.c"
#include "shim/src/regex/regcomp.c"
#include "shim/src/regex/regexec.c"
#include "shim/src/regex/regerror.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool in_c_locale;

bool __umk_locale_is_bytes(void)
{
    return in_c_locale;
}

#define GROUPS 10
#define PATTERN_MAX 48
#define SUBJECT_MAX 64

static void check(const regmatch_t *m, size_t n, size_t len)
{
    for (size_t i = 0; i < n; i++) {
        if (m[i].rm_so == -1 && m[i].rm_eo == -1)
            continue;
        if (m[i].rm_so < 0 || m[i].rm_so > m[i].rm_eo || (size_t)m[i].rm_eo > len)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    regmatch_t m[GROUPS];
    regex_t re;
    char message[64];

    if (size < 2)
        return 0;
    const uint8_t *newline = memchr(data + 1, '\n', size - 1);
    size_t pattern_len = newline ? (size_t)(newline - data - 1) : size - 1;
    size_t subject_len = newline ? size - pattern_len - 2 : 0;
    if (pattern_len > PATTERN_MAX || subject_len > SUBJECT_MAX)
        return 0;
    /* exact copies, so that the sanitizer sees a step beyond either */
    char *pattern = strndup((const char *)data + 1, pattern_len);
    char *subject = strndup(newline ? (const char *)newline + 1 : "", subject_len);
    int flags = (data[0] & 1 ? REG_EXTENDED : 0) | (data[0] & 2 ? REG_ICASE : 0) |
                (data[0] & 4 ? REG_NEWLINE : 0) | (data[0] & 8 ? REG_NOSUB : 0);
    in_c_locale = data[0] & 64;
    int error = u_regcomp(&re, pattern, flags);
    if (error) {
        if (u_regerror(error, &re, message, sizeof message) == 0)
            abort();
    } else {
        int how = (data[0] & 16 ? REG_NOTBOL : 0) | (data[0] & 32 ? REG_NOTEOL : 0);
        if (u_regexec(&re, subject, GROUPS, m, how) == 0 && !(flags & REG_NOSUB))
            check(m, GROUPS, strlen(subject));
        u_regfree(&re);
    }
    free(pattern);
    free(subject);
    return 0;
}
