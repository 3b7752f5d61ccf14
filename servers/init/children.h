/*
 * The processes that init has started, and those it inherits: one waiting call is always under way
 * while there are children, and every end goes to whoever wanted to know of it.
 */
#ifndef INIT_CHILDREN_H
#define INIT_CHILDREN_H

#include "umk/abi/types.h"

typedef void child_ended(void *arg, u32 status);
/*
 * Calls ended once with the status of the child pid. It may have ended already: then ended is
 * called before this returns.
 */
void children_watch(i64 pid, child_ended *ended, void *arg);

#endif
