/* Types of let and of function parameters: what they accept, and how values are made to fit. */
#ifndef ION_TYPES_H
#define ION_TYPES_H

#include "expand.h"

enum type_result {
    TYPE_FITS,
    TYPE_MISMATCH, /* *why says "expected ..." */
    TYPE_FAILED    /* an expansion failed; the shell has the failure */
};

/* Evaluates a word as a value of the type. On TYPE_FITS *out is the caller's. */
enum type_result type_take(struct shell *sh, const struct type *type, const struct word *w,
                           struct value *out, struct buf *why);

/* A text that is already expanded. */
enum type_result type_take_text(const struct type *type, const char *text, struct value *out,
                                struct buf *why);

/* int, [int], hmap[int], hmap[] for string maps, ... */
void type_name(const struct type *type, struct buf *out);

#endif
