/*
 * From libredox's results (a value or a negative errno) to POSIX's (-1 and errno). This is
 * the only place where results become errno.
 */
#ifndef SHIM_INTERNAL_RESULT_H
#define SHIM_INTERNAL_RESULT_H

#include "shim/src/internal/thread.h"

static inline i64 __umk_fail(int error)
{
    __umk_self()->errno_value = error;
    return -1;
}

/* result as a POSIX function returns it */
static inline i64 __umk_result(i64 result)
{
    if (!RX_IS_ERR(result))
        return result;
    return __umk_fail((int)-result);
}

#endif
