/*
 * strtod and its family against the host's, over random and difficult numbers. Usage:
 * fp_test [count [seed]].
 */
#include "tests/random.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double u_strtod(const char *s, char **end);
float u_strtof(const char *s, char **end);
long double u_strtold(const char *s, char **end);
int *u___errno_location(void);

static uint64_t state;
static long failures;

static uint64_t random64(void)
{
    return random_next(&state);
}

static int same(const void *a, const void *b, size_t n)
{
    return memcmp(a, b, n) == 0;
}

static void complain(const char *what, const char *text)
{
    if (failures++ < 20)
        printf("%s differs: %s\n", what, text);
}

static void check(const char *text)
{
    char *end1, *end2;

    errno = 0;
    double d = strtod(text, &end1);
    int e1 = errno;
    *u___errno_location() = 0;
    double ud = u_strtod(text, &end2);
    if (!same(&d, &ud, sizeof d) && !(isnan(d) && isnan(ud)))
        complain("strtod", text);
    if (end1 != end2)
        complain("strtod end", text);
    if (e1 != *u___errno_location())
        complain("strtod errno", text);
    errno = 0;
    *u___errno_location() = 0;
    float f = strtof(text, &end1), uf = u_strtof(text, &end2);
    if ((!same(&f, &uf, sizeof f) && !(isnan(f) && isnan(uf))) || end1 != end2)
        complain("strtof", text);
    if (errno != *u___errno_location())
        complain("strtof errno", text);
    errno = 0;
    *u___errno_location() = 0;
    long double l = strtold(text, &end1), ul = u_strtold(text, &end2);
    if ((!same(&l, &ul, 10) && !(isnan(l) && isnan(ul))) || end1 != end2)
        complain("strtold", text);
    if (errno != *u___errno_location())
        complain("strtold errno", text);
}

static void random_text(char *text)
{
    union {
        uint64_t bits;
        double value;
    } u;
    int n;

    switch (random64() % 8) {
    case 0: /* any double, shortest to longest */
        u.bits = random64();
        sprintf(text, "%.*e", (int)(random64() % 20), u.value);
        break;
    case 1: /* the exact middle between two doubles, sometimes with a digit more */
        u.bits = random64() & ~(1ull << 63);
        if (isfinite(u.value)) {
            long double middle = (long double)u.value;
            union {
                uint64_t bits;
                double value;
            } v = {.bits = u.bits + 1};
            middle = (middle + v.value) / 2;
            n = sprintf(text, "%.800Lg", middle);
            if (random64() & 1 && !strchr(text, 'e') && strchr(text, '.'))
                strcpy(text + n, "000000000000001");
        } else {
            strcpy(text, "-Infinity");
        }
        break;
    case 2:
        sprintf(text, "%llu.%llue%d", (unsigned long long)random64(),
                (unsigned long long)random64(), (int)(random64() % 700) - 350);
        break;
    case 3:
        sprintf(text, "%llu", (unsigned long long)random64() >> random64() % 64);
        break;
    case 4:
        sprintf(text, "%lld.%lld", (long long)random64() % 100000,
                (unsigned long long)random64() % 1000000 + 0ull);
        break;
    case 5:
        sprintf(text, "0x%llx.%llxp%d", (unsigned long long)random64(),
                (unsigned long long)random64(), (int)(random64() % 2400) - 1200);
        break;
    case 6: /* subnormals and their neighbours */
        sprintf(text, "%llu.%llue-%d", (unsigned long long)random64() % 1000,
                (unsigned long long)random64(), 300 + (int)(random64() % 40));
        break;
    default: /* the long double range */
        sprintf(text, "%llu%llue%d", (unsigned long long)random64(), (unsigned long long)random64(),
                (int)(random64() % 10000) - 5000);
        break;
    }
}

static const char *const fixed[] = {
    "",
    "+",
    "-",
    ".",
    "e5",
    "1e",
    "1e+",
    "1.e5",
    ".5",
    "-.5e-1x",
    "0x",
    "0x.p1",
    "0x1p",
    "0xg",
    "inf",
    "-INF",
    "infinit",
    "infinity!",
    "nan",
    "nan(",
    "nan(1_a)",
    "nan()x",
    "-nan",
    "  \t\n 12",
    "1e400",
    "-1e400",
    "1e-400",
    "4.9e-324",
    "2.4703282292062327e-324",
    "2.4703282292062328e-324",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "9007199254740993",
    "9007199254740992.999999999999999999999999999",
    "0e99999999999999",
    "0.000000000000000000000000000000000000000000000000000000000000001e70",
    "1e99999999999999999",
    "1e-99999999999999999",
    "3.4028235677973366e38",
    "3.4028235677973365e38",
    "7.0064923216240853e-46",
    "7.0064923216240854e-46",
    "1.18973149535723176508575932662800702e4932",
    "3.6e-4951",
    "1.8e-4951",
    "0x1.fffffffffffff8p1023",
    "0x1.fffffffffffff7p1023",
    "0x0.8p-1074",
    "0x0.80000000001p-1074",
    "2.2250738585072011e-308",
    "2.2250738585072014e-308",
    "6.9294956446009195e15",
    "1_000",
    "1,5",
    "00000000000000000000000000000000000000000000000000001",
    "0x00000000000000000000000000000000000001p0",
    "-0",
    "-0.0e5",
    "+1",
    "+-1",
    "0x-1",
    "1e 5",
    "1.2.3",
};

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 200000;
    static char text[4096];

    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    for (size_t i = 0; i < sizeof fixed / sizeof fixed[0]; i++)
        check(fixed[i]);
    for (long i = 0; i < count; i++) {
        random_text(text);
        check(text);
    }
    printf("fp_test: %ld numbers, %ld differences\n", count, failures);
    return failures != 0;
}
