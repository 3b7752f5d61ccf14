/* unexpand: blanks become tabs. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/tabs.h"

#include <stdbool.h>
#include <stdio.h>

static const char usage[] =
    "Usage: unexpand [-a] [-t LIST] [FILE]...\nReplace blanks by tabs.\n"
    "  -a  all, not only those that begin a line    --first-only  only those\n"
    "  -t N or N,N,...  tab stops every N columns, or at these; all blanks\n";

static struct tabs tabs = {.step = 8};
static bool all, first_only;

/* Blanks that are not written yet. */
struct blanks {
    uint64_t start;  /* their first column */
    uint64_t column; /* behind them */
    bool tab;        /* one of them was a tab */
};

static void put_spaces(uint64_t count)
{
    for (; count > 0; count--)
        putchar(' ');
}

/* A single blank before a stop stays as it is, unless it begins the line or more blanks follow. */
static void put_blanks(const struct blanks *b)
{
    uint64_t at = b->start;
    for (uint64_t stop = tabs_next(&tabs, at); tabs_is_stop(&tabs, stop) && stop <= b->column;
         stop = tabs_next(&tabs, at)) {
        if (at == b->start && at > 0 && stop - at == 1 && stop == b->column && !b->tab)
            break;
        putchar('\t');
        at = stop;
    }
    put_spaces(b->column - at);
}

static void unexpand(FILE *f)
{
    struct blanks b = {0};
    bool convert = true;
    for (int c; (c = getc(f)) != EOF;) {
        uint64_t stop = tabs_next(&tabs, b.column);
        convert &= tabs_is_stop(&tabs, stop); /* behind the last one, all stays */
        if (convert && (c == ' ' || c == '\t')) {
            b.tab |= c == '\t';
            b.column = c == '\t' ? stop : b.column + 1;
            continue;
        }
        put_blanks(&b);
        putchar(c);
        if (c == '\n') {
            b.column = 0;
            convert = true;
        } else if (c == '\b') {
            b.column -= b.column > 0;
        } else {
            b.column++;
            convert &= all && !first_only;
        }
        b.start = b.column;
        b.tab = false;
    }
    put_blanks(&b);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"all", OPT_NONE, 'a'},
                                            {"first-only", OPT_NONE, 'f'},
                                            {"tabs", OPT_REQUIRED, 't'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "at:", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        all |= c != 'f';
        first_only |= c == 'f';
        if (c == 't')
            tabs_parse(&tabs, o.arg);
    }
    return finish(read_operands(opt_operands(&o), opt_count(&o), unexpand));
}
