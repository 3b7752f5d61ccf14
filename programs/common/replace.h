/* A file that is replaced as a whole: what is new is written beside it and takes its name at the
 * end. Until then the old one is there, whatever happens. One file at a time. */
#ifndef COMMON_REPLACE_H
#define COMMON_REPLACE_H

#include <stdbool.h>

/* A descriptor to write to. The file is made anew at its end, or when that cannot be (it is no
 * plain file, has other names, or its folder takes none) it is cut off now. -1 with errno. */
int replace_begin(const char *name);

/* The new file takes the name. False with errno; the old one is there then. An end of the program
 * before, by exit or by SIGINT, SIGTERM, SIGHUP, removes what was written. */
bool replace_end(int fd, const char *name);

#endif
