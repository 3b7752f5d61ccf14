/* ps: the running contexts, as the kernel's table of them shows: it is copied as it stands. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char usage[] = "Usage: ps\nList the running contexts.\n";

int main(int argc, char **argv)
{
    /* Options of other systems' ps select what is shown here anyway. */
    struct opts o = {.argc = argc, .argv = argv, .shorts = "aAeflux", .usage = usage};
    static const char table[] = "/scheme/sys/context";
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    int fd = open(table, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        die_errno(1, "%s", table);
    int result = copy_fd(fd, STDOUT_FILENO);
    if (result < 0)
        die_errno(1, "%s", result == -1 ? table : "write error");
    return 0;
}
