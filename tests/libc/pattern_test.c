/*
 * fnmatch against the host's, with random patterns and names that end just before a page that is
 * not there. Usage: pattern_test [count [seed]].
 */
#define _GNU_SOURCE
#include "tests/random.h"

#include <fnmatch.h>
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

char *u_setlocale(int category, const char *name);
int u_fnmatch(const char *pattern, const char *name, int flags);

/* the library's FNM_* have other values than the host's */
#define U_PATHNAME 1
#define U_NOESCAPE 2
#define U_PERIOD 4
#define U_LEADING_DIR 8
#define U_CASEFOLD 16

static uint64_t state;

static unsigned below(unsigned n)
{
    return random_below(&state, n);
}

static const char *const pattern_pieces[] = {
    "a", "b",        "*", "?",  "[ab]",  "[!a]",        "[",
    "]", "\\",       "/", ".",  "[a-c]", "[[:alpha:]]", "[]a]",
    "-", "\xc3\xa9", "x", "**", "[^b]",  "[[.a.]]",     "[[=b=]c]",
};
static const char *const name_pieces[] = {"a", "b", "\xc3\xa9", "/", ".", "ab",
                                          "x", "-", "A",        "]", "["};

static void compose(char *p, const char *const *pieces, unsigned count, unsigned n)
{
    for (*p = 0; n > 0; n--)
        strcat(p, pieces[below(count)]);
}

/* A copy that ends where memory ends. */
static char *at_end(char *area, const char *s)
{
    return strcpy(area + 4096 - strlen(s) - 1, s);
}

static char *area(void)
{
    char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (p == MAP_FAILED || mprotect(p + 4096, 4096, PROT_NONE))
        exit(2);
    return p;
}

/*
 * Where the two may differ: a slash within brackets (POSIX: no brackets then, with FNM_PATHNAME);
 * a bracket that is not closed, which the host sometimes takes for a mistake; [.a.], which it takes
 * as it is when case is ignored; and an escaped slash.
 */
static int is_open_to_doubt(const char *p)
{
    if (strstr(p, "[[.") || strstr(p, "\\/"))
        return 1;
    for (; *p; p++) {
        if (*p != '[')
            continue;
        if (!p[1] || !p[2])
            return 1;
        const char *end = strchr(p + 2 + (p[1] == '!' || p[1] == '^'), ']');
        const char *slash = strchr(p, '/'), *inner = strchr(p + 1, '[');
        if (!end || (slash && slash < end) || (inner && inner < end && !strchr(":.=", inner[1])))
            return 1;
        p = end;
    }
    return 0;
}

static void choose_locale(const char *name)
{
    if (!setlocale(LC_CTYPE, name) || !u_setlocale(0, name))
        abort();
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 300000, failures = 0, matches = 0;
    char *pattern_area = area(), *name_area = area();
    char text[200];

    choose_locale("C.UTF-8");
    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    for (long i = 0; i < count; i++) {
        if (i == count / 4 * 3)
            choose_locale("C"); /* bytes are characters */
        unsigned bits = below(32);
        int flags = (bits & U_PATHNAME ? FNM_PATHNAME : 0) |
                    (bits & U_NOESCAPE ? FNM_NOESCAPE : 0) | (bits & U_PERIOD ? FNM_PERIOD : 0) |
                    (bits & U_LEADING_DIR ? FNM_LEADING_DIR : 0) |
                    (bits & U_CASEFOLD ? FNM_CASEFOLD : 0);
        compose(text, pattern_pieces, sizeof pattern_pieces / sizeof pattern_pieces[0],
                below(6) + 1);
        char *pattern = at_end(pattern_area, text);
        compose(text, name_pieces, sizeof name_pieces / sizeof name_pieces[0], below(7));
        char *name = at_end(name_area, text);
        int ours = u_fnmatch(pattern, name, (int)bits) == 0;
        matches += ours;
        if (is_open_to_doubt(pattern))
            continue;
        int host = fnmatch(pattern, name, flags) == 0;
        /* the host tries again with bytes for characters when there was no match */
        if (host && !ours && strchr(name, '\xc3'))
            continue;
        if (ours != host && failures++ < 20)
            printf("/%s/ on \"%s\" flags %u: ours %d\n", pattern, name, bits, ours);
    }
    printf("pattern_test: %ld patterns, %ld matches, %ld differences\n", count, matches, failures);
    return failures != 0;
}
