/* expand: tabs become spaces. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/tabs.h"

#include <stdbool.h>
#include <stdio.h>

static const char usage[] = "Usage: expand [-i] [-t LIST] [FILE]...\nReplace tabs by spaces.\n"
                            "  -i  only those before other characters\n"
                            "  -t N or N,N,...  tab stops every N columns, or at these\n";

static struct tabs tabs = {.step = 8};
static bool initial;

static void expand(FILE *f)
{
    uint64_t column = 0;
    bool convert = true;
    for (int c; (c = getc(f)) != EOF;) {
        if (c == '\t' && convert) {
            uint64_t next = tabs_next(&tabs, column);
            for (; column < next; column++)
                putchar(' ');
            continue;
        }
        putchar(c);
        if (c == '\n') {
            column = 0;
            convert = true;
        } else if (c == '\b') {
            column -= column > 0;
            convert &= !initial;
        } else {
            column++;
            convert &= !initial || c == ' ';
        }
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"initial", OPT_NONE, 'i'}, {"tabs", OPT_REQUIRED, 't'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "it:", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'i')
            initial = true;
        else
            tabs_parse(&tabs, o.arg);
    }
    return finish(read_operands(opt_operands(&o), opt_count(&o), expand));
}
