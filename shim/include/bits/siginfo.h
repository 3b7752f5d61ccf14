/* siginfo_t and union sigval, which signal.h and sys/wait.h share. */
#ifndef _BITS_SIGINFO_H
#define _BITS_SIGINFO_H

#include <bits/types.h>

union sigval {
    int sival_int;
    void *sival_ptr;
};

typedef struct {
    int si_signo;
    int si_errno;
    int si_code;
    __pid_t si_pid;
    __uid_t si_uid;
    void *si_addr;
    int si_status;
    union sigval si_value;
} siginfo_t;

#define CLD_EXITED 1
#define CLD_KILLED 2
#define CLD_DUMPED 3
#define CLD_TRAPPED 4
#define CLD_STOPPED 5
#define CLD_CONTINUED 6

#endif
