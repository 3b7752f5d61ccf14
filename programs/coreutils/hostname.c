/* hostname: the system's name. */
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"short", OPT_NONE, 's'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "s",
                     .longs = longs,
                     .usage = "Usage: hostname [-s]\nPrint the name of the system.\n"};
    bool cut = false;
    char name[256];
    prog_start(argv);
    while (opt_next(&o) >= 0)
        cut = true;
    if (opt_count(&o) > 0)
        die(1, "the name cannot be changed while the system runs");
    if (gethostname(name, sizeof name) < 0)
        die_errno(1, "cannot get the host name");
    name[sizeof name - 1] = '\0';
    if (cut)
        name[strcspn(name, ".")] = '\0';
    puts(name);
    return finish(0);
}
