/* Walking file trees for chmod, chown, du and find. */
#ifndef COMMON_TREE_H
#define COMMON_TREE_H

#include <stdbool.h>
#include <sys/stat.h>

enum tree_event {
    TREE_FILE,      /* no directory */
    TREE_DIR,       /* before its contents; returning false leaves these out */
    TREE_DIR_AFTER, /* after them */
    TREE_ERROR      /* cannot be looked at or read; errno says why */
};

struct tree {
    /* A level is the distance from the operand, which is 0. */
    bool (*visit)(struct tree *t, enum tree_event event, const char *path, const struct stat *st,
                  int level);
    bool follow;          /* all symbolic links */
    bool follow_operands; /* those given as operands */
    void *arg;
};

void tree_walk(struct tree *t, const char *path);

/* What chmod and chown do: something to each file, to all below a directory when recursive. */
struct tree_change {
    bool quiet, recursive, follow_operands;
    bool failed; /* set by what went wrong, which is complained about unless quiet */
    /* False, with errno, when it failed; `what` then says what ("changing permissions of"). */
    bool (*change)(const char *path, const struct stat *st);
    const char *what;
};

void tree_change(struct tree_change *c, char **names, int count);

#endif
