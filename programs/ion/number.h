/* Numbers of let: 128-bit integers and doubles, in text. */
#ifndef ION_NUMBER_H
#define ION_NUMBER_H

#include "syntax.h"

bool number_is_int(const char *text); /* optional sign, decimal digits, 64 bits */
bool number_is_float(const char *text);

/* Shortest text that reads back equal, always with a point or an exponent. */
void number_put_double(double value, struct buf *out);

/*
 * Appends `left op right` for the six arithmetic operators. Null, or what is wrong: an operand
 * that is no number, overflow, division by zero.
 */
const char *number_apply(enum assign_op op, const char *left, const char *right, struct buf *out);

#endif
