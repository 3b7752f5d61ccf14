/* The order of version numbers in names, as GNU's ls -v and sort -V have it. */
#ifndef COMMON_VERSION_H
#define COMMON_VERSION_H

#include <stddef.h>

/* Less than, equal to or greater than 0. The texts need no NUL at their ends. */
int version_compare(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
