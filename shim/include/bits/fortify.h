/*
 * _FORTIFY_SOURCE: calls whose buffer the compiler knows go to functions that check its size, and
 * end the program before they would write beyond it. Levels above 2 are as 2.
 */
#ifndef _BITS_FORTIFY_H
#define _BITS_FORTIFY_H

#include <features.h>

#if defined(_FORTIFY_SOURCE) && _FORTIFY_SOURCE > 0 && defined(__OPTIMIZE__) && __OPTIMIZE__ > 0
#define __UMK_FORTIFY 1
/* The whole object for functions on memory; for strings the member, from level 2 on. */
#define __umk_room0(p) __builtin_object_size(p, 0)
#define __umk_room(p) __builtin_object_size(p, _FORTIFY_SOURCE > 1)
/* Replaces the function where it is inlined, and is never a definition of it. */
#define __umk_checked \
    extern __inline__ __attribute__((__always_inline__, __gnu_inline__, __artificial__))
#else
#define __UMK_FORTIFY 0
#endif

#endif
