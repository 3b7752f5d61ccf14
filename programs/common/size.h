/* Sizes and counts as text: "1.5K" out, "10M" in. */
#ifndef COMMON_SIZE_H
#define COMMON_SIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIZE_TEXT_MAX 32

/* Powers of `base` (1024 or 1000), rounded up, as GNU's -h prints: 0, 999, 1.0K, 10K, 1.5M. */
void size_human(uint64_t bytes, unsigned base, char out[SIZE_TEXT_MAX]);

/*
 * A decimal number with an optional multiplier: b 512, K/KiB 1024, kB/KB 1000, M, G, T, P, E.
 * The whole text must be used. False when it is no number or too big.
 */
bool size_parse(const char *text, uint64_t *out);

/* The same without multipliers. */
bool number_parse(const char *text, uint64_t *out);
bool signed_parse(const char *text, int64_t *out);

#endif
