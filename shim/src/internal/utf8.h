/*
 * UTF-8 whatever the locale is, for the wide functions, whose text passes through the engines for
 * bytes; and what the locale says of the bytes of ordinary text.
 */
#ifndef SHIM_INTERNAL_UTF8_H
#define SHIM_INTERNAL_UTF8_H

#include <wchar.h>
#include "shim/src/internal/thread.h"

/* As mbrtowc (with a state, and s not NULL) and wcrtomb (with s not NULL) in a UTF-8 locale. */
size_t __umk_utf8_decode(wchar_t *out, const char *s, size_t n, mbstate_t *state) __umk_hidden;
size_t __umk_utf8_encode(char *s, wchar_t wide) __umk_hidden;

/* All of a wide string as UTF-8, from malloc; NULL and errno. */
char *__umk_utf8_narrow(const wchar_t *s) __umk_hidden;
/* A UTF-8 string as at most n wide characters, as mbstowcs; out may be NULL. */
size_t __umk_utf8_widen(wchar_t *out, const char *s, size_t n) __umk_hidden;

/* The calling thread's locale is C: every byte is a character. */
bool __umk_locale_is_bytes(void) __umk_hidden;

/*
 * Bytes beyond ASCII as characters of the C locale: 0xdf80 to 0xdfff, which are no characters of
 * Unicode, so that they belong to no class and none is taken for a letter of Latin-1.
 */
#define UMK_BYTE_CHARACTER(byte) (0xdf00u | (u8)(byte))

static inline bool umk_is_byte_character(u32 c)
{
    return c >= 0xdf80 && c <= 0xdfff;
}

#endif
