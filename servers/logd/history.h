/*
 * The last lines of the log, and the sinks that want a copy of every line. A sink is written
 * to in the background, one line after the other; one that is too slow loses the lines that have
 * left the history meanwhile.
 */
#ifndef LOGD_HISTORY_H
#define LOGD_HISTORY_H

#include "umk/abi/types.h"

#define HISTORY_LINES 1000u
#define SINKS_MAX 16u

/* Adds a line and passes it on to the sinks. */
void history_add(const char *line, size_t len);
/* Takes the descriptor: it gets the whole history first. -ENOSPC: SINKS_MAX are there. */
i64 history_add_sink(u64 fd);

#endif
