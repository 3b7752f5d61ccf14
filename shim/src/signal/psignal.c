/* psignal, psiginfo. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "shim/src/internal/thread.h"

void psignal(int sig, const char *prefix)
{
    int saved = __umk_self()->errno_value;

    if (prefix && *prefix)
        fprintf(stderr, "%s: %s\n", prefix, strsignal(sig));
    else
        fprintf(stderr, "%s\n", strsignal(sig));
    __umk_self()->errno_value = saved;
}

void psiginfo(const siginfo_t *info, const char *prefix)
{
    psignal(info->si_signo, prefix);
}
