/*
 * snprintf against the host's: random formats and values. Usage: printf_test [count [seed]].
 */
#include "tests/random.h"

#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

char *u_setlocale(int category, const char *name);
int u_snprintf(char *buf, size_t size, const char *format, ...);

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

static char a[70000], b[70000];

static void compare(int na, int nb, const char *format)
{
    if (na == nb && (na < 0 || strcmp(a, b) == 0))
        return;
    if (failures++ < 20)
        printf("format \"%s\": host %d \"%.200s\", ours %d \"%.200s\"\n", format, na, a, nb, b);
}

#define BOTH(size, ...)                                                                     \
    do {                                                                                    \
        size_t size_ = (size);                                                              \
        int na_ = snprintf(a, size_, __VA_ARGS__), nb_ = u_snprintf(b, size_, __VA_ARGS__); \
        compare(na_, nb_, format);                                                          \
    } while (0)

static void make_format(char *p, const char *length, char conversion)
{
    static const char flags[] = "-+ #0";

    *p++ = '%';
    for (int i = 0; i < 5; i++)
        if (below(4) == 0)
            *p++ = flags[i];
    if (below(2))
        p += sprintf(p, "%u", below(below(10) ? 30 : 300) + 1);
    if (below(2)) {
        p += sprintf(p, ".");
        if (below(8))
            p += sprintf(p, "%u", below(below(10) ? 25 : 400));
    }
    sprintf(p, "%s%c", length, conversion);
}

static void integers(void)
{
    static const char *const lengths[] = {"hh", "h", "", "l", "ll", "j", "z", "t"};
    static const char conversions[] = "diouxX";
    char format[64];
    const char *length = lengths[below(8)];
    uint64_t value = random64() >> below(64);

    make_format(format, length, conversions[below(6)]);
    if (below(10) == 0)
        value = 0;
    if (!*length || *length == 'h')
        BOTH(sizeof a, format, (int)value);
    else
        BOTH(sizeof a, format, value);
}

static double random_double(void)
{
    union {
        uint64_t bits;
        double value;
    } u = {.bits = random64()};

    switch (below(8)) {
    case 0:
        return 0;
    case 1:
        return (double)(int64_t)random64() / 1024;
    case 2:
        return (double)below(100000) / 8;
    case 3:
        return below(2) ? INFINITY : -NAN;
    case 4:
        return (double)below(1000000) / 1000;
    case 5:
        return ldexp((double)below(1000), -(int)below(1074));
    default:
        return u.value;
    }
}

static void floats(void)
{
    static const char conversions[] = "eEfFgGaA";
    char format[64];
    double value = random_double();

    make_format(format, "", conversions[below(8)]);
    BOTH(sizeof a, format, value);
}

static void long_doubles(void)
{
    static const char conversions[] = "eEfFgGaA";
    char format[64];
    union {
        struct {
            uint64_t mantissa;
            uint16_t exponent;
        } parts;
        long double value;
    } u = {.value = 0};

    u.parts.exponent = (uint16_t)(below(3) ? 16383 - 100 + below(200) : below(65536));
    u.parts.mantissa = random64() << (below(2) ? below(60) : 0);
    if (u.parts.exponent & 0x7fff)
        u.parts.mantissa |= 1ull << 63;
    if ((u.parts.exponent & 0x7fff) == 0x7fff)
        u.parts.mantissa = 1ull << 63;
    make_format(format, "L", conversions[below(8)]);
    BOTH(sizeof a, format, u.value);
}

static void strings(void)
{
    static const char *const texts[] = {"", "a", "hello", "a longer text than the others"};
    static const wchar_t *const wide[] = {L"", L"a", L"h\u00e9llo", L"\u20ac\U0001f600x"};
    char format[64];

    size_t size = below(2) ? below(40) : sizeof a;
    const char *text = texts[below(4)];
    const wchar_t *wide_text = wide[below(4)];
    int c = (int)below(127) + 1;
    void *pointer = (void *)(uintptr_t)(random64() >> 16 | 1);

    make_format(format, "", 's');
    BOTH(size, format, text);
    make_format(format, "l", 's');
    BOTH(size, format, wide_text);
    make_format(format, "", 'c');
    BOTH(size, format, c);
    format[0] = 0;
    sprintf(format, "%%%s%u%s", below(2) ? "-" : "", below(30) + 1, "p");
    BOTH(size, format, pointer);
}

static void fixed_cases(void)
{
    const char *format;
    long n1 = 0, n2 = 0;

    format = "%2$s and %1$d, %2$10s|%3$.*4$f";
    BOTH(sizeof a, format, 42, "two", 3.14159, 2);
    format = "%1$*2$d|%1$-*2$d|";
    BOTH(sizeof a, format, 7, 5);
    format = "%*d|%-*d|%.*d|%.*s";
    BOTH(sizeof a, format, -6, 1, -6, 2, -1, 0, 3, "abcdef");
    format = "%%|%5%|%s";
    BOTH(sizeof a, format, (char *)NULL);
    format = "%.3s|%.7s";
    BOTH(sizeof a, format, (char *)NULL, (char *)NULL);
    format = "%#o %#x %#X %#.0f %#g %.0e %#.0e";
    BOTH(sizeof a, format, 0, 0, 255, 1.0, 1.0, 1.5, 2.5);
    format = "%.0f %.0f %.0f %.0f %.1f %.2f";
    BOTH(sizeof a, format, 0.5, 1.5, 2.5, 3.5, 0.25, 0.125);
    format = "%g %g %g %g %g";
    BOTH(sizeof a, format, 100000.0, 1000000.0, 0.0001, 0.00001, 123456789.0);
    format = "%.0g|%#.3g|%g";
    BOTH(sizeof a, format, 0.0, 0.0, -0.0);
    format = "%Lf";
    BOTH(sizeof a, format, 1.18973149535723176502e4932L);
    format = "%.20000Lf";
    BOTH(sizeof a, format, 3.6451995318824746025e-4951L);
    format = "%.60000f";
    BOTH(sizeof a, format, 1.0 / 3);
    format = "%hhn%ln";
    snprintf(a, sizeof a, "abc%lndef", &n1);
    u_snprintf(b, sizeof b, "abc%lndef", &n2);
    if (n1 != n2)
        failures++;
    format = "%y";
    if (u_snprintf(b, sizeof b, format, 1) != -1)
        failures++;
    format = "%2147483647d%d";
    BOTH(10, format, 1, 1);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 50000;

    if (!setlocale(LC_CTYPE, "C.UTF-8") || !u_setlocale(0, "C.UTF-8"))
        abort();
    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    fixed_cases();
    for (long i = 0; i < count; i++) {
        integers();
        floats();
        if (i % 4 == 0)
            long_doubles();
        if (i % 4 == 1)
            strings();
    }
    printf("printf_test: %ld rounds, %ld differences\n", count, failures);
    return failures != 0;
}
