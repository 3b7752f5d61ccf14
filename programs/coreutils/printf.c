/* printf: formats its arguments; the format is used again while arguments are left. */
#include "common/error.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **args;
static int status;

static const char *next_arg(void)
{
    return *args ? *args++ : NULL;
}

static int digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : 99;
}

static void put_utf8(unsigned long c)
{
    if (c < 0x80) {
        putchar((int)c);
    } else if (c < 0x800) {
        putchar((int)(0xc0 | c >> 6));
        putchar((int)(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        putchar((int)(0xe0 | c >> 12));
        putchar((int)(0x80 | (c >> 6 & 0x3f)));
        putchar((int)(0x80 | (c & 0x3f)));
    } else {
        putchar((int)(0xf0 | c >> 18));
        putchar((int)(0x80 | (c >> 12 & 0x3f)));
        putchar((int)(0x80 | (c >> 6 & 0x3f)));
        putchar((int)(0x80 | (c & 0x3f)));
    }
}

static unsigned long number(const char **p, int base, int max)
{
    unsigned long value = 0;
    for (; max > 0 && digit(**p) < base; max--)
        value = value * (unsigned long)base + (unsigned long)digit(*(*p)++);
    return value;
}

/* Behind a backslash; *p moves past it. in_b: %b, where octals begin with 0. */
static void put_escape(const char **p, bool in_b)
{
    static const char letters[] = "abefnrtv\\\"";
    static const char values[] = "\a\b\033\f\n\r\t\v\\\"";
    const char *found = **p ? strchr(letters, **p) : NULL;
    if (found) {
        putchar(values[found - letters]);
        (*p)++;
    } else if (**p == 'c') {
        exit(finish(status));
    } else if (**p >= '0' && **p <= '7') {
        if (in_b && **p == '0')
            (*p)++;
        putchar((int)(number(p, 8, 3) & 255));
    } else if (**p == 'x') {
        (*p)++;
        if (digit(**p) >= 16)
            die(1, "missing hexadecimal number in escape");
        putchar((int)number(p, 16, 2));
    } else if (**p == 'u' || **p == 'U') {
        int max = **p == 'u' ? 4 : 8;
        (*p)++;
        put_utf8(number(p, 16, max));
    } else {
        putchar('\\');
        if (**p)
            putchar(*(*p)++);
    }
}

static void put_b(const char *text)
{
    while (*text) {
        if (*text != '\\') {
            putchar(*text++);
            continue;
        }
        text++;
        put_escape(&text, true);
    }
}

static void check_number(const char *text, const char *end)
{
    if (errno == ERANGE) {
        warn_errno("'%s'", text);
        status = 1;
    } else if (end == text && *text) {
        warn_text("'%s': expected a numeric value", text);
        status = 1;
    } else if (*end) {
        warn_text("'%s': value not completely converted", text);
        status = 1;
    }
}

static long long signed_value(const char *text)
{
    char *end;
    if (!text)
        return 0;
    if (*text == '\'' || *text == '"')
        return (unsigned char)text[1];
    errno = 0;
    long long v = strtoll(text, &end, 0);
    check_number(text, end);
    return v;
}

static unsigned long long unsigned_value(const char *text)
{
    char *end;
    if (!text)
        return 0;
    if (*text == '\'' || *text == '"')
        return (unsigned char)text[1];
    errno = 0;
    unsigned long long v = strtoull(text, &end, 0);
    check_number(text, end);
    return v;
}

static double float_value(const char *text)
{
    char *end;
    if (!text)
        return 0;
    if (*text == '\'' || *text == '"')
        return (unsigned char)text[1];
    errno = 0;
    double v = strtod(text, &end);
    check_number(text, end);
    return v;
}

/* %q: quoted so that a shell reads the same text back. */
static void put_quoted(const char *text)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "_-+=./:,@%^";
    if (*text && text[strspn(text, plain)] == '\0') {
        fputs(text, stdout);
        return;
    }
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*text);
    }
    putchar('\'');
}

/* Reads a star or digits into the specification. */
static size_t take_count(const char **p, char *spec, size_t n, size_t max)
{
    if (**p == '*') {
        (*p)++;
        int used = snprintf(spec + n, max - n, "%d", (int)signed_value(next_arg()));
        return n + (size_t)used;
    }
    while (digit(**p) < 10 && n < max - 8)
        spec[n++] = *(*p)++;
    return n;
}

#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* One conversion; *p stands behind its percent sign. */
static void convert(const char **p)
{
    char spec[64] = "%";
    size_t n = 1;
    if (**p == '%') {
        putchar(*(*p)++);
        return;
    }
    while (**p && strchr("-+ #0'", **p) && n < 16)
        spec[n++] = *(*p)++;
    n = take_count(p, spec, n, 40);
    if (**p == '.') {
        spec[n++] = *(*p)++;
        n = take_count(p, spec, n, 56);
    }
    while (**p && strchr("hlLqjzt", **p) && (*p)[1])
        (*p)++;
    char c = **p;
    if (c)
        (*p)++;
    if (c && strchr("diouxX", c)) {
        memcpy(spec + n, "ll", 2);
        spec[n + 2] = c;
        spec[n + 3] = '\0';
        if (c == 'd' || c == 'i')
            printf(spec, signed_value(next_arg()));
        else
            printf(spec, unsigned_value(next_arg()));
        return;
    }
    spec[n] = c;
    spec[n + 1] = '\0';
    const char *arg;
    if (c && strchr("aAeEfFgG", c)) {
        printf(spec, float_value(next_arg()));
    } else if (c == 's') {
        arg = next_arg();
        printf(spec, arg ? arg : "");
    } else if (c == 'c') {
        arg = next_arg();
        if (arg && *arg)
            printf(spec, *arg);
    } else if (c == 'b') {
        arg = next_arg();
        put_b(arg ? arg : "");
    } else if (c == 'q') {
        arg = next_arg();
        put_quoted(arg ? arg : "");
    } else {
        die(1, "%%%s: invalid conversion specification", spec + 1);
    }
}

/* Writes the format once; true when it took arguments. */
static bool write_once(const char *p)
{
    bool converts = false;
    while (*p) {
        if (*p == '%') {
            converts |= p[1] != '%';
            p++;
            convert(&p);
        } else if (*p == '\\') {
            p++;
            put_escape(&p, false);
        } else {
            putchar(*p++);
        }
    }
    return converts;
}

int main(int argc, char **argv)
{
    prog_start(argv);
    args = argv + 1;
    if (argc > 1 && strcmp(argv[1], "--") == 0)
        args++;
    const char *format = next_arg();
    if (!format)
        die_usage(1, "missing operand");
    bool converts;
    do
        converts = write_once(format);
    while (converts && *args);
    if (*args) {
        warn_text("warning: ignoring excess arguments, starting with '%s'", *args);
    }
    return finish(status);
}
