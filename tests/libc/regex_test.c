/*
 * regcomp and regexec against the host's, with random patterns and texts. Whole matches are
 * compared always; the places of groups only where no group lies within a repetition, as the host's
 * library is known to stray from POSIX there: for those a table has the right answers. A quarter of
 * the patterns is tried in the C locale, where bytes are characters. Usage: regex_test [count
 * [seed]].
 */
#include "tests/random.h"

#include <locale.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The library's own types, see shim/include/regex.h. */
typedef struct {
    size_t nsub;
    void *program;
} u_regex_t;
typedef struct {
    long so, eo;
} u_regmatch_t;
int u_regcomp(u_regex_t *re, const char *pattern, int flags);
int u_regexec(const u_regex_t *re, const char *text, size_t n, u_regmatch_t *m, int flags);
void u_regfree(u_regex_t *re);
char *u_setlocale(int category, const char *name);

/* its flags have the host's values but for REG_ICASE ... REG_NOSUB */
#define U_LC_CTYPE 0
#define U_EXTENDED 1
#define U_ICASE 2
#define U_NEWLINE 4

#define GROUPS 8

static uint64_t state;
static long failures;

static unsigned below(unsigned n)
{
    return random_below(&state, n);
}

static const char *const atoms[] = {"a",  "b",   "c",     ".", "[ab]",     "[^a]", "[[:alpha:]]",
                                    "ab", "\\.", "[a-c]", "x", "\xc3\xa9", "\\*"};
#define ATOMS (sizeof atoms / sizeof atoms[0])
static const char *const repeats[] = {"*", "+", "?", "{2}", "{1,3}", "{0,2}", "{2,}"};

/* At times several behind each other. */
static char *repetition(char *p)
{
    p = stpcpy(p, repeats[below(7)]);
    while (below(5) == 0)
        p = stpcpy(p, repeats[below(3)]);
    return p;
}

/* The same as a basic pattern, with what both libraries add to those. */
static void make_basic(char *p)
{
    char from[2000];

    strcpy(from, p);
    for (const char *s = from; *s; s++) {
        if (*s == '\\') {
            *p++ = *s++;
        } else if (*s == '[') {
            for (const char *end = s + (s[1] == '[' ? strlen("[[:alpha:]]") : strcspn(s, "]") + 1);
                 s + 1 < end; s++)
                *p++ = *s;
        } else if (strchr("(){}|+?", *s)) {
            *p++ = '\\';
        }
        *p++ = *s;
    }
    *p = 0;
}

/* Writes an extended pattern; groups only outside repetitions. */
static char *pattern(char *p, int depth, int repeated)
{
    int n = (int)below(3) + 1;

    for (int i = 0; i < n; i++) {
        if (depth > 0 && below(3) == 0) {
            /* a group in a repetition has nothing to compare, so it is made of one atom */
            int repeat = below(3) == 0;
            *p++ = '(';
            if (repeated || repeat) {
                p = stpcpy(p, atoms[below(ATOMS)]);
                if (below(2)) {
                    *p++ = '|';
                    p = stpcpy(p, atoms[below(ATOMS)]);
                }
            } else {
                p = pattern(p, depth - 1, repeated);
                if (below(2)) {
                    *p++ = '|';
                    p = pattern(p, depth - 1, repeated);
                }
            }
            *p++ = ')';
            if (repeat)
                p = repetition(p);
            continue;
        }
        p = stpcpy(p, atoms[below(ATOMS)]);
        if (below(3) == 0)
            p = repetition(p);
    }
    *p = 0;
    return p;
}

static void text(char *p)
{
    static const char *const pieces[] = {"a", "b",        "c",  "x",  ".", "ab",
                                         "A", "\xc3\xa9", "\n", "aa", "*"};
    unsigned n = below(14);

    *p = 0;
    for (unsigned i = 0; i < n; i++)
        p = stpcpy(p, pieces[below(11)]);
}

static void complain(const char *what, const char *pattern_text, const char *subject, int flags)
{
    if (failures++ < 20)
        printf("%s: /%s/ flags %d on \"%s\"\n", what, pattern_text, flags, subject);
}

/* A group that may be matched more than once, or not at all: only 0 is compared. */
static int has_repeated_group(const char *p)
{
    for (; (p = strchr(p, ')')); p++)
        if (p[1] && strchr("*+?{\\", p[1]))
            return 1;
    return 0;
}

/*
 * The first group that differs decides. The host sometimes gives a group less than it could
 * have, which POSIX forbids: there ours must begin at the same place and be longer.
 */
static void compare_groups(const char *p, const char *s, int flags, const regmatch_t *m,
                           const u_regmatch_t *um)
{
    for (int i = 1; i < GROUPS; i++) {
        if (m[i].rm_so == um[i].so && m[i].rm_eo == um[i].eo)
            continue;
        if (m[i].rm_so < 0 || m[i].rm_so != um[i].so || um[i].eo < m[i].rm_eo)
            complain("other group", p, s, flags);
        return;
    }
}

/* Whether there is a match, without its place; and the search from some place on, in mid-text. */
static void compare_rest(const char *p, const char *s, int flags, const regex_t *re,
                         const u_regex_t *ure)
{
    size_t len = strlen(s), from = len ? below((unsigned)len) : 0;
    regmatch_t m = {.rm_so = (regoff_t)from, .rm_eo = (regoff_t)len};
    u_regmatch_t um = {.so = (long)from, .eo = (long)len};

    if ((regexec(re, s, 0, NULL, 0) == 0) != (u_regexec(ure, s, 0, NULL, 0) == 0))
        complain("other answer", p, s, flags);
    if (from == 0 || s[from] & 0x80)
        return;
    int a = regexec(re, s, 1, &m, REG_STARTEND | REG_NOTBOL);
    int b = u_regexec(ure, s, 1, &um, REG_STARTEND | REG_NOTBOL);
    if ((a == 0) != (b == 0) || (a == 0 && (m.rm_so != um.so || m.rm_eo != um.eo)))
        complain("other match in mid-text", p, s, flags);
}

static void compare(const char *p, const char *s, int flags)
{
    int host_flags = (flags & U_EXTENDED ? REG_EXTENDED : 0) | (flags & U_ICASE ? REG_ICASE : 0) |
                     (flags & U_NEWLINE ? REG_NEWLINE : 0);
    regmatch_t m[GROUPS];
    u_regmatch_t um[GROUPS];
    regex_t re;
    u_regex_t ure;
    int a = regcomp(&re, p, host_flags), b = u_regcomp(&ure, p, flags);

    if (a == REG_BADRPT && b == 0 && !(flags & U_EXTENDED)) {
        /* the host knows no star behind another repetition in a basic pattern */
    } else if ((a == 0) != (b == 0)) {
        complain(a ? "only the host refuses" : "only ours refuses", p, s, flags);
    } else if (a == 0) {
        a = regexec(&re, s, GROUPS, m, 0);
        b = u_regexec(&ure, s, GROUPS, um, 0);
        if ((a == 0) != (b == 0))
            complain(a ? "only ours matches" : "only the host matches", p, s, flags);
        else if (a == 0 && (m[0].rm_so != um[0].so || m[0].rm_eo != um[0].eo))
            complain("other match", p, s, flags);
        else if (a == 0 && !has_repeated_group(p))
            compare_groups(p, s, flags, m, um);
        compare_rest(p, s, flags, &re, &ure);
    }
    if (a == 0 || a == REG_NOMATCH)
        regfree(&re);
    u_regfree(&ure);
}

static const struct {
    const char *pattern, *text;
    int flags;
    int want[6]; /* starts and ends of groups 0 to 2; -2: no match */
} table[] = {
    {"(a|ab)(c|bcd)(d*)", "abcd", U_EXTENDED, {0, 4, 0, 2, 2, 3}},
    {"(a*)*", "b", U_EXTENDED, {0, 0, 0, 0, -1, -1}},
    {"(a*)+", "b", U_EXTENDED, {0, 0, 0, 0, -1, -1}},
    {"((a)|b)*", "ab", U_EXTENDED, {0, 2, 1, 2, -1, -1}},
    {"(a*)(a|aa)", "aaaa", U_EXTENDED, {0, 4, 0, 3, 3, 4}},
    {"(a|b)*c", "ababc", U_EXTENDED, {0, 5, 3, 4, -1, -1}},
    {"x*", "aaa", U_EXTENDED, {0, 0, -1, -1, -1, -1}},
    {"\\(ab*\\)*\\1", "abbabb", 0, {0, 6, 0, 3, -1, -1}},
    {"\\(.\\)\\1", "hello", 0, {2, 4, 2, 3, -1, -1}},
    {"^\\(.*\\)\\1$", "abcabc", 0, {0, 6, 0, 3, -1, -1}},
    {"a\\{2\\}b*", "caaab", 0, {1, 3, -1, -1, -1, -1}},
    {"a\\*", "aa*", 0, {1, 3, -1, -1, -1, -1}},
    {"(ab+*?){2}", "abbaba", U_EXTENDED, {0, 5, 3, 5, -1, -1}},
    {"*a", "x*a", 0, {1, 3, -1, -1, -1, -1}},
    {"a\\|b", "cb", 0, {1, 2, -1, -1, -1, -1}},
    {"\\<b\\w*\\>", "ab bcd", 0, {3, 6, -1, -1, -1, -1}},
    {"^b$", "a\nb\nc", U_EXTENDED | U_NEWLINE, {2, 3, -1, -1, -1, -1}},
    {"a.c", "a\nc", U_EXTENDED | U_NEWLINE, {-2}},
    {"[[:upper:]]+", "abc", U_EXTENDED | U_ICASE, {0, 3, -1, -1, -1, -1}},
    {"[]a]+", "x]a]", U_EXTENDED, {1, 4, -1, -1, -1, -1}},
    {"(foo|foobar)(bar)?", "foobar", U_EXTENDED, {0, 6, 0, 6, -1, -1}},
    {"", "abc", U_EXTENDED, {0, 0, -1, -1, -1, -1}},
    {"(|a)+", "aaa", U_EXTENDED, {0, 3, 2, 3, -1, -1}},
    {"a^b", "a^b", 0, {0, 3, -1, -1, -1, -1}},
    {"a$b", "a$b", 0, {0, 3, -1, -1, -1, -1}},
};

static void check_table(void)
{
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        u_regmatch_t m[3];
        u_regex_t re;
        int r = u_regcomp(&re, table[i].pattern, table[i].flags);
        if (r == 0)
            r = u_regexec(&re, table[i].text, 3, m, 0);
        int ok = table[i].want[0] == -2 ? r == 1 : r == 0;
        for (int k = 0; ok && r == 0 && k < 3; k++)
            ok = m[k].so == table[i].want[2 * k] && m[k].eo == table[i].want[2 * k + 1];
        if (!ok) {
            complain("table", table[i].pattern, table[i].text, table[i].flags);
            for (int k = 0; r == 0 && k < 3; k++)
                printf("  group %d: %ld %ld\n", k, m[k].so, m[k].eo);
        }
        u_regfree(&re);
    }
}

static void check_errors(void)
{
    static const char *const wrong[] = {"(",     "[a",      "a{2",      "a{3,1}", "*a",   "\\",
                                        "[b-a]", "[[:x:]]", "a{1,999}", "(*a)",   "a|*b", "[[.a]"};

    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        u_regex_t re;
        if (u_regcomp(&re, wrong[i], U_EXTENDED) == 0) {
            complain("accepted", wrong[i], "", U_EXTENDED);
            u_regfree(&re);
        }
    }
}

/* Patterns that take others for ever. */
static void check_time(void)
{
    static char text_a[30000];
    u_regex_t re;
    u_regmatch_t m[3];

    memset(text_a, 'a', sizeof text_a - 1);
    if (u_regcomp(&re, "(a*)*(a*)*b", U_EXTENDED) || u_regexec(&re, text_a, 3, m, 0) != 1)
        complain("time", "(a*)*(a*)*b", "aaa...", U_EXTENDED);
    u_regfree(&re);
    if (u_regcomp(&re, "((a{0,30}){0,30}){0,30}", U_EXTENDED) == 0)
        u_regfree(&re);
}

static void choose_locale(int bytes)
{
    const char *name = bytes ? "C" : "C.UTF-8";

    if (!setlocale(LC_CTYPE, name) || !u_setlocale(U_LC_CTYPE, name))
        abort();
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 100000;
    char p[2000], s[200];

    choose_locale(0);
    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    check_table();
    check_errors();
    check_time();
    for (long i = 0; i < count; i++) {
        if (i == count / 4 * 3)
            choose_locale(1);
        pattern(p, 2, 0);
        int basic = below(4) == 0;
        if (basic)
            make_basic(p);
        text(s);
        compare(p, s,
                (basic ? 0 : U_EXTENDED) | (below(4) ? 0 : U_ICASE) | (below(4) ? 0 : U_NEWLINE));
    }
    printf("regex_test: %ld patterns, %ld differences\n", count, failures);
    return failures != 0;
}
