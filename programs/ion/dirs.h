/*
 * The directory stack. Its top is the current directory, by its logical name: `..` is resolved in
 * the text, so symbolic links keep their names. PWD and OLDPWD follow every change.
 */
#ifndef ION_DIRS_H
#define ION_DIRS_H

#include "mem.h"

struct dirs;

/* With the current directory as its only entry; sets PWD. */
struct dirs *dirs_new(void);

size_t dirs_count(const struct dirs *d);
/* Entry `at`, 0 the top. Stays the stack's. */
const char *dirs_entry(const struct dirs *d, size_t at);

/* The joined, textually resolved path for `name` from the top. Free it. */
char *dirs_resolve(const struct dirs *d, const char *name);

/* Changes there and replaces the top; 0, or -1 with errno. */
int dirs_change(struct dirs *d, const char *name);

/* Without changing directory: */
void dirs_insert(struct dirs *d, size_t at, const char *path);
void dirs_remove(struct dirs *d, size_t at);
/* After entries were moved: goes to the top; 0, or -1 with errno. */
int dirs_enter_top(struct dirs *d);
void dirs_rotate(struct dirs *d, size_t by);
/* At most that many entries from now on; 0 for no limit. */
void dirs_limit(struct dirs *d, size_t limit);

#endif
