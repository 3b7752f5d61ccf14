/*
 * Formats of any text for the scanf engine, on input of any text; a newline parts them. Every
 * argument is the address of one area, large enough for the longest input as wide characters, so
 * that the sanitizer sees what goes beyond it. What is read may never be more than there is, a
 * result lies between EOF and the number of conversions, and the same call gives it again.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* the host's library has functions of these names */
#define vfscanf u_vfscanf
#define fscanf u_fscanf
#define vscanf u_vscanf
#define scanf u_scanf
#define vsscanf u_vsscanf
#define sscanf u_sscanf
#define ungetc u_ungetc

#include "shim/src/number/fp_power.c"
#include "shim/src/number/fp_exact.c"
/* both have a static function of this name */
#define bit_length bit_length_of_round
#include "shim/src/number/fp_round.c"
#undef bit_length
#include "shim/src/number/fp_decimal.c"
#include "shim/src/number/strtofp.c"
#include "shim/src/unicode/utf8.c"
#include "shim/src/scanf/spec.c"
#include "shim/src/scanf/integer.c"
#include "shim/src/scanf/float.c"
#define make_room make_text_room
#include "shim/src/scanf/text.c"
#include "shim/src/scanf/vfscanf.c"
#include "shim/src/scanf/vsscanf.c"

_Thread_local struct umk_thread __umk_test_thread;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define INPUT_MAX 64u
#define FORMAT_MAX 40u

static _Alignas(16) char area[(INPUT_MAX + 2) * sizeof(wchar_t)];

/* What streams need of the rest of the library. */
int __umk_underflow(FILE *f)
{
    i64 n = f->ops->read(f, f->buf, f->buf_size);

    if (n <= 0)
        return EOF;
    f->rpos = f->buf;
    f->rend = f->buf + n;
    return *f->rpos++;
}

int u_ungetc(int c, FILE *f)
{
    if (f->rpos == f->buf - UNGET_MAX)
        abort();
    *--f->rpos = (u8)c;
    return c;
}

/* A stream over a string takes no lock. */
void __umk_lock_slow(u32 *word)
{
    (void)word;
    abort();
}

void __umk_lock_wake(u32 *word)
{
    (void)word;
    abort();
}

/* More than any format of FORMAT_MAX bytes can take, but for those that name one by number. */
#define A area
#define EIGHT A, A, A, A, A, A, A, A
static int scan_all(const char *input, const char *format)
{
    return u_sscanf(input, format, EIGHT, EIGHT, EIGHT, EIGHT, EIGHT);
}

/* No m, which would leave memory at the area's start, and no argument of two digits. */
static bool usable(const char *format)
{
    for (const char *p = format; *p; p++)
        if (*p == 'm' || (*p == '$' && p > format + 1 && p[-1] >= '0' && p[-1] <= '9' &&
                          p[-2] >= '0' && p[-2] <= '9'))
            return false;
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = memchr(data, '\n', size);
    size_t format_len = newline ? (size_t)(newline - data) : size;

    if (format_len > FORMAT_MAX || size - format_len > INPUT_MAX)
        return 0;
    char *format = strndup((const char *)data, format_len);
    char *input =
        strndup(newline ? (const char *)newline + 1 : "", newline ? size - format_len - 1 : 0);
    if (usable(format)) {
        int n = scan_all(input, format);
        if (n < EOF || n > (int)format_len || n != scan_all(input, format))
            abort();
    }
    free(format);
    free(input);
    return 0;
}
