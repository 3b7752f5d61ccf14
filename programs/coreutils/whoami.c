/* whoami: the name of the effective user. */
#include "common/error.h"
#include "common/ids.h"
#include "common/options.h"

#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "",
                     .usage = "Usage: whoami\nPrint the name of the effective user.\n"};
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    if (opt_count(&o) > 0)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[0]);
    puts(user_name(geteuid()));
    return finish(0);
}
