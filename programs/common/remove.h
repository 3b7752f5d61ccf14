/* Removing files and trees: the engine of rm, and of mv between file systems. */
#ifndef COMMON_REMOVE_H
#define COMMON_REMOVE_H

#include <stdbool.h>

struct remove_options {
    bool recursive;
    bool force;       /* what is not there is no error; never ask */
    bool interactive; /* ask about everything */
    bool empty_dirs;  /* remove empty directories */
    bool verbose;
};

/* Complains about what fails; false when anything did. */
bool remove_path(const char *path, const struct remove_options *o);

#endif
