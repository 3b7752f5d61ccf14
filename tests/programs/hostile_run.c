/*
 * Runs hostile programs one after the other, and looks after each whether the system is whole.
 *
 *     hostile_run CASE...
 *
 * A case is one argument: the program's name below /scheme/initfs/tests, and its arguments, with
 * spaces between; `=N ` in front of it gives it N ms (3000). It runs as user 1000. For
 * each, one line:
 *
 *     case TEXT: exit N | signal N | killed
 *
 * A program that is still there at the end of its time is killed, and has to be gone within a
 * second. The status is 1 when that failed or the system was not whole afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <redox/rt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define ARGUMENTS 16
#define DEFAULT_MS 3000u
#define UNPRIVILEGED 1000u
#define SCRATCH "/tmp/hostile-scratch"

static void sleep_ms(unsigned ms)
{
    struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

    nanosleep(&ts, NULL);
}

static pid_t start(const char *path, char *const *argv, unsigned uid)
{
    struct rx_spawn s = {.argv = argv,
                         .envp = environ,
                         .flags = SPAWN_SETIDS | SPAWN_SETPGID,
                         .uid = uid,
                         .gid = uid,
                         .ns_fd = RX_FD_NONE};
    int image = open(path, O_RDONLY | O_CLOEXEC);
    i64 pid;

    if (image < 0)
        return -1;
    s.image = (u64)image;
    pid = rx_spawn(&s);
    close(image);
    return (pid_t)pid;
}

/* Waits for a child, at most ms milliseconds. */
static bool reap(pid_t pid, unsigned ms, int *status)
{
    for (unsigned waited = 0; waited <= ms; waited += 2) {
        pid_t got = waitpid(pid, status, WNOHANG);

        if (got == pid)
            return true;
        if (got < 0)
            return false;
        sleep_ms(2);
    }
    return false;
}

/* ---- is the system whole? ----------------------------------------------------------- */

static const char *zero_is_sick(void)
{
    char c = 1;
    int fd = open("/scheme/zero", O_RDONLY);
    bool ok = fd >= 0;

    for (int i = 0; ok && i < 100; i++)
        ok = read(fd, &c, 1) == 1 && c == 0;
    if (fd >= 0)
        close(fd);
    return ok ? NULL : "zero does not serve";
}

static const char *files_are_sick(void)
{
    static const char text[] = "still here";
    char back[sizeof(text)] = {0};
    int fd = open(SCRATCH, O_RDWR | O_CREAT | O_TRUNC, 0600);
    bool ok = fd >= 0 && write(fd, text, sizeof(text)) == sizeof(text) &&
              lseek(fd, 0, SEEK_SET) == 0 && read(fd, back, sizeof(back)) == sizeof(back) &&
              memcmp(text, back, sizeof(text)) == 0;

    if (fd >= 0)
        close(fd);
    return unlink(SCRATCH) == 0 && ok ? NULL : "files do not keep what is written";
}

static const char *spawn_is_sick(void)
{
    char *argv[] = {"true", NULL};
    int status = -1;
    pid_t pid = start("/scheme/initfs/bin/true", argv, 0);

    return pid > 0 && reap(pid, 2000, &status) && status == 0 ? NULL : "no program starts and ends";
}

static bool whole(const char *after)
{
    const char *why = zero_is_sick();

    if (why == NULL)
        why = files_are_sick();
    if (why == NULL)
        why = spawn_is_sick();
    if (why == NULL)
        return true;
    printf("SICK after %s: %s (%s)\n", after, why, strerror(errno));
    return false;
}

/* ---- cases -------------------------------------------------------------------------- */

static void split(char *text, char **argv)
{
    int n = 0;

    for (char *word = strtok(text, " "); word && n < ARGUMENTS - 1; word = strtok(NULL, " "))
        argv[n++] = word;
    argv[n] = NULL;
}

static bool finish(const char *text, pid_t pid, unsigned ms)
{
    int status;

    if (reap(pid, ms, &status)) {
        if (WIFSIGNALED(status))
            printf("case %s: signal %d\n", text, WTERMSIG(status));
        else
            printf("case %s: exit %d\n", text, WEXITSTATUS(status));
        return true;
    }
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL);
    if (!reap(pid, 1000, &status)) {
        printf("case %s: IMMORTAL\n", text);
        return false;
    }
    printf("case %s: killed\n", text);
    return true;
}

static bool run_case(const char *text)
{
    char words[256], path[300];
    char *argv[ARGUMENTS];
    unsigned ms = DEFAULT_MS;
    pid_t pid;

    if (text[0] == '=') {
        ms = (unsigned)strtoul(text + 1, NULL, 10);
        text += strcspn(text, " ") + 1;
    }
    snprintf(words, sizeof(words), "%s", text);
    split(words, argv);
    snprintf(path, sizeof(path), "/scheme/initfs/tests/%s", argv[0]);
    pid = start(path, argv, UNPRIVILEGED);
    if (pid < 0) {
        printf("case %s: not started (%s)\n", text, strerror(-pid));
        return false;
    }
    return finish(text, pid, ms) && whole(text);
}

int main(int argc, char **argv)
{
    int status = 0;

    if (!whole("the start"))
        return 1;
    for (int i = 1; i < argc; i++) {
        if (!run_case(argv[i]))
            status = 1;
        fflush(stdout);
    }
    return status;
}
