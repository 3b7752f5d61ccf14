/* Ranges: 1..5, 1...5, 1..=5, 0..2..10, a..f. */
#ifndef ION_RANGE_H
#define ION_RANGE_H

#include "mem.h"

#include <stdint.h>

struct range {
    int64_t first;
    int64_t step;
    uint64_t count;
    int width; /* zero padding, 0 for none */
    bool letters;
};

/* False when the text is not a range. */
bool range_parse(const char *text, struct range *r);

/* Appends member `i` < count. */
void range_member(const struct range *r, uint64_t i, struct buf *out);

/* All members as texts. */
void range_list(struct arena *a, const struct range *r, struct args *out);

#endif
