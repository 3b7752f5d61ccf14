/* timeout: runs a command and ends it when it takes too long. */
#include "common/error.h"
#include "common/options.h"
#include "common/signals.h"
#include "common/times.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char usage[] =
    "Usage: timeout [OPTION]... TIME COMMAND [ARG]...\nRun COMMAND, end it after TIME.\n"
    "  -k TIME  then KILL it after that time    -s SIGNAL  instead of TERM\n"
    "  -v  say what is sent    --preserve-status  the command's status even then\n"
    "  --foreground  accepted\n";

static volatile sig_atomic_t alarmed;

static void on_alarm(int sig)
{
    (void)sig;
    alarmed = 1;
}

static void set_alarm(struct timespec t)
{
    /* Whole seconds are what alarm knows; a fraction counts as one. */
    unsigned seconds = (unsigned)(t.tv_sec > 0xffffffffL ? 0xffffffffL : t.tv_sec);
    if (t.tv_nsec > 0)
        seconds++;
    alarm(seconds);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"kill-after", OPT_REQUIRED, 'k'}, {"signal", OPT_REQUIRED, 's'},
        {"verbose", OPT_NONE, 'v'},        {"preserve-status", OPT_NONE, 256},
        {"foreground", OPT_NONE, 257},     {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "+k:s:v",
                     .longs = longs,
                     .usage = usage,
                     .fail = 125};
    struct timespec limit;
    struct timespec kill_after = {0, 0};
    int sig = SIGTERM;
    bool verbose = false;
    bool preserve = false;
    bool kills = false;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'k' && !duration_parse(o.arg, &kill_after))
            die_usage(125, "invalid time interval '%s'", o.arg);
        if (c == 's' && (sig = signal_number(o.arg)) < 0)
            die_usage(125, "'%s': invalid signal", o.arg);
        kills |= c == 'k';
        verbose |= c == 'v';
        preserve |= c == 256;
    }
    char **words = opt_operands(&o);
    if (opt_count(&o) < 2)
        die_usage(125, "missing operand");
    if (!duration_parse(words[0], &limit))
        die_usage(125, "invalid time interval '%s'", words[0]);
    struct sigaction action = {.sa_handler = on_alarm};
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    pid_t pid;
    int err = posix_spawnp(&pid, words[1], NULL, NULL, words + 1, environ);
    if (err) {
        errno = err;
        die_errno(err == ENOENT ? 127 : 126, "failed to run command '%s'", words[1]);
    }
    if (limit.tv_sec > 0 || limit.tv_nsec > 0)
        set_alarm(limit);
    bool timed_out = false;
    int wait_status;
    while (waitpid(pid, &wait_status, 0) < 0) {
        if (errno != EINTR)
            die_errno(125, "error waiting for command");
        if (!alarmed)
            continue;
        alarmed = 0;
        int send = timed_out ? SIGKILL : sig;
        if (verbose)
            warn_text("sending signal %s to command '%s'", signal_name(send), words[1]);
        kill(pid, send);
        if (!timed_out && kills)
            set_alarm(kill_after);
        timed_out = true;
    }
    int status = WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
    if (timed_out && !preserve)
        return WIFSIGNALED(wait_status) && WTERMSIG(wait_status) == SIGKILL ? 137 : 124;
    return status;
}
