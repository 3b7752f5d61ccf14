/*
 * Which names the headers show. Without a feature macro and without -std=cNN everything is
 * shown; _POSIX_C_SOURCE or _XOPEN_SOURCE alone shows the standard's names only.
 */
#ifndef _FEATURES_H
#define _FEATURES_H

#if defined(_GNU_SOURCE) || defined(_BSD_SOURCE) || defined(_DEFAULT_SOURCE) || \
    defined(_ALL_SOURCE) || defined(_NETBSD_SOURCE) || defined(__EXTENSIONS__)
#define __UMK_EXT 1
#elif !defined(_POSIX_C_SOURCE) && !defined(_POSIX_SOURCE) && !defined(_XOPEN_SOURCE) && \
    !defined(__STRICT_ANSI__)
#define __UMK_EXT 1
#else
#define __UMK_EXT 0
#endif

#if __UMK_EXT || defined(_XOPEN_SOURCE)
#define __UMK_XSI 1
#else
#define __UMK_XSI 0
#endif

#if __UMK_XSI || defined(_POSIX_C_SOURCE) || defined(_POSIX_SOURCE)
#define __UMK_POSIX 1
#else
#define __UMK_POSIX 0
#endif

#include <sys/cdefs.h>

#endif
