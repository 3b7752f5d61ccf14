/*
 * The character sets that iconv knows. Each decodes from bytes to code points and encodes back; a
 * set of single bytes is a table of the code points of 0x80 to 0xff.
 */
#ifndef SHIM_ICONV_CHARSETS_H
#define SHIM_ICONV_CHARSETS_H

#include "shim/src/internal/result.h"

#define DECODE_INVALID (-1)
#define DECODE_SHORT (-2)

struct charset {
    const char *names; /* each followed by a slash; compared without case and punctuation */
    /* Bytes used, or DECODE_*. n > 0. */
    int (*decode)(const struct charset *set, const u8 *in, size_t n, u32 *out);
    /* Bytes needed (at most 4), which are written if they fit; 0: the set lacks the character. */
    int (*encode)(const struct charset *set, u32 c, u8 *out, size_t room);
    const u16 *table; /* 128 code points, 0xffff: none */
    bool little;      /* of UTF-16 and UTF-32: byte order */
    bool mark;        /* decides the byte order by a mark, and writes one */
};

/* NULL: unknown. A suffix that begins with "//" is not part of the name. */
const struct charset *__umk_charset(const char *name) __umk_hidden;

#endif
