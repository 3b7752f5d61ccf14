/* Looking for a regular expression in a pager's text. */
#ifndef COMMON_PAGER_SEARCH_H
#define COMMON_PAGER_SEARCH_H

#include "row.h"
#include "text.h"

#include <regex.h>

enum search_case { CASE_EXACT, CASE_SMART, CASE_NEVER };

struct search {
    bool set;
    bool backwards, inverted; /* inverted: lines that do not match */
    char *pattern;
    enum search_case how;
    regex_t compiled;
};

/* A null pattern keeps the old one, for another way to compare. False when it is none; then the old
 * one stays. */
bool search_set(struct search *s, const char *pattern, enum search_case how);
void search_free(struct search *s);

/*
 * Goes from line `from` on, that one included, to the `nth` matching line; false when there is none
 * or ^C came. *found is the line.
 */
bool search_find(const struct search *s, const struct row_style *style, struct pager_text *t,
                 size_t from, bool backwards, size_t nth, size_t *found);

#define SEARCH_MARKS_MAX 256
/* The matches that overlap bytes [from, to) of a line. */
size_t search_marks(const struct search *s, const struct row_style *style, const char *line,
                    size_t len, size_t from, size_t to, size_t marks[SEARCH_MARKS_MAX][2]);

#endif
