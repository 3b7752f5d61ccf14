/* The names in one directory, without "." and "..", in bytewise order. */
#ifndef COMMON_NAMES_H
#define COMMON_NAMES_H

#include <stdbool.h>
#include <stddef.h>

struct names {
    char **items;
    size_t count;
    size_t cap;
};

/* False with errno; then there is nothing to free. */
bool names_read(struct names *n, const char *dir);
void names_free(struct names *n);

#endif
