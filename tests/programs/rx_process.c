/*
 * Processes by libredox's own functions: fork, spawn, exec, wait, kill, identity. Started
 * with arguments it is its own child:
 *
 *     rx_process echo A B...   exit 0 if A equals B and so on in pairs
 *     rx_process cwd PATH      exit 0 if the working directory is PATH and works
 *     rx_process env NAME=VAL  exit 0 if the environment holds exactly that
 *     rx_process fd N open     exit 0 if descriptor N is open (shut: if it is not)
 *     rx_process fill N        exit 0 if the last argument is N letters
 *     rx_process sleep         sleeps until killed
 */
#include <stdlib.h>

#include "tests/programs/rx_check.h"

extern char **environ;
static i64 self;

static int child_main(int argc, char **argv)
{
    if (strcmp(argv[1], "echo") == 0) {
        for (int i = 2; i + 1 < argc; i += 2)
            if (strcmp(argv[i], argv[i + 1]) != 0)
                return 1;
        return argc % 2 == 0 ? 0 : 2;
    }
    if (strcmp(argv[1], "cwd") == 0) {
        char cwd[256];
        if (rx_getcwd(cwd, sizeof(cwd)) < 0 || strcmp(cwd, argv[2]) != 0)
            return 1;
        return RX_IS_ERR(open_path(".", RX_O_RDONLY | RX_O_DIRECTORY, 0)) ? 2 : 0;
    }
    if (strcmp(argv[1], "env") == 0)
        return environ[0] && strcmp(environ[0], argv[2]) == 0 && !environ[1] ? 0 : 1;
    if (strcmp(argv[1], "fd") == 0) {
        bool open = !RX_IS_ERR(redox_fcntl_v0(strtoul(argv[2], NULL, 10), RX_F_GETFD, 0));
        return open == (strcmp(argv[3], "open") == 0) ? 0 : 1;
    }
    if (strcmp(argv[1], "fill") == 0)
        return strlen(argv[argc - 1]) == strtoul(argv[2], NULL, 10) ? 0 : 1;
    if (strcmp(argv[1], "sleep") == 0)
        for (;;)
            rx_nanosleep(&(struct rx_timespec){.sec = 100}, NULL);
    return 9;
}

static struct rx_spawn plain(char *const *argv)
{
    return (struct rx_spawn){
        .image = (u64)self, .argv = argv, .envp = environ, .ns_fd = RX_FD_NONE};
}

/* Spawns and waits. */
static i64 run(const struct rx_spawn *s)
{
    i64 pid = rx_spawn(s);
    return pid < 0 ? pid : wait_status(pid);
}

#define ARGS(...) ((char *const[]){(char *)"rx_process", __VA_ARGS__, NULL})
#define TEXT(s) ((char *)(s))

static void forking(void)
{
    static int shared_not = 1;
    i64 pid = rx_fork();
    if (pid == 0) {
        shared_not = 2;
        rx_exit(redox_get_pid_v1() > 1 ? 42 : 1);
    }
    if (!GOOD(pid))
        return;
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(42));
    CHECK_EQ(shared_not, 1);
    CHECK((i64)redox_get_pid_v1() != pid);
    u32 status;
    CHECK_EQ(rx_waitpid(-1, &status, 0), -ECHILD);
    CHECK_EQ(rx_waitpid(pid, &status, RX_WNOHANG), -ECHILD);
}

/* A child works in files, directories and pipes of its own. */
static void a_fork_keeps_what_is_open(void)
{
    int fds[2];
    u8 buf[8];
    if (!GOOD(rx_pipe(fds, 0)))
        return;
    CHECK_EQ(rx_chdir("/tmp", 4), 0);
    i64 pid = rx_fork();
    if (pid == 0) {
        bool good = rx_chdir("/", 1) == 0 && write_text(fds[1], "child") == 5;
        rx_exit(good ? 0 : 1);
    }
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    CHECK_EQ(redox_read_v1((size_t)fds[0], buf, sizeof(buf)), 5);
    char cwd[16];
    CHECK_EQ(rx_getcwd(cwd, sizeof(cwd)), 4);
    redox_close_v1((size_t)fds[0]);
    redox_close_v1((size_t)fds[1]);
}

static void spawning(void)
{
    struct rx_spawn s = plain(ARGS(TEXT("echo"), TEXT("x"), TEXT("x"), TEXT(""), TEXT("")));
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    s = plain(ARGS(TEXT("env"), TEXT("A=b")));
    s.envp = (char *const[]){TEXT("A=b"), NULL};
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    s = plain(ARGS(TEXT("cwd"), TEXT("/tmp")));
    s.cwd = "/./tmp";
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    CHECK_EQ(rx_chdir("/tmp", 4), 0);
    s.cwd = NULL;
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    s.cwd = "/nowhere";
    CHECK_EQ(run(&s), -ENOENT);
    s.image = 999;
    s.cwd = NULL;
    CHECK_EQ(run(&s), -EBADF);
}

static void a_large_environment(void)
{
    static char big[100001], number[] = "100000";
    memset(big, 'a', sizeof(big) - 1);
    struct rx_spawn s = plain(ARGS(TEXT("fill"), number, big));
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    char *const *many = (char *const[]){
        TEXT("rx_process"), TEXT("fill"), number, big, big, big, big, big, big, big, big, NULL};
    s.argv = many;
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
}

static void actions_on_descriptors(void)
{
    const struct spawn_action actions[] = {
        {.kind = SPAWN_DUP2, .from = (u64)self, .to = 60},
        {.kind = SPAWN_CLOSE, .from = 61},
    };
    struct rx_spawn s = plain(ARGS(TEXT("fd"), TEXT("60"), TEXT("open")));
    s.actions = actions;
    s.nactions = 2;
    CHECK_EQ(redox_dup2_v1((size_t)self, 61, NULL, 0), 61);
    CHECK_EQ(redox_dup2_v1((size_t)self, 62, NULL, 0), 62);
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    s.argv = ARGS(TEXT("fd"), TEXT("61"), TEXT("shut"));
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    s.argv = ARGS(TEXT("fd"), TEXT("62"), TEXT("open"));
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    redox_fcntl_v0(62, RX_F_SETFD, RX_FD_CLOEXEC);
    s.argv = ARGS(TEXT("fd"), TEXT("62"), TEXT("shut"));
    CHECK_EQ(run(&s), RX_STATUS_EXITED(0));
    redox_close_v1(61);
    redox_close_v1(62);
}

static void executing(void)
{
    i64 pid = rx_fork();
    if (pid == 0) {
        rx_chdir("/tmp", 4);
        struct rx_spawn s = plain(ARGS(TEXT("cwd"), TEXT("/tmp")));
        rx_exec(&s);
        rx_exit(77);
    }
    CHECK_EQ(wait_status(pid), RX_STATUS_EXITED(0));
    i64 text = open_path("/tmp/rx_text", RX_O_CREAT | RX_O_RDWR | RX_O_TRUNC, 0755);
    if (!GOOD(text))
        return;
    CHECK_EQ(write_text(text, "no program at all"), 17);
    struct rx_spawn s = plain(ARGS(TEXT("echo")));
    s.image = (u64)text;
    CHECK_EQ(rx_exec(&s), -ENOEXEC);
    CHECK_EQ(rx_spawn(&s), -ENOEXEC);
    redox_close_v1((size_t)text);
    CHECK_EQ(unlink_path("/tmp/rx_text", 0), 0);
}

static void killing(void)
{
    u32 status;
    struct rx_spawn s = plain(ARGS(TEXT("sleep")));
    s.flags = SPAWN_SETPGID;
    i64 pid = rx_spawn(&s);
    if (!GOOD(pid))
        return;
    CHECK_EQ(rx_proc(PROC_SETPGID, (u64)pid, UINT64_MAX, 0, NULL, 0), pid);
    CHECK_EQ(rx_waitpid(pid, &status, RX_WNOHANG), 0);
    CHECK_EQ(redox_kill_v1((size_t)pid, 0), 0);
    CHECK_EQ(redox_kill_v1((size_t)pid, RX_SIGKILL), 0);
    CHECK_EQ(rx_waitpid(-pid, &status, 0), pid);
    CHECK_EQ(status, RX_STATUS_SIGNALED(RX_SIGKILL));
    CHECK_EQ((i64)redox_kill_v1((size_t)pid, 0), -ESRCH);
    pid = rx_fork();
    if (pid == 0)
        rx_exit(RX_SIGTERM << 8);
    CHECK_EQ(wait_status(pid), RX_STATUS_SIGNALED(RX_SIGTERM));
}

static void identity(void)
{
    struct rx_proc_meta meta;
    CHECK_EQ(rx_proc(PROC_CREDENTIALS, 0, 0, 0, &meta, sizeof(meta)), sizeof(meta));
    CHECK_EQ(meta.pid, redox_get_pid_v1());
    CHECK_EQ(meta.euid, redox_get_euid_v1());
    CHECK_EQ(meta.ruid, redox_get_ruid_v1());
    CHECK_EQ(meta.egid, redox_get_egid_v1());
    CHECK_EQ(meta.rgid, redox_get_rgid_v1());
    CHECK(rx_proc(PROC_GETPPID, 0, 0, 0, NULL, 0) >= 1);
    CHECK_EQ(redox_get_ens_v0(), 1);
}

/* Many that come and go leave nothing behind: pids and descriptors do not run out. */
static void many(void)
{
    struct rx_spawn s = plain(ARGS(TEXT("echo")));
    for (int i = 0; i < 100; i++) {
        i64 pid = i % 2 ? rx_spawn(&s) : rx_fork();
        if (pid == 0)
            rx_exit(0);
        if (!GOOD(pid) || wait_status(pid) != RX_STATUS_EXITED(0)) {
            check_report(__FILE__, __LINE__, "one of many failed");
            return;
        }
    }
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return child_main(argc, argv);
    self = open_self(argv[0]);
    if (!GOOD(self))
        return check_status();
    forking();
    a_fork_keeps_what_is_open();
    spawning();
    a_large_environment();
    actions_on_descriptors();
    executing();
    killing();
    identity();
    many();
    return check_status();
}
