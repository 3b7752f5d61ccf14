/* Calls on the calling process. */
#ifndef SHIM_PROCESS_PROC_H
#define SHIM_PROCESS_PROC_H

#include "shim/src/internal/result.h"

/* The signals that the calling process ignores, as exec and spawn hand them down. */
u64 __umk_ignored_signals(void) __umk_hidden;
/* The signals that the calling thread blocks. */
u64 __umk_blocked_signals(void) __umk_hidden;

struct rx_spawn;

/*
 * Starts the program in a file, with start = rx_spawn or rx_exec and s filled in but for image and
 * argv. The kernel says whether the file may be executed and whether it is a program; one that is
 * none may begin with #! and name its interpreter, which is started instead. Result: start's, or a
 * negative errno (ENOEXEC: neither program nor script).
 */
i64 __umk_program_start(i64 (*start)(const struct rx_spawn *), struct rx_spawn *s, const char *path,
                        char *const argv[]) __umk_hidden;

/*
 * Calls try(path, arg) for what execvp means by file: itself if it has a slash, otherwise file in
 * each directory of PATH until something other than "not there" comes back.
 */
i64 __umk_path_search(const char *file, i64 (*try)(const char *path, void *arg),
                      void *arg) __umk_hidden;

#endif
