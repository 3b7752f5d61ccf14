/* Calls on the calling process. */
#ifndef SHIM_PROCESS_PROC_H
#define SHIM_PROCESS_PROC_H

#include "shim/src/internal/result.h"

/* The signals that the calling process ignores, as exec and spawn hand them down. */
u64 __umk_ignored_signals(void) __umk_hidden;
/* The signals that the calling thread blocks. */
u64 __umk_blocked_signals(void) __umk_hidden;

/*
 * Opens a program file and follows its #! lines. On success the image's descriptor is returned
 * and *argv, *storage are what it must be started with; storage is to be freed (NULL: nothing).
 */
struct program {
    char **argv;   /* replaced when there was a #! line */
    void *storage; /* to be freed after use */
};
i64 __umk_program_open(int dirfd, const char *path, char *const argv[],
                       struct program *p) __umk_hidden;

/*
 * Calls try(path, arg) for what execvp means by file: itself if it has a slash, otherwise file in
 * each directory of PATH until something other than "not there" comes back.
 */
i64 __umk_path_search(const char *file, i64 (*try)(const char *path, void *arg),
                      void *arg) __umk_hidden;

#endif
