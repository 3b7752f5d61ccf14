/* Integers from text, for strtol's family and scanf. */
#ifndef SHIM_INTERNAL_NUMBER_H
#define SHIM_INTERNAL_NUMBER_H

#include "shim/src/internal/thread.h"

struct parsed_integer {
    u64 magnitude;
    bool negative;
    bool overflow; /* magnitude does not fit 64 bits */
    bool bad_base;
    const char *end; /* NULL: there is no number */
};

/* Skips space, takes a sign, a prefix as base asks, and digits. */
struct parsed_integer __umk_parse_integer(const char *s, int base) __umk_hidden;

/* The value as a signed or unsigned 64-bit number with strtol's treatment of errors. */
i64 __umk_parsed_signed(const struct parsed_integer *p) __umk_hidden;
u64 __umk_parsed_unsigned(const struct parsed_integer *p) __umk_hidden;

#endif
