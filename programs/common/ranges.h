/* Lists of numbers such as "1,3-5,7-", for cut. */
#ifndef COMMON_RANGES_H
#define COMMON_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct range_item {
    uint64_t first;
    uint64_t last; /* included */
};

struct ranges {
    struct range_item *items;
    size_t count;
    size_t cap;
};

/* Numbers count from 1. False when the list is not well formed. */
bool ranges_parse(const char *text, struct ranges *out);
bool ranges_have(const struct ranges *r, uint64_t n);

#endif
