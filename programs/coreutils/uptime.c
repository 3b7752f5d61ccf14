/* uptime: how long the system has been running. */
#include "common/error.h"
#include "common/options.h"
#include "common/times.h"

#include <stdio.h>
#include <time.h>

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "",
                     .usage = "Usage: uptime\nPrint how long the system has been running.\n"};
    struct timespec t;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    if (clock_gettime(CLOCK_MONOTONIC, &t) < 0)
        die_errno(1, "cannot read the clock");
    char text[64];
    uptime_text(t.tv_sec, text, sizeof text);
    puts(text);
    return finish(0);
}
