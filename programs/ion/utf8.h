/*
 * UTF-8 text: code points, grapheme clusters, case, white space. Bytes that are no UTF-8 count as
 * one character each, so every function is total.
 */
#ifndef ION_UTF8_H
#define ION_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Decodes one code point of at most n > 0 bytes; its length goes to *len. */
uint32_t utf8_get(const char *s, size_t n, size_t *len);

/* At most 4 bytes; returns how many. */
size_t utf8_put(uint32_t c, char out[4]);

/* True when all of it is valid UTF-8; else *bad is where the first wrong byte is. */
bool utf8_valid(const char *s, size_t n, size_t *bad);

/* Bytes of the first grapheme cluster of n > 0 bytes. */
size_t utf8_grapheme(const char *s, size_t n);
size_t utf8_graphemes(const char *s, size_t n);

bool utf8_is_space(uint32_t c);
/* Letters and `_`; with digits. */
bool utf8_starts_name(uint32_t c);
bool utf8_in_name(uint32_t c);

uint32_t utf8_lower(uint32_t c);
uint32_t utf8_upper(uint32_t c);

/* Columns on a terminal: 0, 1 or 2. */
int utf8_width(uint32_t c);

#endif
