/* Copying files and trees: the engine of cp, of install, and of mv between file systems. */
#ifndef COMMON_COPY_H
#define COMMON_COPY_H

#include <stdbool.h>

enum copy_follow { FOLLOW_NEVER, FOLLOW_OPERANDS, FOLLOW_ALWAYS };

struct copy_options {
    bool recursive;
    bool force;       /* remove a target that cannot be opened */
    bool interactive; /* ask before overwriting */
    bool no_clobber;
    bool update; /* only when the source is newer */
    bool verbose;
    bool keep_mode;
    bool keep_owner;
    bool keep_times;
    bool hard_link; /* link instead of copying */
    bool symlink;
    bool attributes_only;
    bool remove_target; /* unlink an existing target first */
    bool one_file_system;
    enum copy_follow follow;
};

/*
 * Copies `from` to exactly `to`. Complains about each thing that fails and goes on with the rest;
 * false when anything failed.
 */
bool copy_path(const char *from, const char *to, const struct copy_options *o);

/* Asks on the terminal; true for an answer that begins with y or Y. */
__attribute__((format(printf, 1, 2))) bool ask(const char *fmt, ...);

#endif
