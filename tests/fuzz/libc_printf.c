/*
 * Formats of any text for the printf engine. Every argument is the address of a text, which serves
 * as number, string, wide string and %n's target alike. What is put must be what is counted,
 * whatever the room, and nothing goes beyond the buffer.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#define snprintf u_snprintf
#define vsnprintf u_vsnprintf
#define sprintf u_sprintf
#define vsprintf u_vsprintf

#include "shim/src/internal/string.h"
#include "shim/src/number/fp_power.c"
#include "shim/src/number/fp_digits.c"
#include "shim/src/number/fp_digits_quick.c"
#include "shim/src/unicode/utf8.c"
#include "shim/src/printf/spec.c"
#include "shim/src/printf/args.c"
#include "shim/src/printf/integer.c"
#include "shim/src/printf/string.c"
/* both have a static function of this name */
#define put_digits put_float_digits
#include "shim/src/printf/float.c"
#include "shim/src/printf/hex_float.c"
#include "shim/src/printf/format.c"
#include "shim/src/printf/vsnprintf.c"

_Thread_local struct umk_thread __umk_test_thread;

/* The library's own reads whole vectors, which the sanitizer does not like. */
char *__umk_strchrnul(const char *text, int c)
{
    while (*text && *text != (char)c)
        text++;
    return (char *)(uintptr_t)text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FORMAT_MAX 40
#define OUTPUT_MAX 8192

static union {
    u64 number[4];
    char text[32];
} argument;

/* As many as any format of FORMAT_MAX can name; the first eight doubles come in registers. */
#define A &argument
#define EIGHT A, A, A, A, A, A, A, A
static int print(char *out, size_t size, const char *format)
{
    strcpy(argument.text, "ab\xc3\xa9");
    return u_snprintf(out, size, format, 1.5, -0.0, 1e300, 5e-324, 1.0 / 3, 123456789.0, 2.5, 1e22,
                      EIGHT, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT);
}

/* No width or precision out of an argument, or of more than three digits: only time would pass. */
static bool usable(const char *format)
{
    unsigned digits = 0;

    /* one argument named with two types is whatever the last one makes of it */
    if (strchr(format, '$') && strpbrk(format, "sSn"))
        return false;
    for (; *format; format++) {
        digits = *format >= '0' && *format <= '9' ? digits + 1 : 0;
        /* nor an argument with a number of two digits: so many are not there */
        if (*format == '*' || digits > 3 || (digits > 1 && format[1] == '$'))
            return false;
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > FORMAT_MAX)
        return 0;
    size_t room = data[0];
    char *format = strndup((const char *)data + 1, size - 1);
    if (usable(format)) {
        /* exact room, so that the sanitizer sees a byte too many */
        char *cut_short = malloc(room + 1), *whole = malloc(OUTPUT_MAX);
        int n = print(cut_short, room, format), m = print(whole, OUTPUT_MAX, format);
        if (n != m || n < -1)
            abort();
        if (n >= 0 && room > 0) {
            size_t len = (size_t)n < room ? (size_t)n : room - 1;
            if (len < OUTPUT_MAX && (memcmp(cut_short, whole, len) != 0 || cut_short[len]))
                abort();
        }
        free(cut_short);
        free(whole);
    }
    free(format);
    return 0;
}
