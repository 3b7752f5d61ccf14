/* Small macros that the other headers use. */
#ifndef _SYS_CDEFS_H
#define _SYS_CDEFS_H

#ifdef __cplusplus
#define __BEGIN_DECLS extern "C" {
#define __END_DECLS }
#define __restrict __restrict__
#else
#define __BEGIN_DECLS
#define __END_DECLS
#endif

#define __P(args) args
#define __CONCAT(a, b) a##b
#define __STRING(x) #x

#define __noreturn __attribute__((__noreturn__))
#define __printf_like(fmt, args) __attribute__((__format__(__printf__, fmt, args)))
#define __scanf_like(fmt, args) __attribute__((__format__(__scanf__, fmt, args)))
#define __malloc_like __attribute__((__malloc__, __warn_unused_result__))

#endif
