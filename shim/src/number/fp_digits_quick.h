/* The quick way to few digits. */
#ifndef SHIM_NUMBER_FP_DIGITS_QUICK_H
#define SHIM_NUMBER_FP_DIGITS_QUICK_H

#include "shim/src/internal/fp.h"

/* As __umk_fp_to_digits; false when it cannot tell. */
bool __umk_fp_quick_digits(struct fp_parts value, bool fixed, int places,
                           struct fp_digits *out) __umk_hidden;

#endif
