/* time: runs a command and says on stderr how long it took. */
#include "common/error.h"
#include "common/options.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void put(const char *name, double seconds)
{
    fprintf(stderr, "%s %.2f\n", name, seconds);
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "+p",
                     .usage = "Usage: time [-p] COMMAND [ARG]...\n"
                              "Run COMMAND and print how long it took.\n",
                     .fail = 125};
    struct timespec start;
    struct timespec end;
    struct tms used = {0};
    pid_t pid;
    int wait_status = 0;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    char **words = opt_operands(&o);
    if (!*words)
        die_usage(125, "missing command");
    clock_gettime(CLOCK_MONOTONIC, &start);
    int err = posix_spawnp(&pid, *words, NULL, NULL, words, environ);
    if (err) {
        errno = err;
        die_errno(err == ENOENT ? 127 : 126, "cannot run %s", *words);
    }
    while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
        ;
    clock_gettime(CLOCK_MONOTONIC, &end);
    times(&used);
    double ticks = (double)sysconf(_SC_CLK_TCK);
    put("real", (double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9);
    put("user", (double)used.tms_cutime / ticks);
    put("sys", (double)used.tms_cstime / ticks);
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}
