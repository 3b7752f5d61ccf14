/* fold: breaks long lines. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: fold [-bs] [-w N] [FILE]...\nBreak lines that are longer than 80 columns.\n"
    "  -b  count bytes    -s  break at blanks    -w N  columns\n";

static bool bytes;
static bool at_blanks;
static uint64_t width = 80;

static uint64_t advance(uint64_t column, char c)
{
    if (bytes)
        return column + 1;
    if (c == '\b')
        return column > 0 ? column - 1 : 0;
    if (c == '\r')
        return 0;
    return c == '\t' ? column + 8 - column % 8 : column + 1;
}

static uint64_t measure(const char *p, size_t n)
{
    uint64_t column = 0;
    for (size_t i = 0; i < n; i++)
        column = advance(column, p[i]);
    return column;
}

static void fold(FILE *f)
{
    struct bytes out = {0};
    uint64_t column = 0;
    int c;
    while ((c = getc_unlocked(f)) != EOF) {
        if (c == '\n') {
            if (out.len)
                fwrite(out.data, 1, out.len, stdout);
            putchar('\n');
            out.len = 0;
            column = 0;
            continue;
        }
        while (advance(column, (char)c) > width && out.len > 0) {
            size_t cut = out.len;
            while (at_blanks && cut > 0 && out.data[cut - 1] != ' ' && out.data[cut - 1] != '\t')
                cut--;
            if (cut == 0)
                cut = out.len;
            fwrite(out.data, 1, cut, stdout);
            putchar('\n');
            if (cut < out.len)
                memmove(out.data, out.data + cut, out.len - cut);
            out.len -= cut;
            column = measure(out.data, out.len);
        }
        bytes_put(&out, (char)c);
        column = advance(column, (char)c);
    }
    if (out.len)
        fwrite(out.data, 1, out.len, stdout);
    free(out.data);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"bytes", OPT_NONE, 'b'},
                                            {"spaces", OPT_NONE, 's'},
                                            {"width", OPT_REQUIRED, 'w'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "bsw:", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        bytes |= c == 'b';
        at_blanks |= c == 's';
        if (c == 'w' && (!number_parse(o.arg, &width) || width == 0))
            die(1, "invalid number of columns: '%s'", o.arg);
    }
    return finish(read_operands(opt_operands(&o), opt_count(&o), fold));
}
