#ifndef _SIGNAL_H
#define _SIGNAL_H

#include <features.h>

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGIOT SIGABRT
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGSTKFLT 16
#define SIGCHLD 17
#define SIGCLD SIGCHLD
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGIO 29
#define SIGPOLL SIGIO
#define SIGPWR 30
#define SIGSYS 31
/* 33 and 34 are the library's own: cancellation and timers. */
#define SIGRTMIN 35
#define SIGRTMAX 64
#define NSIG 65
#define _NSIG NSIG

typedef int sig_atomic_t;

#define SIG_DFL ((void (*)(int))0)
#define SIG_IGN ((void (*)(int))1)
#define SIG_ERR ((void (*)(int)) - 1)
#define SIG_HOLD ((void (*)(int))2)

__BEGIN_DECLS
int raise(int);
void (*signal(int, void (*)(int)))(int);
__END_DECLS

#if __UMK_POSIX
#include <sys/types.h>
#include <bits/siginfo.h>
#include <bits/sigset.h>
#include <bits/timespec.h>

#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SA_NOCLDWAIT 0x00000002
#define SA_RESTORER 0x00000004
#define SA_SIGINFO 0x02000000
#define SA_ONSTACK 0x04000000
#define SA_RESTART 0x08000000
#define SA_NODEFER 0x10000000
#define SA_NOMASK SA_NODEFER
#define SA_RESETHAND 0x20000000
#define SA_ONESHOT SA_RESETHAND
#define SA_NOCLDSTOP 0x40000000

#define SI_QUEUE (-1)
#define SI_USER 0
#define SI_TIMER 1
#define SI_ASYNCIO 2
#define SI_MESGQ (-3)
#define SI_TKILL (-6)
#define SI_KERNEL 128

#define ILL_ILLOPC 1
#define ILL_ILLOPN 2
#define ILL_ILLADR 3
#define ILL_ILLTRP 4
#define ILL_PRVOPC 5
#define ILL_PRVREG 6
#define ILL_COPROC 7
#define ILL_BADSTK 8
#define FPE_INTDIV 1
#define FPE_INTOVF 2
#define FPE_FLTDIV 3
#define FPE_FLTOVF 4
#define FPE_FLTUND 5
#define FPE_FLTRES 6
#define FPE_FLTINV 7
#define FPE_FLTSUB 8
#define SEGV_MAPERR 1
#define SEGV_ACCERR 2
#define BUS_ADRALN 1
#define BUS_ADRERR 2
#define BUS_OBJERR 3
#define TRAP_BRKPT 1
#define TRAP_TRACE 2

#define SS_ONSTACK 1
#define SS_DISABLE 2
#define MINSIGSTKSZ 2048
#define SIGSTKSZ 8192

#define SIGEV_SIGNAL 0
#define SIGEV_NONE 1
#define SIGEV_THREAD 2

struct sigaction {
    union {
        void (*__handler)(int);
        void (*__action)(int, siginfo_t *, void *);
    } __sa;
    int sa_flags;
    void (*sa_restorer)(void);
    sigset_t sa_mask;
};
#define sa_handler __sa.__handler
#define sa_sigaction __sa.__action

typedef struct {
    void *ss_sp;
    int ss_flags;
    size_t ss_size;
} stack_t;

/* Registers at the point of interruption; all zero where the machine does not tell. */
typedef struct {
    unsigned char __ymm_high[256];
    unsigned char __fx[464];
    unsigned long __r15, __r14, __r13, __r12, __rbp, __rbx, __r11, __r10, __r9, __r8, __rax, __rcx,
        __rdx, __rsi, __rdi, __rflags, __rip, __rsp;
} mcontext_t;

typedef struct __ucontext {
    unsigned long __pad;
    struct __ucontext *uc_link;
    stack_t uc_stack;
    sigset_t uc_sigmask;
    unsigned long __value;
    unsigned int __code;
    unsigned int __number;
    mcontext_t uc_mcontext;
} ucontext_t;

struct sigevent {
    union sigval sigev_value;
    int sigev_signo;
    int sigev_notify;
    void (*sigev_notify_function)(union sigval);
    pthread_attr_t *sigev_notify_attributes;
};

__BEGIN_DECLS
int kill(pid_t, int);
int killpg(pid_t, int);
void psiginfo(const siginfo_t *, const char *);
void psignal(int, const char *);
int pthread_kill(pthread_t, int);
int pthread_sigmask(int, const sigset_t *__restrict, sigset_t *__restrict);
int sigaction(int, const struct sigaction *__restrict, struct sigaction *__restrict);
int sigaddset(sigset_t *, int);
int sigaltstack(const stack_t *__restrict, stack_t *__restrict);
int sigdelset(sigset_t *, int);
int sigemptyset(sigset_t *);
int sigfillset(sigset_t *);
int sighold(int);
int sigignore(int);
int siginterrupt(int, int);
int sigismember(const sigset_t *, int);
int sigpause(int);
int sigpending(sigset_t *);
int sigprocmask(int, const sigset_t *__restrict, sigset_t *__restrict);
int sigqueue(pid_t, int, union sigval);
int sigrelse(int);
#define SIG2STR_MAX 16 /* bytes of a name, NUL included */
int sig2str(int, char *);
int str2sig(const char *__restrict, int *__restrict);
void (*sigset(int, void (*)(int)))(int);
int sigsuspend(const sigset_t *);
int sigtimedwait(const sigset_t *__restrict, siginfo_t *__restrict,
                 const struct timespec *__restrict);
int sigwait(const sigset_t *__restrict, int *__restrict);
int sigwaitinfo(const sigset_t *__restrict, siginfo_t *__restrict);
#if __UMK_EXT
typedef void (*sighandler_t)(int);
typedef void (*sig_t)(int);
int sigandset(sigset_t *, const sigset_t *, const sigset_t *);
int sigisemptyset(const sigset_t *);
int sigorset(sigset_t *, const sigset_t *, const sigset_t *);
#define sigmask(sig) (1ul << ((sig)-1))
#endif
__END_DECLS
#endif

#endif
