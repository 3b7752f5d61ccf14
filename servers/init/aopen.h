/*
 * Opening and reading files from init's loop without ever waiting in it. Paths are absolute.
 * Every `done` is called from the loop once, or right away when the call could not even be made.
 */
#ifndef INIT_AOPEN_H
#define INIT_AOPEN_H

#include "servers/init/words.h"

#define FILE_SIZE_MAX (256u << 10)

typedef void aopen_done(void *arg, i64 fd);
/*
 * Opens a file; symbolic links that lead to another scheme are followed. flags: RX_O_*, close-on-
 * exec is added unless table is RX_FD_UPPER, which puts the descriptor there. fd: or a negative
 * errno, -ETIMEDOUT when the server has not answered within a second.
 */
void aopen(const char *path, u32 flags, u64 table, aopen_done *done, void *arg);

/* text has len bytes and is gone when done returns; NULL with a negative errno in len. */
typedef void aread_done(void *arg, const char *text, i64 len);
/* Reads a file whole; -EFBIG beyond FILE_SIZE_MAX. */
void aread_file(const char *path, aread_done *done, void *arg);

/* names is done's to keep (words_clear); with a negative result it is empty. */
typedef void alist_done(void *arg, i64 result, struct words names);
/* The names in a directory, sorted. */
void alist_dir(const char *path, alist_done *done, void *arg);

#endif
