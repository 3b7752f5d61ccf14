/*
 * /etc/passwd and /etc/group: lines of fields separated by semicolons. A reader gives one
 * line at a time; what it says is cut up in the caller's buffer.
 */
#ifndef SHIM_ENV_IDS_TABLE_H
#define SHIM_ENV_IDS_TABLE_H

#include "shim/src/internal/result.h"

#define TABLE_CHUNK 1024
#define TABLE_FIELDS 6

struct table {
    i64 fd; /* negative: not open */
    size_t used, len;
    char chunk[TABLE_CHUNK];
};

/* 0 or negative errno. */
i64 __umk_table_open(struct table *t, const char *path) __umk_hidden;
void __umk_table_close(struct table *t) __umk_hidden;
/*
 * The next line, NUL-terminated, without its newline. Result: length; -ENOENT at the end;
 * -ERANGE when it does not fit (the reader has passed it).
 */
i64 __umk_table_line(struct table *t, char *buf, size_t size) __umk_hidden;
/*
 * Cuts a line at its semicolons into at most n fields, all set (missing ones: empty). Result: how
 * many there were.
 */
size_t __umk_table_split(char *line, char **fields, size_t n) __umk_hidden;
/* A decimal id; false: not one. */
bool __umk_table_id(const char *text, int *id) __umk_hidden;

#endif
