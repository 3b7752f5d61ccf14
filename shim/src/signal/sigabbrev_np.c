/* GNU's names and texts of signals: NULL for a number that is none. */
#include <string.h>
#include "shim/src/signal/names.h"

const char *sigabbrev_np(int sig)
{
    return sig > 0 && sig < 32 ? __umk_signal_names[sig] : NULL;
}

const char *sigdescr_np(int sig)
{
    return sig > 0 && sig < 32 ? strsignal(sig) : NULL;
}
