/* What the two kinds of methods share: subjects and arguments. */
#ifndef ION_METHOD_H
#define ION_METHOD_H

#include "expand.h"

/* The subject as text: a bare word names a string variable. Null on failure. */
const char *method_subject(struct shell *sh, const struct piece *p);

/* The subject as a list: a bare word names an array variable. */
int method_subject_list(struct shell *sh, const struct piece *p, struct args *out);

/* True when the subject is written as a list. */
bool method_subject_is_list(const struct piece *p);

/* The arguments, expanded; with their escapes resolved when `unescape`. */
int method_args(struct shell *sh, const struct piece *p, bool unescape, struct args *out);

int method_fail(struct shell *sh, const struct piece *p, const char *why);

#endif
