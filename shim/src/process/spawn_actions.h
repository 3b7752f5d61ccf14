/* The steps of posix_spawn_file_actions_t. */
#ifndef SHIM_PROCESS_SPAWN_ACTIONS_H
#define SHIM_PROCESS_SPAWN_ACTIONS_H

#include <spawn.h>
#include "shim/src/internal/thread.h"

enum step_kind {
    STEP_CLOSE,
    STEP_DUP2,
    STEP_OPEN,
    STEP_CHDIR,
    STEP_FCHDIR,
};

struct __umk_spawn_step {
    enum step_kind kind;
    int fd;     /* close, dup2's source, fchdir, open's target */
    int target; /* dup2 */
    int flags;  /* open */
    mode_t mode;
    char *path; /* open, chdir: a copy */
};

#endif
