/* watch: runs a command again and again and shows its output on a cleared screen. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/times.h"

#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const char usage[] = "Usage: watch [-e] [-g] [-t] [-n SECONDS] COMMAND [ARG]...\n"
                            "Run COMMAND every 2 SECONDS and show its output.\n"
                            "  -e  end when it fails    -g  end when its output changes    -t  no "
                            "title\n";

static struct timespec interval = {2, 0};
static bool until_failure, until_change, no_title;

static void show_title(char **words)
{
    char when[64];
    time_t now = time(NULL);
    struct tm tm;
    strftime(when, sizeof when, "%a %b %e %H:%M:%S %Y", localtime_r(&now, &tm));
    printf("Every %.1fs:", (double)interval.tv_sec + (double)interval.tv_nsec / 1e9);
    for (; *words; words++)
        printf(" %s", *words);
    printf("    %s\n\n", when);
}

/* Output and errors of one run; its exit status. */
static int run(char **words, struct bytes *out)
{
    int ends[2], status;
    pid_t pid;
    posix_spawn_file_actions_t actions;
    if (pipe(ends) < 0)
        die_errno(1, "pipe");
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    int error = posix_spawnp(&pid, words[0], &actions, NULL, words, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (error) {
        errno = error;
        die_errno(error == ENOENT ? 127 : 126, "%s", words[0]);
    }
    if (!read_everything(ends[0], out))
        die_errno(1, "read error");
    close(ends[0]);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool same(const struct bytes *a, const struct bytes *b)
{
    if (a->len != b->len)
        return false;
    for (size_t i = 0; i < a->len; i++) {
        if (a->data[i] != b->data[i])
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"errexit", OPT_NONE, 'e'},
                                            {"chgexit", OPT_NONE, 'g'},
                                            {"no-title", OPT_NONE, 't'},
                                            {"interval", OPT_REQUIRED, 'n'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "+egtn:", .longs = longs, .usage = usage};
    struct bytes last = {0};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'n' && !duration_parse(o.arg, &interval))
            die(1, "invalid interval '%s'", o.arg);
        until_failure |= c == 'e';
        until_change |= c == 'g';
        no_title |= c == 't';
    }
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    for (bool first = true;; first = false) {
        struct bytes now = {0};
        int status = run(opt_operands(&o), &now);
        fputs("\033[H\033[2J", stdout);
        if (!no_title)
            show_title(opt_operands(&o));
        fwrite(now.data, 1, now.len, stdout);
        if (fflush(stdout) == EOF)
            return finish(1);
        bool changed = !first && !same(&last, &now);
        free(last.data);
        last = now;
        if (until_failure && status != 0)
            return status;
        if (until_change && changed)
            return 0;
        sleep_for(interval);
    }
}
