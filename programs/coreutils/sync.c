/* sync: what was written reaches the disk before it returns. */
#include "common/error.h"
#include "common/options.h"

#include <fcntl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "df",
                     .usage =
                         "Usage: sync [-df] [FILE]...\nWrite out cached data, or that of FILEs.\n"};
    int status = 0;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    if (opt_count(&o) == 0)
        sync();
    for (int i = 0; i < opt_count(&o); i++) {
        const char *name = opt_operands(&o)[i];
        int fd = open(name, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || fsync(fd) < 0) {
            warn_errno("error syncing '%s'", name);
            status = 1;
        }
        if (fd >= 0)
            close(fd);
    }
    return status;
}
