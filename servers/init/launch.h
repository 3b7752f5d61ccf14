/*
 * Starting a program from init's loop without waiting: the program is looked for in a list of
 * directories, opened, and spawned by asynchronous calls.
 */
#ifndef INIT_LAUNCH_H
#define INIT_LAUNCH_H

#include "servers/init/words.h"
#include "umk/abi/portal.h"

#define LAUNCH_ACTIONS_MAX 6u

/* What launch needs to know of the new process. All is copied. */
struct launch {
    const struct words *argv;
    const struct words *env;
    const char *path; /* directories, separated by ':', for names without '/' */
    struct spawn_action actions[LAUNCH_ACTIONS_MAX];
    u32 nactions;
    u32 flags; /* SPAWN_* */
    u64 image; /* descriptor of the program, used up; RX_FD_NONE: look for argv[0] */
};

/* pid, or a negative errno: -ENOENT when no directory has the program, -ENODEV when the server that
 * has it is dead. */
typedef void launch_done(void *arg, i64 pid);
void launch(const struct launch *what, launch_done *done, void *arg);

/*
 * The working directory of programs started from now on. fd is a descriptor in the upper half of
 * the table that stays open and is inherited under its number; the one before is closed.
 */
void launch_set_cwd(const char *path, u64 fd);

#endif
