/*
 * Text into a bounded buffer, for logs and the text files of the sys scheme.
 * Conversions: %s %u %d %x %c %% with width, '-', '0' and the length l. Never writes past
 * the end; len counts what would have been written, like snprintf.
 */
#ifndef UMK_CORE_FMT_H
#define UMK_CORE_FMT_H

#include "umk/abi/types.h"

struct fmt {
    char *buf;
    size_t size;
    size_t len;
};

__attribute__((format(printf, 2, 3))) void fmt_add(struct fmt *f, const char *format, ...);
void fmt_vadd(struct fmt *f, const char *format, __builtin_va_list args);

#endif
