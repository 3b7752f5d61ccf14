/* more: shows texts a screen at a time, and ends with them. */
#include "common/error.h"
#include "common/options.h"
#include "common/pager/pager.h"

static const char usage[] =
    "Usage: more [-s] [FILE]...\n"
    "Show FILEs a screen at a time: space goes on, q ends, h lists the keys.\n"
    "  -s  squeeze blank lines\n";

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "cdefinpsuv", .usage = usage};
    struct pager_options opt = {.style = {.tab = 8, .raw = true}, .more = true};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        opt.squeeze |= c == 's';
    return pager_main(&opt, opt_operands(&o), opt_count(&o));
}
