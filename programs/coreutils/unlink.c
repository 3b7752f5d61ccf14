/* unlink: one call of unlink(). */
#include "common/error.h"
#include "common/options.h"

#include <unistd.h>

static const char usage[] = "Usage: unlink FILE\nRemove one name of a file.\n";

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    prog_start(argv);
    opt_next(&o);
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    if (opt_count(&o) > 1)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[1]);
    if (unlink(opt_operands(&o)[0]) < 0)
        die_errno(1, "cannot unlink '%s'", opt_operands(&o)[0]);
    return 0;
}
