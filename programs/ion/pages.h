/* The manual pages of the builtins: what --help prints, and what completion offers. */
#ifndef ION_PAGES_H
#define ION_PAGES_H

#include "builtin.h"

/* Appends the whole page. */
void page_print(const struct builtin *b, struct buf *out);

/* The options of a builtin, one after the other; null when there is none at `at`. */
const char *page_option(const char *builtin, size_t at);

#endif
