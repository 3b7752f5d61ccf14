/* umask: the process's own state, handed down through exec and spawn. */
#include <sys/stat.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/internal/start.h"

#define UNSET UINT32_MAX /* still what the process started with */

static u32 mask = UNSET;

u32 __umk_umask_get(void)
{
    u32 m = __atomic_load_n(&mask, __ATOMIC_RELAXED);

    return m == UNSET ? __umk_start->umask & 0777 : m;
}

mode_t umask(mode_t new_mask)
{
    u32 old = __atomic_exchange_n(&mask, (u32)new_mask & 0777, __ATOMIC_RELAXED);

    return (mode_t)(old == UNSET ? __umk_start->umask & 0777 : old);
}
