/*
 * Functions of real numbers. Where the C library has no math.h only powers with integer exponents
 * are known, and the rest is reported as missing.
 */
#ifndef ION_REAL_H
#define ION_REAL_H

/* NaN when it cannot be worked out. */
double real_power(double base, double exponent);

/* log (base 10), ln, sin and so on; null when there is no such function. */
double (*real_function(const char *name))(double);

#endif
