/*
 * The console: the one command that the system was started for, or a shell. Its end is the end of
 * the system.
 */
#ifndef INIT_CONSOLE_H
#define INIT_CONSOLE_H

#include "servers/init/words.h"

/*
 * The command in UMK_COMMAND_ARGC and UMK_COMMAND_n of env, percent-decoded. Result: 1; 0: there is
 * none; -EINVAL: the variables make no sense; -ENOMEM.
 */
i64 console_command(const struct words *env, struct words *argv);
/* Starts the command, or the shell; env is init's environment. Without a root file system programs
 * come from the boot archive alone. */
void console_start(const struct words *env, bool have_root);

#endif
