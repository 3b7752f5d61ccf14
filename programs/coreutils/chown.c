/* chown: changes owner and group of files. */
#include "common/chown_main.h"

int main(int argc, char **argv)
{
    return chown_main(false, argc, argv);
}
