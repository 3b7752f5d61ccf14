/* -x and `debug on`: what is about to run, on stderr. */
#ifndef ION_TRACE_H
#define ION_TRACE_H

#include "shell.h"

/* Member `i` of a pipeline with its expanded words; the last one ends the line. */
void trace_member(struct shell *sh, const struct pipeline *pl, size_t i, const struct args *args,
                  char *const *redirects);

#endif
