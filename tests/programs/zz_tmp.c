#define _GNU_SOURCE
#include <signal.h>
#include <setjmp.h>
#include <sys/wait.h>
#include <sys/stat.h>
#include <time.h>
#include "posix_check.h"
static sigjmp_buf jump;
static volatile int n;
static void on(int s) { n++; siglongjmp(jump, s); }
static void on2(int s) { (void)s; n++; }
static char small[16384];
static void segv(int s, siginfo_t *i, void *c) { (void)s; (void)c; (void)i; siglongjmp(jump, 1); }
static int rec(int d) { volatile char b[4096]; b[0] = (char)d; return d > 100000000 ? 0 : rec(d + 1) + b[0]; }
int main(void)
{
    signal(SIGUSR1, on);
    pid_t pid = fork();
    if (!pid) { for (int i = 0; i < 3; i++) { usleep(50000); kill(getppid(), SIGUSR1); } _exit(0); }
    time_t end = time(NULL) + 3;
    sigsetjmp(jump, 1);
    while (n < 3 && time(NULL) < end);
    printf("async longjmp %d\n", n);
    signal(SIGUSR1, on2); n = 0;
    while (n < 1 && time(NULL) < end) if (time(NULL) > end-1) break;
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    signal(SIGCHLD, SIG_IGN);
    pid = fork();
    if (!pid) _exit(0);
    CHECK_ERRNO(waitpid(pid, NULL, 0), ECHILD);
    signal(SIGCHLD, SIG_DFL);
    sigset_t s, o; sigemptyset(&s); sigaddset(&s, SIGCHLD); sigprocmask(SIG_BLOCK, &s, &o);
    pid = fork();
    if (!pid) _exit(0);
    usleep(50000);
    int sig; struct timespec ts = {1, 0}; siginfo_t info;
    sig = sigtimedwait(&s, &info, &ts);
    CHECK_EQ(sig, SIGCHLD); CHECK_EQ(info.si_pid, pid); printf("code %d status %d\n", info.si_code, info.si_status);
    waitpid(pid, NULL, 0);
    // sigqueue
    sigemptyset(&s); sigaddset(&s, SIGRTMIN); sigprocmask(SIG_BLOCK, &s, &o);
    union sigval v = {.sival_int = 77};
    CHECK_EQ(sigqueue(getpid(), SIGRTMIN, v), 0);
    v.sival_int = 78; sigqueue(getpid(), SIGRTMIN, v);
    sig = sigtimedwait(&s, &info, &ts); printf("%d %d\n", sig, info.si_value.sival_int);
    sig = sigtimedwait(&s, &info, &ts); printf("%d %d\n", sig, info.si_value.sival_int);
    CHECK_EQ(raise(SIGRTMIN+1) , 0);
    return 0;
    (void)segv; (void)rec; (void)small;
}
