/* A failed assertion: one line on standard error, then abort. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <errno.h>

_Noreturn void __assert_fail(const char *expression, const char *file, int line, const char *fn)
{
    fflush(stdout);
    fprintf(stderr, "%s: %s:%d: %s: assertion failed: %s\n", program_invocation_short_name, file,
            line, fn, expression);
    abort();
}
