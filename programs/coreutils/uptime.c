/* uptime: how long the system has been running. */
#include "common/error.h"
#include "common/options.h"

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
    long long s = t.tv_sec;
    if (s >= 86400)
        printf("%lldd ", s / 86400);
    if (s >= 3600)
        printf("%lldh ", s / 3600 % 24);
    if (s >= 60)
        printf("%lldm ", s / 60 % 60);
    printf("%llds\n", s % 60);
    return finish(0);
}
