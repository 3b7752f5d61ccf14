/* sleep: waits for the sum of its arguments, each a number with an optional s, m, h or d. */
#include "common/error.h"
#include "common/options.h"
#include "common/times.h"

#include <stdio.h>

static const char usage[] = "Usage: sleep NUMBER[smhd]...\nWait for the sum of the times given.\n";

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    char **words = opt_operands(&o);
    struct timespec total = {0, 0};
    for (int i = 0; i < opt_count(&o); i++) {
        struct timespec t;
        if (!duration_parse(words[i], &t))
            die_usage(1, "invalid time interval '%s'", words[i]);
        total.tv_sec += t.tv_sec;
        total.tv_nsec += t.tv_nsec;
        if (total.tv_nsec >= 1000000000) {
            total.tv_nsec -= 1000000000;
            total.tv_sec++;
        }
    }
    sleep_for(total);
    return 0;
}
