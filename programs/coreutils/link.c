/* link: one call of link(). */
#include "common/error.h"
#include "common/options.h"

#include <unistd.h>

static const char usage[] = "Usage: link FILE NAME\nMake NAME a hard link to FILE.\n";

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    prog_start(argv);
    opt_next(&o);
    char **words = opt_operands(&o);
    if (opt_count(&o) < 2)
        die_usage(1, opt_count(&o) ? "missing operand after '%s'" : "missing operand", words[0]);
    if (opt_count(&o) > 2)
        die_usage(1, "extra operand '%s'", words[2]);
    if (link(words[0], words[1]) < 0)
        die_errno(1, "cannot create link '%s' to '%s'", words[1], words[0]);
    return 0;
}
