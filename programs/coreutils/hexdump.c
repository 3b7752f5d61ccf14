/* hexdump: bytes in hexadecimal; -C beside their characters. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char usage[] = "Usage: hexdump [-Cv] [-n N] [-s N] [FILE]...\n"
                            "Show FILEs in hexadecimal.\n"
                            "  -C  with characters    -n N  at most N bytes    -s N  skip N bytes\n"
                            "  -v  repeated lines, too\n";

static bool canonical;

static void put_line(uint64_t at, const unsigned char *p, size_t n)
{
    printf(canonical ? "%08llx" : "%07llx", (unsigned long long)at);
    for (size_t i = 0; canonical && i < 16; i++) {
        if (i % 8 == 0)
            putchar(' ');
        if (i < n)
            printf(" %02x", p[i]);
        else
            fputs("   ", stdout);
    }
    for (size_t i = 0; !canonical && i < 16; i += 2) {
        if (i < n)
            printf(" %02x%02x", i + 1 < n ? p[i + 1] : 0, p[i]);
        else
            fputs("     ", stdout);
    }
    if (canonical) {
        fputs("  |", stdout);
        for (size_t i = 0; i < n; i++)
            putchar(p[i] >= 32 && p[i] < 127 ? p[i] : '.');
        putchar('|');
    }
    putchar('\n');
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "Cvn:s:", .usage = usage};
    uint64_t limit = UINT64_MAX;
    uint64_t skip = 0;
    bool all = false;
    int status = 0;
    prog_start(argv);
    canonical = strcmp(prog_name, "hd") == 0;
    for (int c; (c = opt_next(&o)) >= 0;) {
        canonical |= c == 'C';
        all |= c == 'v';
        if ((c == 'n' || c == 's') && !size_parse(o.arg, c == 'n' ? &limit : &skip))
            die(1, "invalid number: '%s'", o.arg);
    }
    unsigned char line[16];
    unsigned char last[16];
    size_t fill = 0;
    uint64_t at = skip;
    bool any = false;
    bool starred = false;
    int count = opt_count(&o);
    for (int i = 0; i < (count ? count : 1); i++) {
        FILE *f = fopen_operand(count ? opt_operands(&o)[i] : "-");
        int c;
        if (!f) {
            status = 1;
            continue;
        }
        while (limit > 0 && (c = getc_unlocked(f)) != EOF) {
            if (skip > 0) {
                skip--;
                continue;
            }
            limit--;
            line[fill++] = (unsigned char)c;
            if (fill < 16)
                continue;
            bool same = any && !all && memcmp(line, last, 16) == 0;
            if (!same)
                put_line(at, line, 16);
            else if (!starred)
                puts("*");
            starred = same;
            memcpy(last, line, 16);
            any = true;
            at += 16;
            fill = 0;
        }
        fclose_operand(f);
    }
    if (fill > 0)
        put_line(at, line, fill);
    if (fill > 0 || any)
        printf(canonical ? "%08llx\n" : "%07llx\n", (unsigned long long)at + fill);
    return finish(status);
}
