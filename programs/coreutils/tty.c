/* tty: the name of the terminal that is standard input. */
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"silent", OPT_NONE, 's'}, {"quiet", OPT_NONE, 's'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "s",
                     .longs = longs,
                     .usage = "Usage: tty [-s]\nPrint the terminal's name; -s: only the status.\n",
                     .fail = 2};
    bool silent = false;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        silent = true;
    const char *name = isatty(STDIN_FILENO) ? ttyname(STDIN_FILENO) : NULL;
    if (!silent)
        puts(name ? name : "not a tty");
    return finish(name || (silent && isatty(STDIN_FILENO)) ? 0 : 1);
}
