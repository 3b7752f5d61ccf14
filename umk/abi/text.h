/*
 * What text may be a path: UTF-8 without a NUL (shortest forms, no surrogates). The kernel checks
 * the paths that it passes on, a server those that come to it over a channel.
 */
#ifndef UMK_ABI_TEXT_H
#define UMK_ABI_TEXT_H

#include "umk/abi/types.h"

/* p must not change meanwhile: a copy of what others can write. */
static inline bool text_is_path(const u8 *p, size_t n)
{
    for (size_t i = 0; i < n;) {
        u32 c = p[i], len = c < 0x80                ? 1
                            : c >= 0xC2 && c < 0xE0 ? 2
                            : (c >> 4) == 0xE       ? 3
                            : c >= 0xF0 && c < 0xF5 ? 4
                                                    : 0;
        u32 value = len == 1 ? c : c & (0x7Fu >> len);

        if (c == 0 || len == 0 || n - i < len)
            return false;
        for (u32 k = 1; k < len; k++) {
            if ((p[i + k] & 0xC0) != 0x80)
                return false;
            value = value << 6 | (p[i + k] & 0x3Fu);
        }
        if ((len == 3 && (value < 0x800 || (value >= 0xD800 && value < 0xE000))) ||
            (len == 4 && (value < 0x10000 || value > 0x10FFFF)))
            return false;
        i += len;
    }
    return true;
}

#endif
