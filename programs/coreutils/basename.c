/* basename: the last component of paths. */
#include "common/error.h"
#include "common/options.h"
#include "common/path.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: basename NAME [SUFFIX]\n       basename [-az] [-s SUFFIX] NAME...\n"
    "Print the last component of each NAME, without SUFFIX.\n";

static void print(const char *name, const char *suffix, char end)
{
    char *base = path_base(name);
    size_t n = strlen(base);
    size_t m = suffix ? strlen(suffix) : 0;
    if (m > 0 && m < n && strcmp(base + n - m, suffix) == 0)
        base[n - m] = '\0';
    printf("%s%c", base, end);
    free(base);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"multiple", OPT_NONE, 'a'},
                                            {"suffix", OPT_REQUIRED, 's'},
                                            {"zero", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "+as:z", .longs = longs, .usage = usage};
    bool multiple = false;
    const char *suffix = NULL;
    char end = '\n';
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        multiple |= c != 'z';
        if (c == 's')
            suffix = o.arg;
        if (c == 'z')
            end = '\0';
    }
    int count = opt_count(&o);
    char **names = opt_operands(&o);
    if (count == 0)
        die_usage(1, "missing operand");
    if (!multiple && count > 2)
        die_usage(1, "extra operand '%s'", names[2]);
    if (!multiple && count == 2) {
        suffix = names[1];
        count = 1;
    }
    for (int i = 0; i < count; i++)
        print(names[i], suffix, end);
    return finish(0);
}
