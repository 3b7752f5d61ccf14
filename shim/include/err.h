#ifndef _ERR_H
#define _ERR_H

#include <features.h>
#define __need___va_list
#include <stdarg.h>

__BEGIN_DECLS
void warn(const char *, ...) __printf_like(1, 2);
void vwarn(const char *, __gnuc_va_list) __printf_like(1, 0);
void warnx(const char *, ...) __printf_like(1, 2);
void vwarnx(const char *, __gnuc_va_list) __printf_like(1, 0);
__noreturn void err(int, const char *, ...) __printf_like(2, 3);
__noreturn void verr(int, const char *, __gnuc_va_list) __printf_like(2, 0);
__noreturn void errx(int, const char *, ...) __printf_like(2, 3);
__noreturn void verrx(int, const char *, __gnuc_va_list) __printf_like(2, 0);
#if __UMK_EXT
/* the same with an error number in the place of errno */
void warnc(int, const char *, ...) __printf_like(2, 3);
void vwarnc(int, const char *, __gnuc_va_list) __printf_like(2, 0);
__noreturn void errc(int, int, const char *, ...) __printf_like(3, 4);
__noreturn void verrc(int, int, const char *, __gnuc_va_list) __printf_like(3, 0);
#endif
__END_DECLS

#endif
