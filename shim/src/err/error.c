/* GNU's error() and error_at_line(). */
#include <errno.h>
#include <error.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

unsigned int error_message_count;
int error_one_per_line;
void (*error_print_progname)(void);

static void introduce(void)
{
    fflush(stdout);
    if (error_print_progname)
        error_print_progname();
    else
        fprintf(stderr, "%s:", program_invocation_name);
}

static void finish(int status, int number, const char *format, va_list args)
{
    vfprintf(stderr, format, args);
    if (number)
        fprintf(stderr, ": %s", strerror(number));
    putc('\n', stderr);
    error_message_count++;
    if (status)
        exit(status);
}

void error(int status, int number, const char *format, ...)
{
    va_list args;

    introduce();
    if (!error_print_progname)
        putc(' ', stderr);
    va_start(args, format);
    finish(status, number, format, args);
    va_end(args);
}

void error_at_line(int status, int number, const char *file, unsigned int line, const char *format,
                   ...)
{
    static const char *last_file;
    static unsigned int last_line;
    va_list args;

    if (error_one_per_line && line == last_line && last_file &&
        (file == last_file || (file && strcmp(file, last_file) == 0)))
        return;
    last_file = file;
    last_line = line;
    introduce();
    if (file)
        fprintf(stderr, "%s:%u: ", file, line);
    else
        putc(' ', stderr);
    va_start(args, format);
    finish(status, number, format, args);
    va_end(args);
}
