/* A range of characters: the tables of classes and widths consist of them, in ascending order. */
#ifndef SHIM_UNICODE_RANGES_H
#define SHIM_UNICODE_RANGES_H

#include "shim/src/internal/thread.h"

struct char_range {
    u32 first, last;
};

#endif
