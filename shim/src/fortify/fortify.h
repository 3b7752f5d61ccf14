/*
 * What programs built with _FORTIFY_SOURCE call in the place of the plain functions: room is the
 * size of the object that is written to, SIZE_MAX when the compiler does not know it. The library
 * itself is never built with it.
 */
#ifndef SHIM_FORTIFY_FORTIFY_H
#define SHIM_FORTIFY_FORTIFY_H

#include "shim/src/internal/thread.h"

/* Ends the program when n bytes do not fit. */
static inline void __umk_fit(size_t n, size_t room)
{
    if (__builtin_expect(n > room, 0))
        rx_panic("buffer overflow detected");
}

#endif
