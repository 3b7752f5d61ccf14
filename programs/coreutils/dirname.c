/* dirname: paths without their last component. */
#include "common/error.h"
#include "common/options.h"
#include "common/path.h"

#include <stdio.h>
#include <stdlib.h>

static const char usage[] = "Usage: dirname [-z] NAME...\n"
                            "Print each NAME without its last component.\n";

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"zero", OPT_NONE, 'z'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "z", .longs = longs, .usage = usage};
    char end = '\n';
    prog_start(argv);
    while (opt_next(&o) >= 0)
        end = '\0';
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    for (int i = 0; i < opt_count(&o); i++) {
        char *dir = path_dir(opt_operands(&o)[i]);
        printf("%s%c", dir, end);
        free(dir);
    }
    return finish(0);
}
