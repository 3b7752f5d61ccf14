/* Text in pages, as pr prints it. */
#ifndef COMMON_PAGES_PAGES_H
#define COMMON_PAGES_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the options say; it begins with what is usual. */
struct pages_options {
    uint64_t first, last, columns, length, margin, width, digits, in_tab, out_tab;
    bool across, merge, double_space, form_feeds, headers, keep_feeds, join, truncate, quiet;
    bool numbers, expand, tabify, escapes, carets, separate;
    bool old_s, old_w, explicit_columns, old_options;
    char in_char, out_char, number_end;
    int64_t number;
    const char *header, *separator, *date;
};

extern struct pages_options pages;

/* All files side by side; false when one could not be opened. */
bool pages_merged(char **names, size_t count);

/* One file after the other; false when one could not be opened. */
bool pages_of_each(char **names, size_t count);

#endif
