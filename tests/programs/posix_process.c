/*
 * Processes: fork, exec, spawn with actions and attributes, waiting, scripts, groups. Run
 * with arguments it is one of its own children.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include "posix_check.h"

extern char **environ;

static char *self;

static int wait_status(pid_t pid)
{
    int status = -1;

    CHECK_EQ(waitpid(pid, &status, 0), pid);
    return status;
}

static void test_fork(void)
{
    int p[2];
    char buf[32] = {0};

    CHECK_EQ(pipe(p), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char text[32];
        int n = snprintf(text, sizeof text, "%d", (int)getppid());
        _exit(write(p[1], text, (size_t)n) == n ? 7 : 1);
    }
    CHECK(pid > 0);
    close(p[1]);
    CHECK(read(p[0], buf, sizeof buf - 1) > 0);
    CHECK_EQ(atoi(buf), getpid());
    close(p[0]);
    int status = wait_status(pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    CHECK_ERRNO(waitpid(pid, &status, 0), ECHILD);
    CHECK_ERRNO(waitpid(-1, &status, 0), ECHILD);
    CHECK_ERRNO(waitpid(-1, &status, 0x4000), EINVAL);
}

/* A child that runs and waits for signals. */
static pid_t sleeper(void)
{
    int p[2];
    char c;

    CHECK_EQ(pipe(p), 0);
    pid_t pid = fork();
    if (pid == 0) {
        if (write(p[1], "r", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    CHECK_EQ(read(p[0], &c, 1), 1);
    close(p[0]);
    close(p[1]);
    return pid;
}

static void test_kill(void)
{
    pid_t pid = sleeper();

    CHECK_EQ(waitpid(pid, NULL, WNOHANG), 0);
    CHECK_EQ(kill(pid, 0), 0);
    CHECK_EQ(kill(pid, SIGTERM), 0);
    int status = wait_status(pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    CHECK_ERRNO(kill(pid, 0), ESRCH);
    CHECK_ERRNO(kill(getpid(), 1000), EINVAL);
    pid = sleeper();
    siginfo_t info;
    CHECK_EQ(kill(pid, SIGSTOP), 0);
    CHECK_EQ(waitpid(pid, &status, WUNTRACED), pid);
    CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
    CHECK_EQ(kill(pid, SIGCONT), 0);
    CHECK_EQ(waitpid(pid, &status, WCONTINUED), pid);
    CHECK(WIFCONTINUED(status));
    CHECK_EQ(kill(pid, SIGKILL), 0);
    memset(&info, 0, sizeof info);
    CHECK_EQ(waitid(P_PID, (id_t)pid, &info, WEXITED), 0);
    CHECK_EQ(info.si_pid, pid);
    CHECK_EQ(info.si_code, CLD_KILLED);
    CHECK_EQ(info.si_status, SIGKILL);
}

static void test_exec(void)
{
    char *argv[] = {self, "args", "a b", "", NULL};
    char *envp[] = {"ONE=1", "TWO=", NULL};
    pid_t pid = fork();

    if (pid == 0) {
        execve(self, argv, envp);
        _exit(99);
    }
    CHECK_EQ(wait_status(pid), 42 << 8);
    CHECK_ERRNO(execve("/none", argv, envp), ENOENT);
    CHECK_ERRNO(execve("/", argv, envp), EACCES);
    pid = fork();
    if (pid == 0) {
        execl(self, self, "exit", "3", (char *)NULL);
        _exit(99);
    }
    CHECK_EQ(wait_status(pid), 3 << 8);
    pid = fork();
    if (pid == 0) {
        execle(self, self, "args", "a b", "", (char *)NULL, envp);
        _exit(99);
    }
    CHECK_EQ(wait_status(pid), 42 << 8);
}

static void write_file(const char *name, const char *text, mode_t mode)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    CHECK_EQ(write(fd, text, strlen(text)), strlen(text));
    CHECK_EQ(fchmod(fd, mode), 0);
    close(fd);
}

static void test_script(void)
{
    char text[4200];
    char *argv[] = {"ignored", "last", NULL};
    pid_t pid;

    snprintf(text, sizeof text, "#! %s script arg \nrest\n", self);
    write_file("script", text, 0755);
    CHECK_EQ(posix_spawn(&pid, "./script", NULL, NULL, argv, environ), 0);
    CHECK_EQ(wait_status(pid), 43 << 8);
    pid = fork();
    if (pid == 0) {
        fexecve(open("script", O_RDONLY), argv, environ);
        _exit(9);
    }
    CHECK_EQ(wait_status(pid), 44 << 8);
    write_file("plain", "no program at all\n", 0755);
    CHECK_ERRNO(execv("./plain", argv), ENOEXEC);
    write_file("plain", text, 0644);
    CHECK_ERRNO(execv("./plain", argv), EACCES);
    unlink("script");
    unlink("plain");
}

static void test_spawn(void)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    char *argv[] = {self, "spawned", NULL};
    char buf[64] = {0};
    pid_t pid;
    sigset_t set;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    CHECK_EQ(mkdir("where", 0755), 0);
    CHECK_EQ(posix_spawn_file_actions_addopen(&actions, 5, "out", O_WRONLY | O_CREAT, 0600), 0);
    CHECK_EQ(posix_spawn_file_actions_adddup2(&actions, 5, 6), 0);
    CHECK_EQ(posix_spawn_file_actions_addclose(&actions, 5), 0);
    CHECK_EQ(posix_spawn_file_actions_addclose(&actions, 0), 0);
    CHECK_EQ(posix_spawn_file_actions_addchdir_np(&actions, "where"), 0);
    CHECK_EQ(posix_spawn_file_actions_addclose(&actions, -1), EBADF);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    posix_spawnattr_setsigmask(&attr, &set);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    posix_spawnattr_setsigdefault(&attr, &set);
    posix_spawnattr_setpgroup(&attr, 0);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                        POSIX_SPAWN_SETPGROUP);
    signal(SIGUSR2, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    CHECK_EQ(posix_spawn(&pid, self, &actions, &attr, argv, environ), 0);
    CHECK_EQ(wait_status(pid), 44 << 8);
    signal(SIGUSR2, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    int fd = open("out", O_RDONLY);
    CHECK_EQ(read(fd, buf, sizeof buf), 5);
    CHECK(strcmp(buf, "where") == 0);
    close(fd);
    CHECK_EQ(posix_spawn(&pid, "/none", NULL, NULL, argv, environ), ENOENT);
    posix_spawn_file_actions_addopen(&actions, 7, "/none/none", O_RDONLY, 0);
    CHECK_EQ(posix_spawn(&pid, self, &actions, NULL, argv, environ), ENOENT);
    CHECK_EQ(posix_spawnp(&pid, "no-such-program", NULL, NULL, argv, environ), ENOENT);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    unlink("out");
    rmdir("where");
}

/* Close-on-exec, and a big environment, which takes another way to the kernel. */
static void test_inheritance(void)
{
    static char big[100000];
    char number[16], *argv[] = {self, "fd", number, NULL};
    char *envp[] = {big, NULL};
    int fd = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    pid_t pid;

    snprintf(number, sizeof number, "%d", fd);
    memset(big, 'x', sizeof big - 1);
    memcpy(big, "BIG=", 4);
    CHECK_EQ(posix_spawn(&pid, self, NULL, NULL, argv, envp), 0);
    CHECK_EQ(wait_status(pid), 0);
    fcntl(fd, F_SETFD, 0);
    CHECK_EQ(posix_spawn(&pid, self, NULL, NULL, argv, envp), 0);
    CHECK_EQ(wait_status(pid), 1 << 8);
    close(fd);
}

static void test_groups(void)
{
    pid_t pid;

    CHECK(getpid() > 0);
    CHECK(getpgrp() > 0);
    CHECK_EQ(getpgid(0), getpgrp());
    pid = fork();
    if (pid == 0) {
        if (setpgid(0, 0) < 0 || getpgrp() != getpid())
            _exit(1);
        if (setsid() != -1 || errno != EPERM)
            _exit(2);
        _exit(0);
    }
    CHECK_EQ(wait_status(pid), 0);
    pid = fork();
    if (pid == 0) {
        if (setsid() != getpid() || getsid(0) != getpid() || getpgrp() != getpid())
            _exit(1);
        _exit(0);
    }
    CHECK_EQ(wait_status(pid), 0);
    CHECK_ERRNO(getpgid(30000), ESRCH);
}

/* Children. */
/* How a script was named to its interpreter: as it was executed, or otherwise. */
static int script_status(const char *name)
{
    struct stat named, script;

    if (strcmp(name, "./script") == 0)
        return 43;
    return stat(name, &named) == 0 && stat("script", &script) == 0 &&
                   named.st_ino == script.st_ino && named.st_dev == script.st_dev
               ? 44
               : 1;
}

static int child(int argc, char **argv)
{
    if (strcmp(argv[1], "args") == 0)
        return argc == 4 && strcmp(argv[2], "a b") == 0 && !*argv[3] && environ[0] &&
                       strcmp(environ[0], "ONE=1") == 0 && strcmp(environ[1], "TWO=") == 0 &&
                       !environ[2]
                   ? 42
                   : 1;
    if (strcmp(argv[1], "exit") == 0)
        exit(atoi(argv[2]));
    if (strcmp(argv[1], "script arg") == 0)
        return argc == 4 && strcmp(argv[3], "last") == 0 ? script_status(argv[2]) : 1;
    if (strcmp(argv[1], "fd") == 0)
        return fcntl(atoi(argv[2]), F_GETFD) >= 0 &&
               (!getenv("BIG") || strlen(getenv("BIG")) == 99995);
    if (strcmp(argv[1], "spawned") == 0) {
        struct sigaction a;
        sigset_t set;
        char cwd[256];
        sigprocmask(SIG_SETMASK, NULL, &set);
        if (!sigismember(&set, SIGUSR1) || sigismember(&set, SIGUSR2))
            return 3;
        sigaction(SIGUSR2, NULL, &a);
        if (a.sa_handler != SIG_DFL)
            return 4;
        sigaction(SIGHUP, NULL, &a);
        if (a.sa_handler != SIG_IGN)
            return 5;
        if (getpgrp() != getpid() || fcntl(0, F_GETFD) >= 0 || fcntl(5, F_GETFD) >= 0)
            return 6;
        if (!getcwd(cwd, sizeof cwd))
            return 7;
        const char *last = strrchr(cwd, '/') + 1;
        return write(6, last, strlen(last)) > 0 ? 44 : 8;
    }
    return 9;
}

int main(int argc, char **argv)
{
    char path[4096];

    if (argc > 1)
        return child(argc, argv);
    if (argv[0][0] == '/') {
        self = argv[0];
    } else {
        snprintf(path, sizeof path, "%s/%s", getcwd(NULL, 0), argv[0]);
        self = path;
    }
    check_enter("posix_process");
    test_fork();
    test_kill();
    test_exec();
    test_script();
    test_spawn();
    test_inheritance();
    test_groups();
    check_leave();
    return check_status();
}
