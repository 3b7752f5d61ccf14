/*
 * sort's engine: chunks of lines that are sorted in memory, and merging of sorted texts. What does
 * not fit into memory goes to temporary files, which have no name, so that none can be left behind.
 */
#ifndef COMMON_SORT_LINES_H
#define COMMON_SORT_LINES_H

#include "io.h"
#include "sort_key.h"

/* How lines compare, and what they are. */
struct sort_rules {
    struct key *keys; /* one at least */
    size_t key_count;
    bool unique, stable;
    bool reverse; /* the comparison of whole lines that decides where no key does */
    char delim;
    const char *folder; /* of temporary files */
};

/* Less than, equal to or greater than 0. The first key's part is known already. */
int lines_compare(const struct sort_rules *r, const struct line *x, const struct line *y);

/* A line with its first key's part. */
struct line line_of(const struct sort_rules *r, const char *text, size_t len);

/* Sorts in place, keeping the order of lines that are equal where it can be seen. */
void lines_sort(const struct sort_rules *r, struct line *lines, size_t count);

/* Of equal lines the first one only, with `unique`. */
void lines_write(const struct sort_rules *r, const struct line *lines, size_t count,
                 struct writer *out);

/* A file that has no name; ends the program when there can be none. */
int temporary_file(const char *folder);

/*
 * Merges sorted texts into `out`, which is a file descriptor: equal lines in the order of the
 * texts. Takes the descriptors and closes them; sixteen at a time are open. Ends the program when
 * reading or writing fails.
 */
struct sorted_text {
    int fd;           /* below 0: not opened yet */
    const char *name; /* for opening and messages */
};
void texts_merge(const struct sort_rules *r, struct sorted_text *texts, size_t count, int out,
                 const char *out_name);

#endif
