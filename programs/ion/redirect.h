/*
 * Where the members of a pipeline read and write. Several outputs of one stream, or inputs of one
 * member, are served by a helper: a copy of the shell that passes the data on.
 */
#ifndef ION_REDIRECT_H
#define ION_REDIRECT_H

#include "spawn.h"

#define ENDS_MAX 32

/* The places one stream goes to or comes from. */
struct ends {
    int fds[ENDS_MAX];
    size_t count;
};

/* What one member's redirections ask for; filled in by redirect_expand. */
struct redirect_names {
    char **items; /* one per redirection, in the arena */
};

int redirect_expand(struct shell *sh, const struct command *c, struct redirect_names *names);

/*
 * Opens the files and texts of a member and adds them to the three lists. Every descriptor opened
 * is also entered in `owned`, for the caller to close. 0, or -1 with the failure stored.
 */
int redirect_open(struct shell *sh, const struct command *c, const struct redirect_names *names,
                  struct ends *in, struct ends *out, struct ends *err, struct ends *owned);

/*
 * One descriptor for a list: `fallback` for an empty list, its only entry, or a helper's pipe,
 * whose pid is then stored in *helper. -1 with the failure stored.
 */
int ends_join(struct shell *sh, const struct ends *ends, int fallback, bool input,
              struct ends *owned, pid_t *helper);

int ends_add(struct shell *sh, struct ends *ends, int fd);
/* Closes and empties. */
void ends_close(struct ends *ends);

#endif
