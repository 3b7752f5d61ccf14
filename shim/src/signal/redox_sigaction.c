/* The signal functions of Redox's stable interface: POSIX's, with the error as the result. */
#include <errno.h>
#include <signal.h>
#include "redox/redox.h"

size_t redox_sigaction_v1(u32 sig, const struct sigaction *act, struct sigaction *old)
{
    return sigaction((int)sig, act, old) ? (size_t) - (i64)errno : 0;
}

size_t redox_sigprocmask_v1(u32 how, const u64 *set, u64 *old)
{
    return sigprocmask((int)how, (const sigset_t *)set, (sigset_t *)old) ? (size_t) - (i64)errno
                                                                         : 0;
}
