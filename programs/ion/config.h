/* The shell's own files: initrc and history, by the XDG rules. */
#ifndef ION_CONFIG_H
#define ION_CONFIG_H

#include "mem.h"

/*
 * $VARIABLE/ion/NAME, or HOME/fallback/ion/NAME. Free it; null when there is no home directory.
 */
char *config_file(const char *variable, const char *fallback, const char *name);

/* The first file of that name in $XDG_CONFIG_DIRS (or /etc/xdg), DIR/ion/NAME. Free it; null when
 * there is none. */
char *config_of_system(const char *name);

/* Makes the directories above a file, as far as they are missing. */
void config_make_parents(const char *file);

/* All of a file; false, with errno, when it cannot be read. */
bool config_read(const char *file, struct buf *out);

#endif
