/*
 * The first step: init has nothing but the boot archive in memory, and starts initfs out of it.
 */
#ifndef INIT_BOOT_H
#define INIT_BOOT_H

#include "servers/init/unit.h"

#define BOOT_ARCHIVE_FD 3u

/* A memory object with the program bin/initfs of the archive, as a descriptor. -ENOENT, -EBADMSG,
 * -ENOMEM. */
i64 boot_initfs_image(void);
/* The unit that initfs runs as; it is in no directory. NULL: out of memory. */
struct unit *boot_initfs_unit(void);
/* Adds the lines of /scheme/sys/env to env. */
void boot_environment(struct words *env);
/* Has all file systems written out, then ends the system with an exit status for whoever
 * started it. */
void boot_shutdown(unsigned status);

#endif
