/* tee: copies its input to its output and to files. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage[] =
    "Usage: tee [-ai] [FILE]...\nCopy standard input to standard output and to each FILE.\n"
    "  -a  append    -i  ignore interrupts\n";

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"append", OPT_NONE, 'a'}, {"ignore-interrupts", OPT_NONE, 'i'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "ai", .longs = longs, .usage = usage};
    static char block[IO_BLOCK];
    int flags = O_TRUNC;
    bool ok = true;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'a')
            flags = O_APPEND;
        else
            signal(SIGINT, SIG_IGN);
    }
    int count = opt_count(&o);
    char **names = opt_operands(&o);
    int *fds = xmalloc(((size_t)count + 1) * sizeof *fds);
    fds[0] = STDOUT_FILENO;
    for (int i = 0; i < count; i++) {
        fds[i + 1] = open(names[i], O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0666);
        if (fds[i + 1] < 0) {
            warn_errno("%s", names[i]);
            ok = false;
        }
    }
    ssize_t n;
    while ((n = read_some(STDIN_FILENO, block, sizeof block)) > 0) {
        for (int i = 0; i <= count; i++) {
            if (fds[i] < 0 || write_all(fds[i], block, (size_t)n) == 0)
                continue;
            warn_errno("%s", i ? names[i - 1] : "standard output");
            fds[i] = -1;
            ok = false;
        }
    }
    if (n < 0) {
        warn_errno("read error");
        ok = false;
    }
    free(fds);
    return ok ? 0 : 1;
}
