/*
 * The engine behind all scanf functions. Input comes from a stream, a byte at a time with
 * one byte of push-back.
 */
#ifndef SHIM_INTERNAL_SCANF_H
#define SHIM_INTERNAL_SCANF_H

#include <limits.h>
#include <stdarg.h>
#include "shim/src/internal/stdio.h"

struct scan {
    FILE *file;
    u64 count;       /* bytes, or characters, consumed */
    bool characters; /* widths and %n count characters, not bytes: for the wide functions */
    i64 left;        /* bytes that the current conversion may still take */
};

enum scan_length { SCAN_HH, SCAN_H, SCAN_INT, SCAN_LONG, SCAN_LONG_DOUBLE };

struct scan_spec {
    char conversion;
    enum scan_length length;
    bool suppress; /* '*' */
    bool allocate; /* 'm' */
    i64 width;     /* 0: none given */
    int arg;       /* n$, 0: the next */
    struct {
        u64 bits[4];
    } set; /* of '[' */
};

/* The next byte, or EOF at the end of the input or of the conversion's width. */
static inline int __umk_scan_next(struct scan *s)
{
    if (s->left <= 0)
        return EOF;
    int c = __umk_getc(s->file);
    if (c != EOF) {
        s->left--;
        s->count += !s->characters || (c & 0xc0) != 0x80;
    }
    return c;
}

/* Gives back what __umk_scan_next gave last; EOF is allowed. */
static inline void __umk_scan_back(struct scan *s, int c)
{
    if (c == EOF)
        return;
    ungetc(c, s->file);
    s->left++;
    s->count -= !s->characters || (c & 0xc0) != 0x80;
}

/* The engine: matches the input with a format. Result: as scanf's. */
int __umk_scan(struct scan *s, const char *format, va_list args) __umk_hidden;
/* A stream over a string, on memory of the caller's: PIECE bytes at buf. */
#define SCAN_PIECE 256
FILE __umk_scan_string(const char *s, u8 buf[UNGET_MAX + SCAN_PIECE]) __umk_hidden;

enum scan_result {
    SCAN_OK,
    SCAN_MISMATCH,
    SCAN_END,   /* the input ended before the first byte */
    SCAN_ERROR, /* errno tells */
};

/* Converters: read as much as belongs to them, and store unless to is NULL. */
enum scan_result __umk_scan_integer(struct scan *s, const struct scan_spec *spec,
                                    void *to) __umk_hidden;
enum scan_result __umk_scan_float(struct scan *s, const struct scan_spec *spec,
                                  void *to) __umk_hidden;
enum scan_result __umk_scan_text(struct scan *s, const struct scan_spec *spec,
                                 void *to) __umk_hidden;
void __umk_scan_store(const struct scan_spec *spec, void *to, u64 value) __umk_hidden;
/* Parses after the percent sign. NULL: invalid. */
const char *__umk_scan_parse(const char *p, struct scan_spec *out) __umk_hidden;

#endif
