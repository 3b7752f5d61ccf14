/* Runs the chooser of an indirect function: code of a file that was just loaded. */
#include "shim/ldso/dso.h"

u64 __umk_dl_choose(u64 chooser)
{
    u64 (*choose)(void) = (u64(*)(void))(uintptr_t)chooser;

    return choose();
}
