/* true: succeeds. */
#include "common/error.h"
#include "common/options.h"

int main(int argc, char **argv)
{
    prog_start(argv);
    return opt_help_alone(argc, argv, "Usage: true\nSucceed.\n") ? finish(0) : 0;
}
