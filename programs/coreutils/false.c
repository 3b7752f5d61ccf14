/* false: fails. */
#include "common/error.h"
#include "common/options.h"

int main(int argc, char **argv)
{
    prog_start(argv);
    return opt_help_alone(argc, argv, "Usage: false\nFail.\n") ? finish(1) : 1;
}
