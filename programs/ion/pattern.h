/*
 * Regular expressions: leftmost-first matching in linear time, without back-references. Characters
 * are code points. Known: . [..] [[:posix:]] \d \w \s \D \W \S \b \B ( ) (?: ) (?P<name> ) (?i)
 * | * + ? {m,n}, each also lazy, ^ $.
 */
#ifndef ION_PATTERN_H
#define ION_PATTERN_H

#include "mem.h"

struct pattern;

#define PATTERN_GROUPS_MAX 20

/* Byte offsets; start < 0 where a group took no part. */
struct pattern_span {
    long start;
    long end;
};

/* Null for a wrong expression; then *error, unless null, says what is wrong. */
struct pattern *pattern_new(const char *text, const char **error);
void pattern_free(struct pattern *p);

/* The first match at or after `from`. Fills in all spans, [0] the whole. */
bool pattern_search(const struct pattern *p, const char *text, size_t from,
                    struct pattern_span spans[PATTERN_GROUPS_MAX]);
/* True when ^text$ would match. The anchoring is that of the whole expression. */
bool pattern_matches_whole(const struct pattern *p, const char *text);

/* The number of a named group, -1 when there is none. */
int pattern_group(const struct pattern *p, const char *name, size_t len);

#endif
