/* Powers of five for the quick ways between binary and decimal. */
#ifndef SHIM_NUMBER_FP_POWER_H
#define SHIM_NUMBER_FP_POWER_H

#include "shim/src/internal/thread.h"

/* Whether n lies within the table. */
bool __umk_fp_has_power(long n) __umk_hidden;
/*
 * The upper 128 bits of 5^n, at most 3 too small, normalized; *exponent is that of their
 * lowest bit.
 */
unsigned __int128 __umk_fp_power_of_5(int n, int *exponent) __umk_hidden;

#endif
