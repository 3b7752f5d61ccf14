/* seq: numbers in a row. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: seq [OPTION]... [FIRST [STEP]] LAST\nWrite the numbers from FIRST to LAST.\n"
    "  -f FORMAT  as printf writes a double    -s TEXT  between numbers    -w  equal widths\n";

struct operand {
    long double value;
    int decimals;
    bool is_int;
    long long integer;
    int width; /* as written, without the fraction */
};

static struct operand parse(const char *text)
{
    struct operand op = {0};
    char *end;
    op.value = strtold(text, &end);
    if (end == text || *end || op.value != op.value)
        die_usage(1, "invalid floating point argument: '%s'", text);
    const char *digits = text + (*text == '-' || *text == '+');
    const char *point = strchr(text, '.');
    if (point)
        op.decimals = (int)strspn(point + 1, "0123456789");
    op.width = (int)(point ? point - text : (long)strlen(text));
    op.is_int = digits[strspn(digits, "0123456789")] == '\0' && strlen(digits) < 18;
    op.integer = op.is_int ? strtoll(text, NULL, 10) : 0;
    return op;
}

static void print_ints(long long first, long long step, long long last, int width,
                       const char *between)
{
    bool any = false;
    for (long long i = first; (step > 0 ? i <= last : i >= last) && !ferror(stdout); i += step) {
        if (any)
            fputs(between, stdout);
        any = true;
        printf("%0*lld", width, i);
    }
    if (any)
        putchar('\n');
}

/* The format has exactly one conversion, of a double; it is given an L for long double. */
static char *check_format(const char *format)
{
    size_t n = strlen(format);
    char *copy = malloc(n + 2);
    if (!copy)
        die(1, "memory exhausted");
    size_t i = 0;
    while (i < n && (format[i] != '%' || format[i + 1] == '%'))
        i += format[i] == '%' ? 2 : 1;
    if (i >= n)
        die(1, "format '%s' has no %% directive", format);
    size_t at = i + 1;
    at += strspn(format + at, "-+#0 '");
    at += strspn(format + at, "0123456789");
    if (format[at] == '.')
        at += 1 + strspn(format + at + 1, "0123456789");
    if (!format[at] || !strchr("aAeEfFgG", format[at]))
        die(1, "format '%s' has unknown %%%c directive", format, format[at]);
    for (const char *p = format + at + 1; *p; p++) {
        if (*p == '%' && *++p != '%')
            die(1, "format '%s' has too many %% directives", format);
    }
    memcpy(copy, format, at);
    copy[at] = 'L';
    memcpy(copy + at + 1, format + at, n - at + 1);
    return copy;
}

/* Negative numbers look like options: they end them. The new arguments, their number returned. */
static int end_options(int argc, char **argv, char ***out)
{
    char **args = xcalloc((size_t)argc + 2, sizeof *args);
    int n = 0;
    bool seen = false;
    for (int i = 0; i < argc; i++) {
        bool negative =
            argv[i][0] == '-' && (isdigit((unsigned char)argv[i][1]) || argv[i][1] == '.');
        if (i > 0 && negative && !seen) {
            args[n++] = "--";
            seen = true;
        }
        args[n++] = argv[i];
    }
    *out = args;
    return n;
}

static void print_floats(const char *format, long double first, long double step, long double last,
                         const char *between)
{
    /* The last one may be missed by a rounding error. */
    long double slack = (step > 0 ? step : -step) * 1e-10L;
    bool any = false;
    for (long i = 0; !ferror(stdout); i++) {
        long double x = first + (long double)i * step;
        if (step > 0 ? x > last + slack : x < last - slack)
            break;
        if (any)
            fputs(between, stdout);
        any = true;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        printf(format, x);
#pragma GCC diagnostic pop
    }
    if (any)
        putchar('\n');
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"format", OPT_REQUIRED, 'f'},
                                            {"separator", OPT_REQUIRED, 's'},
                                            {"equal-width", OPT_NONE, 'w'},
                                            {NULL, OPT_NONE, 0}};
    const char *format = NULL;
    const char *between = "\n";
    bool equal = false;
    prog_start(argv);
    char **args;
    int n = end_options(argc, argv, &args);
    struct opts o = {.argc = n, .argv = args, .shorts = "+f:s:w", .longs = longs, .usage = usage};
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'f')
            format = check_format(o.arg);
        else if (c == 's')
            between = o.arg;
        else
            equal = true;
    }
    int count = opt_count(&o);
    char **words = opt_operands(&o);
    if (count == 0)
        die_usage(1, "missing operand");
    if (count > 1 && strcmp(words[1], "--") == 0) {
        words[1] = words[0];
        words++;
        count--;
    }
    if (count > 3)
        die_usage(1, "extra operand '%s'", words[3]);
    struct operand first = parse(count > 1 ? words[0] : "1");
    struct operand step = parse(count > 2 ? words[1] : "1");
    struct operand last = parse(words[count - 1]);
    if (step.value == 0)
        die_usage(1, "invalid Zero increment value: '%s'", words[1]);
    if (!format && first.is_int && step.is_int && last.is_int) {
        int width = first.width > last.width ? first.width : last.width;
        print_ints(first.integer, step.integer, last.integer, equal ? width : 0, between);
        return finish(0);
    }
    int decimals = first.decimals > step.decimals ? first.decimals : step.decimals;
    char plain[32];
    if (!format) {
        int width = first.width > last.width ? first.width : last.width;
        if (equal)
            snprintf(plain, sizeof plain, "%%0%d.%dLf", width + (decimals ? decimals + 1 : 0),
                     decimals);
        else
            snprintf(plain, sizeof plain, "%%.%dLf", decimals);
        format = plain;
    }
    print_floats(format, first.value, step.value, last.value, between);
    return finish(0);
}
