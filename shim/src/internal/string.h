/* String functions under internal names: a standard function may not call a non-standard one by
 * its public name, which a program is free to define. */
#ifndef SHIM_INTERNAL_STRING_H
#define SHIM_INTERNAL_STRING_H

#include <string.h>
#include "shim/src/internal/thread.h"

char *__umk_strchrnul(const char *s, int c) __umk_hidden;
void *__umk_memrchr(const void *s, int c, size_t n) __umk_hidden;
/* A set of bytes as 256 bits, filled from a string. */
struct byte_set {
    u64 bits[4];
};

static inline struct byte_set __umk_byte_set(const char *members)
{
    struct byte_set set = {{0}};

    for (const u8 *p = (const u8 *)members; *p; p++)
        set.bits[*p >> 6] |= 1ull << (*p & 63);
    return set;
}

static inline bool __umk_in_set(const struct byte_set *set, u8 c)
{
    return set->bits[c >> 6] >> (c & 63) & 1;
}

#endif
