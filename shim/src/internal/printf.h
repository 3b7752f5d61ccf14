/*
 * The engine behind all printf functions: it parses a format and puts bytes into a sink.
 */
#ifndef SHIM_INTERNAL_PRINTF_H
#define SHIM_INTERNAL_PRINTF_H

#include <stdarg.h>
#include <stddef.h>
#include "shim/src/internal/thread.h"

/* Where output goes: first into pos..end, and when that is full to the overflow function. */
struct sink {
    char *pos, *end;
    u64 total; /* bytes put so far, taken or not */
    bool failed;
    bool characters; /* widths and precisions of text count characters, not bytes */
    /* Takes bytes for which there is no room; may empty the buffer and reset pos. */
    void (*overflow)(struct sink *s, const char *data, size_t len);
    void *target;
};

static inline void __umk_put(struct sink *s, const char *data, size_t len)
{
    s->total += len;
    if (__builtin_expect(len <= (size_t)(s->end - s->pos), 1)) {
        __builtin_memcpy(s->pos, data, len);
        s->pos += len;
    } else {
        s->overflow(s, data, len);
    }
}

/* count times the same byte */
void __umk_pad(struct sink *s, char c, i64 count) __umk_hidden;

#define P_LEFT 1u
#define P_PLUS 2u
#define P_SPACE 4u
#define P_ALT 8u
#define P_ZERO 16u
#define P_GROUP 32u
#define P_NEGATIVE 64u /* the number is negative: set by the converter */

enum length { LEN_NONE, LEN_HH, LEN_H, LEN_L, LEN_LL, LEN_LONG_DOUBLE };

/* One conversion, parsed. */
struct spec {
    u32 flags; /* P_* */
    int width;
    int precision; /* -1: none given */
    enum length length;
    char conversion;
    /* positional arguments: numbers from 1; 0: the next one */
    int arg, width_arg, precision_arg;
    bool width_star, precision_star;
};

/* Parses after the percent sign. Result: the end, or NULL and errno: EINVAL, or EOVERFLOW where a
 * number is too large. */
const char *__umk_parse_spec(const char *p, struct spec *out) __umk_hidden;

union arg {
    u64 integer;
    double number;
    long double long_number;
    void *pointer;
};

/* What va_arg must fetch for a conversion. */
enum arg_type {
    ARG_NONE,
    ARG_INT,
    ARG_LONG,
    ARG_DOUBLE,
    ARG_LONG_DOUBLE,
    ARG_POINTER,
};
enum arg_type __umk_arg_type(const struct spec *spec) __umk_hidden;
struct va {
    va_list list; /* in a struct, so that it can be passed by address */
};
void __umk_arg_fetch(struct va *va, enum arg_type type, union arg *out) __umk_hidden;
#define POSITIONAL_MAX 64
/* Fetches all arguments of a format that uses n$. 0, or -1 with EINVAL. */
int __umk_args_positional(const char *format, struct va *va,
                          union arg args[POSITIONAL_MAX + 1]) __umk_hidden;

/* Converters. Each reads its argument and puts the padded result. */
void __umk_print_integer(struct sink *s, const struct spec *spec, u64 value) __umk_hidden;
void __umk_print_float(struct sink *s, const struct spec *spec,
                       const union arg *value) __umk_hidden;
void __umk_print_hex_float(struct sink *s, const struct spec *spec, long double value) __umk_hidden;
void __umk_print_string(struct sink *s, const struct spec *spec, const char *text) __umk_hidden;
void __umk_print_wide(struct sink *s, const struct spec *spec, const wchar_t *text) __umk_hidden;
/* Pads a body with a prefix (sign, 0x) in front: spaces, prefix, zeros, body, spaces. */
void __umk_print_padded(struct sink *s, const struct spec *spec, const char *prefix,
                        size_t prefix_len, i64 zeros, const char *body,
                        size_t body_len) __umk_hidden;

/* The engine. False, with errno, when the format is wrong; errors of the sink are its own. */
bool __umk_format(struct sink *s, const char *format, va_list args) __umk_hidden;

#endif
