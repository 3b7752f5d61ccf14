/* nproc: how many processors there are. */
#include "common/error.h"
#include "common/options.h"
#include "common/size.h"

#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"all", OPT_NONE, 'a'}, {"ignore", OPT_REQUIRED, 'i'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "",
                     .longs = longs,
                     .usage =
                         "Usage: nproc [--all] [--ignore=N]\nPrint the number of processors.\n"};
    uint64_t ignore = 0;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'i' && !number_parse(o.arg, &ignore))
            die(1, "invalid number: '%s'", o.arg);
    }
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    if (n < 1)
        n = 1;
    n = ignore < (uint64_t)n ? n - (long)ignore : 1;
    printf("%ld\n", n);
    return finish(0);
}
