/* GNU's error(). */
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned int error_message_count;

void error(int status, int number, const char *format, ...)
{
    va_list args;

    fflush(stdout);
    fprintf(stderr, "%s: ", program_invocation_name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    if (number)
        fprintf(stderr, ": %s", strerror(number));
    putc('\n', stderr);
    error_message_count++;
    if (status)
        exit(status);
}
