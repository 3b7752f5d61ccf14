/* The other names of exec. */
#include <stdarg.h>
#include <unistd.h>
#include "shim/src/internal/result.h"

int execv(const char *path, char *const argv[])
{
    return execve(path, argv, environ);
}

int execvp(const char *file, char *const argv[])
{
    return execvpe(file, argv, environ);
}

/* How many arguments there are before the terminating null. */
static size_t count(va_list ap)
{
    size_t n = 0;

    while (va_arg(ap, char *))
        n++;
    return n;
}

/* Fills argv with first, the arguments, and NULL; room for n + 2. */
static void collect(char **argv, const char *first, size_t n, va_list ap)
{
    argv[0] = (char *)(uintptr_t)first;
    for (size_t i = 1; i <= n + 1; i++)
        argv[i] = va_arg(ap, char *);
}

int execl(const char *path, const char *arg, ...)
{
    va_list ap;

    va_start(ap, arg);
    size_t n = arg ? count(ap) : 0;
    va_end(ap);
    char *argv[n + 2];
    argv[0] = NULL;
    va_start(ap, arg);
    if (arg)
        collect(argv, arg, n, ap);
    va_end(ap);
    return execve(path, argv, environ);
}

int execlp(const char *file, const char *arg, ...)
{
    va_list ap;

    va_start(ap, arg);
    size_t n = arg ? count(ap) : 0;
    va_end(ap);
    char *argv[n + 2];
    argv[0] = NULL;
    va_start(ap, arg);
    if (arg)
        collect(argv, arg, n, ap);
    va_end(ap);
    return execvpe(file, argv, environ);
}

int execle(const char *path, const char *arg, ...)
{
    va_list ap;
    char *const *envp;

    va_start(ap, arg);
    size_t n = arg ? count(ap) : 0;
    va_end(ap);
    char *argv[n + 2];
    argv[0] = NULL;
    va_start(ap, arg);
    if (arg)
        collect(argv, arg, n, ap);
    envp = va_arg(ap, char *const *);
    va_end(ap);
    return execve(path, argv, envp);
}
