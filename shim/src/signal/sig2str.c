/* sig2str, str2sig: names of signals without SIG; real-time ones as RTMIN+N and RTMAX-N. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/thread.h"
#include "shim/src/signal/names.h"

const char *const __umk_signal_names[32] = {
    NULL,   "HUP",  "INT",  "QUIT", "ILL",    "TRAP",   "ABRT",  "BUS",  "FPE",  "KILL", "USR1",
    "SEGV", "USR2", "PIPE", "ALRM", "TERM",   "STKFLT", "CHLD",  "CONT", "STOP", "TSTP", "TTIN",
    "TTOU", "URG",  "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH", "IO",   "PWR",  "SYS",
};

/* PREFIX and a number below 100, which is left out when it is zero. */
static void put_real_time(char *out, const char *prefix, char sign, int n)
{
    out = stpcpy(out, prefix);
    if (n == 0)
        return;
    *out++ = sign;
    if (n >= 10)
        *out++ = (char)('0' + n / 10);
    *out++ = (char)('0' + n % 10);
    *out = 0;
}

int sig2str(int sig, char *out)
{
    if (sig > 0 && sig < 32) {
        strlcpy(out, __umk_signal_names[sig], SIG2STR_MAX);
        return 0;
    }
    if (sig < SIGRTMIN || sig > SIGRTMAX)
        return -1;
    if (sig - SIGRTMIN <= SIGRTMAX - sig)
        put_real_time(out, "RTMIN", '+', sig - SIGRTMIN);
    else
        put_real_time(out, "RTMAX", '-', SIGRTMAX - sig);
    return 0;
}

/* A number of at most two digits from 1 on, which ends the text; -1: none. */
static int number(const char *s, int least)
{
    char *end;
    long n = strtol(s, &end, 10);

    return *s < '0' || *s > '9' || *end || n < least || n >= NSIG ? -1 : (int)n;
}

static int real_time(const char *s)
{
    bool low = strncmp(s, "RTMIN", 5) == 0;
    int n;

    if (!low && strncmp(s, "RTMAX", 5) != 0)
        return -1;
    if (!s[5])
        return low ? SIGRTMIN : SIGRTMAX;
    n = s[5] == (low ? '+' : '-') ? number(s + 6, 1) : -1;
    if (n < 0 || n > SIGRTMAX - SIGRTMIN)
        return -1;
    return low ? SIGRTMIN + n : SIGRTMAX - n;
}

int str2sig(const char *restrict s, int *restrict out)
{
    int sig = number(s, 1);

    for (int i = 1; sig < 0 && i < 32; i++)
        if (strcmp(s, __umk_signal_names[i]) == 0)
            sig = i;
    if (sig < 0)
        sig = strcmp(s, "POLL") == 0 ? SIGPOLL : real_time(s);
    if (sig < 0)
        return -1;
    *out = sig;
    return 0;
}
