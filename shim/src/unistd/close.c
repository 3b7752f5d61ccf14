/* close, closefrom. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/poll/counter.h"
#include "shim/src/pthread/cancel.h"

int close(int fd)
{
    __umk_cancel_enter();
    if (__umk_counter_close)
        __umk_counter_close(fd);
    i64 r = (i64)redox_close_v1(__umk_fd(fd));
    __umk_cancel_leave();
    return (int)__umk_result(r);
}

void closefrom(int first)
{
    /* Descriptors are dealt out lowest first, so a long run of free ones is the end. */
    int misses = 0;

    for (u64 fd = first < 0 ? 0 : (u64)first; fd < RX_FD_MAX && misses < 256; fd++)
        misses = RX_IS_ERR(redox_close_v1(fd)) ? misses + 1 : 0;
}
