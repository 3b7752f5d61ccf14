/* logname: the name under which the user logged in. */
#include "common/error.h"
#include "common/options.h"

#include <stdio.h>
#include <unistd.h>

static const char usage[] = "Usage: logname\nPrint the name of the user who logged in.\n";

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    if (opt_count(&o) > 0)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[0]);
    const char *name = getlogin();
    if (!name)
        die(1, "no login name");
    puts(name);
    return finish(0);
}
