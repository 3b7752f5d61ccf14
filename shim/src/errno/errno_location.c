/* Where errno lives: in the thread block. */
#include <errno.h>
#include "shim/src/internal/thread.h"

_Static_assert(EWOULDBLOCK == RX_EWOULDBLOCK && EDEADLOCK == RX_EDEADLOCK && ERSVD == RX_ERRNO_MAX,
               "<errno.h> and the ABI differ");

int *__errno_location(void)
{
    return &__umk_self()->errno_value;
}
