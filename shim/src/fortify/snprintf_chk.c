/* The checked printf functions. The flag, which asks for checks of the format, is not used. */
#include <stdarg.h>
#include <stdio.h>
#include "shim/src/fortify/fortify.h"

int __vsnprintf_chk(char *, size_t, int, size_t, const char *, va_list);
int __snprintf_chk(char *, size_t, int, size_t, const char *, ...);
int __vsprintf_chk(char *, int, size_t, const char *, va_list);
int __sprintf_chk(char *, int, size_t, const char *, ...);

int __vsnprintf_chk(char *buf, size_t size, int flag, size_t room, const char *format, va_list args)
{
    (void)flag;
    __umk_fit(size, room);
    return vsnprintf(buf, size, format, args);
}

int __snprintf_chk(char *buf, size_t size, int flag, size_t room, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = __vsnprintf_chk(buf, size, flag, room, format, args);
    va_end(args);
    return n;
}

int __vsprintf_chk(char *buf, int flag, size_t room, const char *format, va_list args)
{
    (void)flag;
    int n = vsnprintf(buf, room < INT32_MAX ? room : INT32_MAX, format, args);
    if (n >= 0)
        __umk_fit((size_t)n + 1, room);
    return n;
}

int __sprintf_chk(char *buf, int flag, size_t room, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    int n = __vsprintf_chk(buf, flag, room, format, args);
    va_end(args);
    return n;
}
