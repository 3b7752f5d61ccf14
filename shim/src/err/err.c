/* <err.h>: messages to standard error, with the program's name and, mostly, errno's text. */
#include <err.h>
#include <stdarg.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print(const char *format, va_list args, const char *reason)
{
    flockfile(stderr);
    fprintf(stderr, "%s: ", program_invocation_short_name);
    if (format)
        vfprintf(stderr, format, args);
    if (reason)
        fprintf(stderr, "%s%s", format ? ": " : "", reason);
    putc('\n', stderr);
    funlockfile(stderr);
}

void vwarn(const char *format, va_list args)
{
    print(format, args, strerror(errno));
}

void vwarnc(int error, const char *format, va_list args)
{
    print(format, args, strerror(error));
}

void vwarnx(const char *format, va_list args)
{
    print(format, args, NULL);
}

_Noreturn void verr(int status, const char *format, va_list args)
{
    vwarn(format, args);
    exit(status);
}

_Noreturn void verrc(int status, int error, const char *format, va_list args)
{
    vwarnc(error, format, args);
    exit(status);
}

_Noreturn void verrx(int status, const char *format, va_list args)
{
    vwarnx(format, args);
    exit(status);
}

void warn(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vwarn(format, args);
    va_end(args);
}

void warnc(int error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vwarnc(error, format, args);
    va_end(args);
}

void warnx(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vwarnx(format, args);
    va_end(args);
}

_Noreturn void err(int status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vwarn(format, args);
    va_end(args);
    exit(status);
}

_Noreturn void errc(int status, int error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vwarnc(error, format, args);
    va_end(args);
    exit(status);
}

_Noreturn void errx(int status, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vwarnx(format, args);
    va_end(args);
    exit(status);
}
