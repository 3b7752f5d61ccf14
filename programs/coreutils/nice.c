/* nice: runs a command with another priority. */
#include "common/error.h"
#include "common/options.h"
#include "common/size.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

static const char usage[] =
    "Usage: nice [-n N] [COMMAND [ARG]...]\nRun COMMAND with N (10) added to "
    "its niceness; without COMMAND print the niceness.\n";

#define FAILED 125

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"adjustment", OPT_REQUIRED, 'n'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "+n:",
                     .longs = longs,
                     .usage = usage,
                     .fail = FAILED};
    int64_t add = 10;
    bool given = false;
    prog_start(argv);
    while (opt_next(&o) >= 0) {
        if (!signed_parse(o.arg, &add))
            die(FAILED, "invalid adjustment '%s'", o.arg);
        given = true;
    }
    errno = 0;
    int now = getpriority(PRIO_PROCESS, 0);
    if (now == -1 && errno)
        die_errno(FAILED, "cannot get niceness");
    if (opt_count(&o) == 0) {
        if (given)
            die_usage(FAILED, "a command must be given with an adjustment");
        printf("%d\n", now);
        return finish(0);
    }
    add = add > 40 ? 40 : add < -40 ? -40 : add;
    int64_t wanted = now + add;
    wanted = wanted > 19 ? 19 : wanted < -20 ? -20 : wanted;
    if (setpriority(PRIO_PROCESS, 0, (int)wanted) < 0)
        warn_errno("cannot set niceness"); /* the command runs all the same, as POSIX has it */
    execvp(opt_operands(&o)[0], opt_operands(&o));
    int status = errno == ENOENT ? 127 : 126;
    warn_errno("'%s'", opt_operands(&o)[0]);
    return status;
}
