/*
 * Reads the directories of units and of environment settings below two prefixes, without
 * waiting, and within a time limit.
 */
#ifndef INIT_LOADER_H
#define INIT_LOADER_H

#include "servers/init/units.h"

#define LOADER_TIMEOUT_NS 1000000000ull

/*
 * Reads PREFIX/lib/init.d and ETC/init.d into units (a file of ETC replaces one of PREFIX), then
 * PREFIX/lib/environment.d and ETC/environment.d into base. Directories that are not there are
 * skipped. done is called once: found says whether any unit file was read.
 */
void loader_run(const char *prefix, const char *etc, struct units *units, struct words *base,
                void (*done)(bool found));

#endif
