/*
 * Signals as interrupts. The kernel process runs with them blocked and takes them at its idle
 * point, from a signal descriptor in its epoll instance: a handler would have to wait for
 * epoll_pwait to find nothing else to report, and a busy system could keep it waiting.
 *
 * SIGALRM is the timer, SIGCHLD the end of a process, SIGUSR2 the end of the supervisor; the
 * others are the terminal's and go to the system.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "umk/host/host.h"

const int interrupt_signals[] = {SIGALRM, SIGCHLD, SIGTERM, SIGINT,  SIGQUIT,
                                 SIGTSTP, SIGHUP,  SIGUSR2, SIGPIPE, SIGWINCH};
const size_t interrupt_signals_len = ARRAY_LEN(interrupt_signals);

static int signal_fd = -1;
static struct watch signal_watch;

/* As waitid, which glibc gives without the account of what the process used. */
static i64 wait_any(siginfo_t *info, u64 *cpu_ns)
{
    struct rusage used = {0};
    i64 r = syscall(SYS_waitid, P_ALL, 0, info, WEXITED | WNOHANG, &used);

    *cpu_ns = (u64)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000 +
              (u64)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
    return r;
}

static void reap(void)
{
    siginfo_t info;
    u64 cpu_ns;

    /* What a process said before it ended comes first. */
    nursery_answers();
    body_checkins();
    for (;;) {
        info.si_pid = 0;
        if (wait_any(&info, &cpu_ns) < 0 || !info.si_pid)
            return;
        bool exited = info.si_code == CLD_EXITED;
        if (!nursery_reaped(info.si_pid) && !report_reaped(info.si_pid))
            body_reaped(info.si_pid, exited ? 0 : (u32)info.si_status,
                        exited ? (u32)info.si_status : 0, cpu_ns);
    }
}

/* The end of the console's command is what has everything written before the system ends. So the
 * first SIGTERM is the command's, the second kills it, and the third ends what is left. */
static void terminate(void)
{
    static u32 times;

    if (times == 0 && core_console_signal(SIGTERM))
        times = 1;
    else if (times == 1 && core_kill_process(core_console_session(), SIGKILL) == 0)
        times = 2;
    else
        core_shutdown(128 + SIGTERM);
}

static void interrupt(const struct signalfd_siginfo *info)
{
    switch (info->ssi_signo) {
    case SIGALRM:
        timer_fired();
        break;
    case SIGCHLD:
        reap();
        break;
    case SIGUSR2:
        kernel_exit(128 + SIGKILL);
    case SIGTERM:
        terminate();
        break;
    case SIGINT:
    case SIGQUIT:
    case SIGHUP:
        /* before there is a command that it could end, the system is what it ends */
        if (!core_console_signal(info->ssi_signo))
            core_shutdown(128 + info->ssi_signo);
        break;
    case SIGTSTP:
    case SIGWINCH:
        core_console_signal(info->ssi_signo);
        break;
    default: /* SIGPIPE: the write has failed already */
        break;
    }
}

static void take_interrupts(struct watch *w, u32 events)
{
    struct signalfd_siginfo info[8];

    (void)w;
    (void)events;
    ssize_t n = read(signal_fd, info, sizeof info);
    for (ssize_t i = 0; n > 0 && i < n / (ssize_t)sizeof info[0]; i++)
        interrupt(&info[i]);
}

i64 interrupts_open(void)
{
    struct sigaction quiet = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDSTOP};
    sigset_t set;

    sigaction(SIGCHLD, &quiet, NULL);
    sigemptyset(&set);
    for (size_t i = 0; i < interrupt_signals_len; i++)
        sigaddset(&set, interrupt_signals[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signal_fd < 0)
        return -errno;
    signal_watch.ready = take_interrupts;
    return loop_add(signal_fd, &signal_watch, EPOLLIN);
}
