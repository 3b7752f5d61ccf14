/* Tab stops, for expand and unexpand. */
#ifndef COMMON_TABS_H
#define COMMON_TABS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tabs {
    uint64_t step;   /* every so many columns; 0: the stops count, and behind them each column */
    uint64_t *stops; /* rising */
    size_t count, cap;
};

/* "8" or "4,10,20". Ends the program when it is neither. */
void tabs_parse(struct tabs *t, const char *list);
/* The column of the next stop after `column`, both from 0. */
uint64_t tabs_next(const struct tabs *t, uint64_t column);
/* False behind the last stop of a list. */
bool tabs_is_stop(const struct tabs *t, uint64_t column);

#endif
