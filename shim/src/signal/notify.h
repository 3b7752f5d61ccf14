/* What a struct sigevent asks for when the awaited has happened. */
#ifndef SHIM_SIGNAL_NOTIFY_H
#define SHIM_SIGNAL_NOTIFY_H

#include <signal.h>
#include "shim/src/internal/thread.h"

/* A copy of what must be done, since the owner of the sigevent may have let go of it. */
struct notice {
    int notify; /* SIGEV_* */
    int signo;
    union sigval value;
    void (*function)(union sigval);
};

/* False: no such kind of notification or no such signal. Signal 0, as in a record of zeros, is
 * none. */
bool __umk_notice_valid(const struct sigevent *event) __umk_hidden;
/* event may be NULL: nothing is to be done. */
struct notice __umk_notice_of(const struct sigevent *event) __umk_hidden;
/* Sends the signal, or starts the thread; without memory for that nothing happens. */
void __umk_notify(const struct notice *n) __umk_hidden;

#endif
