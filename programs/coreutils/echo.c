/* echo: its arguments on one line. -n no newline, -e C escapes, -E none, as GNU echo. */
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char usage[] = "Usage: echo [-neE] [WORD]...\nWrite the WORDs on a line.\n"
                            "  -n  no newline    -e  with escapes like \\n    -E  without\n";

static bool is_option(const char *s)
{
    return s[0] == '-' && s[1] && s[1 + strspn(s + 1, "neE")] == '\0';
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return 99;
}

/* Up to `max` digits of `base` at *p; advances *p. */
static int number(const char **p, int base, int max)
{
    int value = 0;
    for (; max > 0 && digit(**p) < base; max--)
        value = value * base + digit(*(*p)++);
    return value & 0xff;
}

/* Writes with escapes; false when \c asks to stop. */
static bool put_escaped(const char *s)
{
    static const char letters[] = "abefnrtv\\";
    static const char values[] = "\a\b\033\f\n\r\t\v\\";
    while (*s) {
        if (*s != '\\' || !s[1]) {
            putchar(*s++);
            continue;
        }
        s++;
        const char *found = strchr(letters, *s);
        if (*s == 'c')
            return false;
        if (found) {
            putchar(values[found - letters]);
            s++;
        } else if (*s >= '0' && *s <= '7') {
            s += *s == '0';
            putchar(number(&s, 8, 3));
        } else if (*s == 'x' && digit(s[1]) < 16) {
            s++;
            putchar(number(&s, 16, 2));
        } else {
            putchar('\\');
            putchar(*s++);
        }
    }
    return true;
}

int main(int argc, char **argv)
{
    bool newline = true;
    bool escapes = false;
    int i = 1;
    prog_start(argv);
    if (opt_help_alone(argc, argv, usage))
        return finish(0);
    for (; i < argc && is_option(argv[i]); i++) {
        for (const char *o = argv[i] + 1; *o; o++) {
            if (*o == 'n')
                newline = false;
            else
                escapes = *o == 'e';
        }
    }
    for (int first = i; i < argc; i++) {
        if (i > first)
            putchar(' ');
        if (!escapes)
            fputs(argv[i], stdout);
        else if (!put_escaped(argv[i]))
            return finish(0);
    }
    if (newline)
        putchar('\n');
    return finish(0);
}
