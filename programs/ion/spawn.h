/* Starting programs, and copies of the shell where nothing less will do. */
#ifndef ION_SPAWN_H
#define ION_SPAWN_H

#include "shell.h"

/* Descriptors a member gets as 0, 1 and 2. */
struct streams3 {
    int in;
    int out;
    int err;
};

/* Which process group: none of its own, a new one, or an existing one. */
#define GROUP_NONE (-1)
#define GROUP_NEW 0

/*
 * The file that runs for a command name: itself when it has a slash, else from the environment's
 * PATH. Null, with errno, when there is none. The text is valid until the next call.
 */
const char *program_find(const char *name);
/* The same in any list of directories; the result is in the arena. */
char *program_find_in(struct arena *a, const char *path, const char *name);

/* The pid, or -1 with errno. */
pid_t spawn_program(const char *path, char **argv, const struct streams3 *fds, pid_t group);

/*
 * Copies the shell; 0 in the copy, which has its streams and signals set and must end by
 * shell_exit. -1 with errno.
 */
pid_t spawn_copy(struct shell *sh, const struct streams3 *fds, pid_t group, bool background);

/* A close-on-exec pipe, both ends above the standard descriptors. */
int pipe_open(int fds[2]);

/* The null device, opened for reading and writing; -1 with errno. */
int null_open(void);

#endif
