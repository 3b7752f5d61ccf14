/*
 * Signals: handlers and their masks, restart, waiting, the alternate stack, delivery to
 * threads, what fork keeps.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

static volatile sig_atomic_t count, last, seen_code;
static volatile pid_t seen_pid;
static sigset_t mask_in_handler;

static void on_signal(int sig)
{
    count++;
    last = sig;
    sigprocmask(SIG_SETMASK, NULL, &mask_in_handler);
}

static void on_info(int sig, siginfo_t *info, void *context)
{
    count++;
    last = info->si_signo == sig && context ? sig : -1;
    seen_code = info->si_code;
    seen_pid = info->si_pid;
}

static void install(int sig, void (*fn)(int), int flags, int also_masked)
{
    struct sigaction a;

    memset(&a, 0, sizeof a);
    a.sa_handler = fn;
    a.sa_flags = flags;
    sigemptyset(&a.sa_mask);
    if (also_masked)
        sigaddset(&a.sa_mask, also_masked);
    CHECK_EQ(sigaction(sig, &a, NULL), 0);
    count = last = 0;
}

static sigset_t set_of(int sig)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, sig);
    return set;
}

static void test_handlers(void)
{
    struct sigaction a;

    install(SIGUSR1, on_signal, 0, SIGUSR2);
    CHECK_EQ(raise(SIGUSR1), 0);
    CHECK_EQ(count, 1);
    CHECK_EQ(last, SIGUSR1);
    CHECK(sigismember(&mask_in_handler, SIGUSR1));
    CHECK(sigismember(&mask_in_handler, SIGUSR2));
    CHECK(!sigismember(&mask_in_handler, SIGTERM));
    sigset_t now;
    sigprocmask(SIG_SETMASK, NULL, &now);
    CHECK(!sigismember(&now, SIGUSR1));
    CHECK_EQ(kill(getpid(), SIGUSR1), 0);
    CHECK_EQ(count, 2);

    install(SIGUSR1, on_signal, SA_NODEFER, 0);
    raise(SIGUSR1);
    CHECK(!sigismember(&mask_in_handler, SIGUSR1));
    install(SIGUSR1, on_signal, SA_RESETHAND, 0);
    raise(SIGUSR1);
    CHECK_EQ(count, 1);
    sigaction(SIGUSR1, NULL, &a);
    CHECK(a.sa_handler == SIG_DFL);

    memset(&a, 0, sizeof a);
    a.sa_sigaction = on_info;
    a.sa_flags = SA_SIGINFO;
    CHECK_EQ(sigaction(SIGUSR2, &a, NULL), 0);
    CHECK_EQ(kill(getpid(), SIGUSR2), 0);
    CHECK_EQ(last, SIGUSR2);
    CHECK_EQ(seen_code, SI_USER);
    CHECK_EQ(seen_pid, getpid());
    CHECK(signal(SIGUSR2, SIG_IGN) != SIG_ERR);
    raise(SIGUSR2);
    CHECK(signal(SIGUSR2, SIG_DFL) == SIG_IGN);
    CHECK_ERRNO(sigaction(SIGKILL, &a, NULL), EINVAL);
    CHECK_ERRNO(sigaction(0, &a, NULL), EINVAL);
    CHECK_ERRNO(sigaction(65, &a, NULL), EINVAL);
    CHECK_ERRNO(raise(-1), EINVAL);
}

static void test_mask(void)
{
    sigset_t set = set_of(SIGUSR1), old, pending;

    install(SIGUSR1, on_signal, 0, 0);
    CHECK_EQ(sigprocmask(SIG_BLOCK, &set, &old), 0);
    raise(SIGUSR1);
    kill(getpid(), SIGUSR1);
    CHECK_EQ(count, 0);
    CHECK_EQ(sigpending(&pending), 0);
    CHECK(sigismember(&pending, SIGUSR1));
    CHECK_EQ(sigprocmask(SIG_SETMASK, &old, NULL), 0);
    CHECK(count >= 1);
    sigpending(&pending);
    CHECK(!sigismember(&pending, SIGUSR1));
    /* ignoring takes a pending signal away */
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGUSR1);
    signal(SIGUSR1, SIG_IGN);
    install(SIGUSR1, on_signal, 0, 0);
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK_EQ(count, 0);
    CHECK_ERRNO(sigprocmask(55, &set, NULL), EINVAL);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    sigprocmask(SIG_SETMASK, &old, &all);
    CHECK(!sigismember(&all, SIGKILL) && !sigismember(&all, SIGSTOP));
}

/* A child that sends signals to us after a while. */
static pid_t send_later(int sig, int times)
{
    pid_t pid = fork();

    if (pid == 0) {
        const struct timespec pause = {0, 50000000};
        while (times--) {
            nanosleep(&pause, NULL);
            kill(getppid(), sig);
        }
        _exit(0);
    }
    return pid;
}

static void test_restart(void)
{
    int p[2];
    char c;

    CHECK_EQ(pipe(p), 0);
    install(SIGUSR1, on_signal, 0, 0);
    pid_t pid = send_later(SIGUSR1, 1);
    CHECK_ERRNO(read(p[0], &c, 1), EINTR);
    CHECK_EQ(count, 1);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);

    install(SIGUSR1, on_signal, SA_RESTART, 0);
    pid = fork();
    if (pid == 0) {
        const struct timespec pause = {0, 50000000};
        nanosleep(&pause, NULL);
        kill(getppid(), SIGUSR1);
        nanosleep(&pause, NULL);
        _exit(write(p[1], "x", 1) != 1);
    }
    CHECK_EQ(read(p[0], &c, 1), 1);
    CHECK_EQ(count, 1);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);

    /* a sleep always ends */
    struct timespec long_time = {10, 0}, left = {0, 0};
    count = 0;
    pid = send_later(SIGUSR1, 1);
    CHECK_ERRNO(nanosleep(&long_time, &left), EINTR);
    CHECK_EQ(count, 1);
    CHECK(left.tv_sec == 9);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    close(p[0]);
    close(p[1]);
}

static void test_waiting(void)
{
    sigset_t set = set_of(SIGUSR1), old, empty;
    siginfo_t info;
    int sig = 0;

    install(SIGUSR1, on_signal, 0, 0);
    sigprocmask(SIG_BLOCK, &set, &old);
    pid_t pid = send_later(SIGUSR1, 1);
    sigemptyset(&empty);
    CHECK_ERRNO(sigsuspend(&empty), EINTR);
    CHECK_EQ(count, 1);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    sigprocmask(SIG_BLOCK, NULL, &empty);
    CHECK(sigismember(&empty, SIGUSR1));

    signal(SIGUSR1, SIG_DFL);
    pid = send_later(SIGUSR1, 1);
    CHECK_EQ(sigwait(&set, &sig), 0);
    CHECK_EQ(sig, SIGUSR1);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    kill(getpid(), SIGUSR1);
    memset(&info, 0, sizeof info);
    CHECK_EQ(sigwaitinfo(&set, &info), SIGUSR1);
    CHECK_EQ(info.si_signo, SIGUSR1);
    CHECK_EQ(info.si_pid, getpid());
    const struct timespec soon = {0, 20000000};
    CHECK_ERRNO(sigtimedwait(&set, &info, &soon), EAGAIN);
    /* another signal ends the wait */
    install(SIGUSR2, on_signal, SA_RESTART, 0);
    pid = send_later(SIGUSR2, 1);
    CHECK_ERRNO(sigwaitinfo(&set, &info), EINTR);
    CHECK_EQ(count, 1);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    sigprocmask(SIG_SETMASK, &old, NULL);
    pid = send_later(SIGUSR2, 1);
    CHECK_ERRNO(pause(), EINTR);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
}

static int values[8], nvalues;

static void on_value(int sig, siginfo_t *info, void *context)
{
    (void)sig;
    (void)context;
    if (nvalues < 8)
        values[nvalues++] = info->si_value.sival_int;
    seen_code = info->si_code;
    seen_pid = info->si_pid;
}

/* Real-time signals keep their number, order and value while they are blocked. */
static void test_queued(void)
{
    sigset_t set = set_of(SIGRTMIN + 1), old;
    struct sigaction a;
    siginfo_t info;

    memset(&a, 0, sizeof a);
    a.sa_sigaction = on_value;
    a.sa_flags = SA_SIGINFO;
    CHECK_EQ(sigaction(SIGRTMIN + 1, &a, NULL), 0);
    sigprocmask(SIG_BLOCK, &set, &old);
    for (int i = 1; i <= 4; i++)
        CHECK_EQ(sigqueue(getpid(), SIGRTMIN + 1, (union sigval){.sival_int = i * 11}), 0);
    CHECK_EQ(nvalues, 0);
    CHECK_EQ(sigwaitinfo(&set, &info), SIGRTMIN + 1);
    CHECK_EQ(info.si_value.sival_int, 11);
    CHECK_EQ(info.si_code, SI_QUEUE);
    sigprocmask(SIG_SETMASK, &old, NULL);
    CHECK_EQ(nvalues, 3);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(values[i], (i + 2) * 11);
    CHECK_EQ(seen_code, SI_QUEUE);
    CHECK_EQ(seen_pid, getpid());
    CHECK_EQ(kill(getpid(), SIGRTMIN + 1), 0);
    CHECK_EQ(nvalues, 4);
    CHECK_EQ(seen_code, SI_USER);
}

static char stack_memory[65536];
static volatile int on_stack;

static void on_altstack(int sig)
{
    char here;
    stack_t s;

    (void)sig;
    sigaltstack(NULL, &s);
    on_stack = &here >= stack_memory && &here < stack_memory + sizeof stack_memory &&
               (s.ss_flags & SS_ONSTACK);
}

static void test_altstack(void)
{
    stack_t s = {.ss_sp = stack_memory, .ss_size = sizeof stack_memory}, old;

    CHECK_EQ(sigaltstack(&s, &old), 0);
    CHECK(old.ss_flags & SS_DISABLE);
    install(SIGUSR1, on_altstack, SA_ONSTACK, 0);
    raise(SIGUSR1);
    CHECK_EQ(on_stack, 1);
    install(SIGUSR1, on_altstack, 0, 0);
    raise(SIGUSR1);
    CHECK_EQ(on_stack, 0);
    s.ss_size = 16;
    CHECK_ERRNO(sigaltstack(&s, NULL), ENOMEM);
    s.ss_flags = SS_DISABLE;
    CHECK_EQ(sigaltstack(&s, NULL), 0);
}

static sigjmp_buf jump;

static void on_jump(int sig)
{
    siglongjmp(jump, sig);
}

static void test_jump(void)
{
    sigset_t now;

    install(SIGUSR1, on_jump, 0, 0);
    for (int i = 0; i < 3; i++) {
        int sig = sigsetjmp(jump, 1);
        if (sig == 0) {
            raise(SIGUSR1);
            CHECK(!"reached");
        }
        CHECK_EQ(sig, SIGUSR1);
        sigprocmask(SIG_SETMASK, NULL, &now);
        CHECK(!sigismember(&now, SIGUSR1));
    }
}

#define INTERRUPTIONS 300

static volatile int *handled; /* shared with the child that sends */

static void on_counted(int sig)
{
    (void)sig;
    count++;
    ++*handled;
}

/* Handlers interrupt computation, not only calls. Each signal is sent when the one before was
 * handled: two that are pending at once would be one. */
static void test_computing(void)
{
    int status;

    handled =
        mmap(NULL, sizeof *handled, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(handled != MAP_FAILED);
    install(SIGUSR1, on_counted, 0, 0);
    pid_t pid = fork();
    if (pid == 0) {
        const struct timespec pause = {0, 100000};
        time_t end = time(NULL) + 30;
        for (int sent = 0; sent < INTERRUPTIONS; sent++) {
            kill(getppid(), SIGUSR1);
            while (*handled <= sent && time(NULL) < end)
                nanosleep(&pause, NULL);
        }
        _exit(*handled != INTERRUPTIONS);
    }
    time_t end = time(NULL) + 30;
    while (count < INTERRUPTIONS && time(NULL) < end)
        ;
    CHECK_EQ(count, INTERRUPTIONS);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    munmap((void *)handled, sizeof *handled);
}

static void test_defaults(void)
{
    int p[2], status;

    CHECK_EQ(pipe(p), 0);
    close(p[0]); /* both sides': the child may be faster than its parent */
    pid_t pid = fork();
    if (pid == 0)
        _exit(write(p[1], "x", 1) != 1);
    close(p[1]);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE);
    CHECK_EQ(pipe(p), 0);
    close(p[0]);
    signal(SIGPIPE, SIG_IGN);
    CHECK_ERRNO(write(p[1], "x", 1), EPIPE);
    signal(SIGPIPE, SIG_DFL);
    close(p[1]);
    /* pending and blocked with its default action: the end when it is unblocked */
    pid = fork();
    if (pid == 0) {
        sigset_t set = set_of(SIGTERM);
        sigprocmask(SIG_BLOCK, &set, NULL);
        raise(SIGTERM);
        sigprocmask(SIG_UNBLOCK, &set, NULL);
        _exit(1);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM);
    pid = fork();
    if (pid == 0)
        abort();
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    /* the actions survive fork */
    install(SIGUSR1, on_signal, 0, 0);
    pid = fork();
    if (pid == 0) {
        raise(SIGUSR1);
        _exit(count == 1 ? 5 : 6);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 5 << 8);
}

static void test_child(void)
{
    install(SIGCHLD, on_signal, SA_RESTART, 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(0);
    CHECK_EQ(waitpid(pid, NULL, 0), pid);
    for (int i = 0; i < 100 && count == 0; i++)
        usleep(1000);
    CHECK_EQ(count, 1);
    CHECK_EQ(last, SIGCHLD);
    signal(SIGCHLD, SIG_DFL);
}

static pthread_t handled_by;

static void note_thread(int sig)
{
    (void)sig;
    handled_by = pthread_self();
    count++;
}

static void *wait_in_thread(void *arg)
{
    (void)arg;
    while (count == 0)
        usleep(1000);
    return NULL;
}

static void test_threads(void)
{
    sigset_t set = set_of(SIGUSR1), old;
    pthread_t t;

    install(SIGUSR1, note_thread, 0, 0);
    CHECK_EQ(pthread_create(&t, NULL, wait_in_thread, NULL), 0);
    CHECK_EQ(pthread_kill(t, SIGUSR1), 0);
    CHECK_EQ(pthread_join(t, NULL), 0);
    CHECK(pthread_equal(handled_by, t));
    /* one for the process goes to the thread that does not block it */
    count = 0;
    CHECK_EQ(pthread_create(&t, NULL, wait_in_thread, NULL), 0);
    pthread_sigmask(SIG_BLOCK, &set, &old);
    CHECK_EQ(kill(getpid(), SIGUSR1), 0);
    CHECK_EQ(pthread_join(t, NULL), 0);
    CHECK(pthread_equal(handled_by, t));
    pthread_sigmask(SIG_SETMASK, &old, NULL);
}

static void test_alarm(void)
{
    struct itimerval value = {{0, 20000}, {0, 20000}}, off = {{0, 0}, {0, 0}}, now;

    install(SIGALRM, on_signal, 0, 0);
    CHECK_EQ(alarm(100), 0);
    unsigned left = alarm(1);
    CHECK(left == 99 || left == 100);
    CHECK_ERRNO(pause(), EINTR);
    CHECK_EQ(last, SIGALRM);
    count = 0;
    CHECK_EQ(setitimer(ITIMER_REAL, &value, NULL), 0);
    for (int i = 0; i < 200 && count < 3; i++)
        usleep(10000);
    CHECK(count >= 3);
    CHECK_EQ(setitimer(ITIMER_REAL, &off, &now), 0);
    CHECK_EQ(now.it_interval.tv_usec, 20000);
    count = 0;
    usleep(50000);
    CHECK_EQ(count, 0);
}

int main(void)
{
    test_handlers();
    test_mask();
    test_restart();
    test_waiting();
    test_queued();
    test_altstack();
    test_jump();
    test_computing();
    test_defaults();
    test_child();
    test_threads();
    test_alarm();
    return check_status();
}
