/* nohup: runs a command that the end of the terminal does not end. */
#include "common/error.h"
#include "common/options.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage[] =
    "Usage: nohup COMMAND [ARG]...\nRun COMMAND so that hang-ups do not end "
    "it. Output to a terminal goes to nohup.out.\n";

#define FAILED 125

static void append_to(int fd)
{
    char path[4096];
    const char *home = getenv("HOME");
    int flags = O_WRONLY | O_CREAT | O_APPEND;
    int file = open("nohup.out", flags, 0600);
    if (file < 0 && home) {
        snprintf(path, sizeof path, "%s/nohup.out", home);
        file = open(path, flags, 0600);
    }
    if (file < 0)
        die_errno(FAILED, "failed to open 'nohup.out'");
    if (dup2(file, fd) < 0)
        die_errno(FAILED, "failed to redirect output");
    if (file != fd)
        close(file);
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "+", .usage = usage, .fail = FAILED};
    prog_start(argv);
    opt_next(&o);
    if (opt_count(&o) == 0)
        die_usage(FAILED, "missing operand");
    bool out = isatty(STDOUT_FILENO), err = isatty(STDERR_FILENO);
    if (isatty(STDIN_FILENO)) {
        int fd = open("/scheme/null", O_WRONLY); /* reading it fails: nobody answers */
        if (fd < 0 || dup2(fd, STDIN_FILENO) < 0)
            die_errno(FAILED, "failed to redirect standard input");
        close(fd);
    }
    if (out) {
        warn_text("appending output to 'nohup.out'");
        append_to(STDOUT_FILENO);
    }
    if (err && dup2(STDOUT_FILENO, STDERR_FILENO) < 0)
        die_errno(FAILED, "failed to redirect standard error");
    signal(SIGHUP, SIG_IGN);
    execvp(opt_operands(&o)[0], opt_operands(&o));
    int status = errno == ENOENT ? 127 : 126;
    warn_errno("failed to run command '%s'", opt_operands(&o)[0]);
    return status;
}
