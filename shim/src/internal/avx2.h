/*
 * The long loops of the string functions with vectors of 32 bytes. Only for callers whom
 * __umk_avx2() has answered yes.
 */
#ifndef SHIM_INTERNAL_AVX2_H
#define SHIM_INTERNAL_AVX2_H

#include "shim/src/internal/thread.h"

/* n >= 128; d below s or apart from it by n */
void __umk_avx2_copy_up(char *d, const char *s, size_t n) __umk_hidden;
/* n >= 64 */
void __umk_avx2_set(char *d, int c, size_t n) __umk_hidden;
/* The first zero at or after p, which is aligned to 64; the blocks around it are readable. */
const char *__umk_avx2_find_zero(const char *p) __umk_hidden;
/* The first byte c from p, aligned to 64, or something at or beyond end. */
const char *__umk_avx2_find(const char *p, const char *end, int c) __umk_hidden;
/* Equal bytes at the start, in whole blocks of 128, of n. */
size_t __umk_avx2_equal(const char *a, const char *b, size_t n) __umk_hidden;
/* The same for strings: stops before the block with a difference or the end of a. */
size_t __umk_avx2_string_equal(const char *a, const char *b, size_t n) __umk_hidden;

#endif
