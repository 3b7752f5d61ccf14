/* mkfifo: makes named pipes, where the file system has them. */
#include "common/error.h"
#include "common/mode.h"
#include "common/options.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

static const char usage[] = "Usage: mkfifo [-m MODE] NAME...\nMake named pipes.\n";

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"mode", OPT_REQUIRED, 'm'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "m:", .longs = longs, .usage = usage};
    mode_t mode = 0666;
    bool exact = false, ok = true;
    prog_start(argv);
    while (opt_next(&o) >= 0) {
        if (!mode_apply(o.arg, 0666, false, 0, &mode) || (mode & ~(mode_t)0777))
            die(1, "invalid mode '%s'", o.arg);
        exact = true;
    }
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    for (int i = 0; i < opt_count(&o); i++) {
        const char *name = opt_operands(&o)[i];
        if (mkfifo(name, mode) < 0) {
            warn_errno("cannot create fifo '%s'", name);
            ok = false;
        } else if (exact && chmod(name, mode) < 0) {
            warn_errno("cannot set permissions of '%s'", name);
            ok = false;
        }
    }
    return ok ? 0 : 1;
}
