/*
 * sscanf against the host's: random formats on random texts. Usage: scanf_test [count [seed]].
 */
#include "tests/random.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int u_sscanf(const char *s, const char *format, ...);

static uint64_t state;
static long failures;

static uint64_t random64(void)
{
    return random_next(&state);
}

static unsigned below(unsigned n)
{
    return (unsigned)(random64() % n);
}

#define TARGETS 4
struct targets {
    _Alignas(16) char t[TARGETS][64];
};

static void check(const char *text, const char *format)
{
    struct targets a, b;

    memset(&a, 0x55, sizeof a);
    memset(&b, 0x55, sizeof b);
    int na = sscanf(text, format, a.t[0], a.t[1], a.t[2], a.t[3]);
    int nb = u_sscanf(text, format, b.t[0], b.t[1], b.t[2], b.t[3]);
    if (na == nb && memcmp(&a, &b, sizeof a) == 0)
        return;
    if (failures++ < 20)
        printf("text \"%s\" format \"%s\": host %d, ours %d\n", text, format, na, nb);
}

static void random_format(char *p)
{
    static const char *const conversions[] = {
        "%d",     "%i",     "%u",  "%x", "%o",   "%hd",  "%hhd", "%ld", "%llu", "%3d",
        "%2x",    "%*d",    "%lf", "%f", "%5lf", "%20s", "%3s",  "%c",  "%3c",  "%[a-f]",
        "%5[^,]", "%[]x-]", "%n",  "%%", "%jd",  "%zu",  "%Lf",  "%*s", "%1d",  "%[^]0-9]",
    };
    static const char *const between[] = {"", " ", ",", "-", ":"};
    int n = (int)below(TARGETS) + 1;

    *p = 0;
    for (int i = 0; i < n; i++) {
        strcat(p, between[below(5)]);
        strcat(p, conversions[below(sizeof conversions / sizeof conversions[0])]);
    }
}

static void random_text(char *p)
{
    static const char *const pieces[] = {
        "0",          "1",
        "12",         "-5",
        "+7",         "0x1f",
        "077",        "99999999999999999999",
        "-129",       "3.25",
        ".5",         "1e3",
        "-2.5e-2",    "inf",
        "nan",        "abc",
        "x",          "f",
        " ",          ",",
        "-",          ":",
        "%",          "\n",
        "]",          "longer words",
        "300",        "65536",
        "4294967296", "0X",
        "e5",
    };
    int n = (int)below(7);

    *p = 0;
    for (int i = 0; i < n; i++)
        strcat(p, pieces[below(sizeof pieces / sizeof pieces[0])]);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 300000;
    char text[300], format[200];

    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    check("5 abc 7.5", "%2$d %1$s %3$f");
    check("", "%d");
    check("   ", "%d");
    check("abc", "%d");
    check("-", "%d");
    check("12abc", "%d%s");
    for (long i = 0; i < count; i++) {
        random_text(text);
        random_format(format);
        check(text, format);
    }
    printf("scanf_test: %ld scans, %ld differences\n", count, failures);
    return failures != 0;
}
