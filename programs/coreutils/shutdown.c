/* shutdown: ends the system; -r starts it again. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"reboot", OPT_NONE, 'r'}, {NULL, OPT_NONE, 0}};
    static const char path[] = "/scheme/sys/kstop";
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "r",
                     .longs = longs,
                     .usage = "Usage: shutdown [-r]\nEnd the system, or restart it.\n"};
    bool restart = false;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        restart = true;
    sync();
    const char *word = restart ? "reset" : "shutdown";
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write_all(fd, word, strlen(word)) < 0)
        die_errno(1, "%s", path);
    close(fd);
    return 0;
}
