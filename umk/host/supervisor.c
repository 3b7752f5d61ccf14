/*
 * The supervisor: what `umk run` is on the outside. Its child is the kernel process; whatever the
 * system leaves becomes the supervisor's child (it is a child subreaper), so that it can end and
 * reap all before it exits itself, with the system's status.
 *
 * Should the supervisor be killed, the kernel process hears of it and ends everything.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "umk/host/driver.h"
#include "umk/host/host.h"

#define WRITE_SECONDS 12 /* for the end once the command was killed; init waits for 10 */
#define GRACE_NS (50 * (long)NS_PER_MS) /* for children whose death signal is on its way */

static pid_t parent_of(const char *pid)
{
    char path[300], line[256];
    int ppid = 0;

    snprintf(path, sizeof path, "/proc/%s/stat", pid);
    FILE *f = fopen(path, "re");
    if (!f)
        return 0;
    size_t n = fread(line, 1, sizeof line - 1, f);
    fclose(f);
    line[n] = 0;
    const char *p = strrchr(line, ')');
    return p && sscanf(p + 1, " %*c %d", &ppid) == 1 ? ppid : 0;
}

static void kill_children(void)
{
    DIR *d = opendir("/proc");

    if (!d)
        return;
    for (const struct dirent *e; (e = readdir(d));) {
        pid_t pid = atoi(e->d_name);
        if (pid > 0 && parent_of(e->d_name) == getpid())
            kill(pid, SIGKILL);
    }
    closedir(d);
}

/* Until no child is left. Most die by themselves, of the kernel's end. */
static void bury_all(void)
{
    const struct timespec grace = {0, GRACE_NS};
    sigset_t chld;

    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    for (;;) {
        pid_t pid = waitpid(-1, NULL, WNOHANG);
        if (pid < 0 && errno == ECHILD)
            return;
        if (pid > 0)
            continue;
        if (sigtimedwait(&chld, NULL, &grace) < 0 && errno == EAGAIN)
            kill_children();
    }
}

/* True when the kernel process has ended. */
static bool reap(pid_t kernel, int *status)
{
    for (;;) {
        int s;
        pid_t pid = waitpid(-1, &s, WNOHANG);
        if (pid <= 0)
            return false;
        if (pid == kernel) {
            *status = s;
            return true;
        }
    }
}

/* The terminal sends its signals to the kernel process too; only others' are passed on. */
static void pass_on(pid_t kernel, const siginfo_t *info)
{
    if (info->si_code != SI_KERNEL)
        kill(kernel, info->si_signo);
}

static int wait_for(pid_t kernel, const sigset_t *set)
{
    static const struct timespec patience[] = {{1, 0}, {WRITE_SECONDS, 0}};
    u32 terminated = 0;
    siginfo_t info;
    int status;

    for (;;) {
        int sig = sigtimedwait(set, &info, terminated ? &patience[terminated > 1] : NULL);
        if (sig == SIGCHLD && reap(kernel, &status))
            break;
        if (sig > 0 && sig != SIGCHLD)
            pass_on(kernel, &info);
        bool late = sig < 0 && errno == EAGAIN;
        if (late)
            kill(kernel, SIGTERM);
        terminated += late || sig == SIGTERM;
    }
    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    int sig = WTERMSIG(status);
    /* One of the terminal's comes that way when the kernel process is not yet there to take it. */
    if (!sigismember(set, sig))
        complain("the kernel process was ended by signal %d (%s)", sig, strsignal(sig));
    return 128 + sig;
}

int supervisor_run(const struct options *o)
{
    static const int signals[] = {SIGTERM, SIGINT, SIGQUIT, SIGTSTP, SIGHUP};
    struct sigaction quiet = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP};
    sigset_t child, set;

    if (prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) {
        complain("cannot become a child subreaper: %s", strerror(errno));
        return 2;
    }
    sigaction(SIGCHLD, &quiet, NULL);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    set = child;
    for (size_t i = 0; i < ARRAY_LEN(signals); i++)
        sigaddset(&set, signals[i]);
    pid_t self = getpid();
    terminal_keep();
    /* A child's death must not pass unheard, however soon. The others are blocked on both sides of
     * the fork, not before it: a signal of the terminal that was pending here would be taken for
     * one that the child has as well. Until then it ends who gets it. */
    sigprocmask(SIG_BLOCK, &child, NULL);
    pid_t kernel = fork();
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (kernel < 0) {
        complain("cannot start a process: %s", strerror(errno));
        return 2;
    }
    if (!kernel)
        kernel_main(o, self);
    int status = wait_for(kernel, &set);
    bury_all();
    terminal_restore();
    driver_clean_up(&o->storage);
    drives_unlock(&o->storage);
    run_dir_remove(self);
    return status;
}
