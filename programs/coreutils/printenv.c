/* printenv: the environment, or variables of it. */
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static const char usage[] = "Usage: printenv [-0] [NAME]...\nPrint the values of NAMEs, or all "
                            "variables.\n  -0  a NUL ends each\n";

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"null", OPT_NONE, '0'}, {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "+0", .longs = longs, .usage = usage, .fail = 2};
    char end = '\n';
    bool ok = true;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        end = '\0';
    for (char **v = environ; opt_count(&o) == 0 && v && *v; v++)
        printf("%s%c", *v, end);
    for (int i = 0; i < opt_count(&o); i++) {
        const char *name = opt_operands(&o)[i];
        const char *value = strchr(name, '=') ? NULL : getenv(name);
        if (value)
            printf("%s%c", value, end);
        ok &= value != NULL;
    }
    return finish(ok ? 0 : 1);
}
