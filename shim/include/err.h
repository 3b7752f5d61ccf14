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
__END_DECLS

#endif
