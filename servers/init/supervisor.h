/*
 * The supervisor: gives the state machine of services (service.h) its processes, pipes, timers
 * and scheme names, and keeps all services that were ever started.
 */
#ifndef INIT_SUPERVISOR_H
#define INIT_SUPERVISOR_H

#include "servers/init/service.h"

struct supervisor_config {
    const struct words *env;         /* init's own environment: INIT_SKIP */
    const struct words *base;        /* base environment of services; may change */
    void (*settled)(struct unit *u); /* the unit's dependents may go on */
    void (*ready)(struct unit *u);   /* a daemon is ready, for the first time or again */
};
void supervisor_init(const struct supervisor_config *config);
/* Starts a unit's service. */
void supervisor_start(struct unit *u);
/*
 * The same for a daemon whose program is at hand and which gets a descriptor: both are init's and
 * stay open, image is the program, extra becomes descriptor 3.
 */
void supervisor_start_builtin(struct unit *u, u64 image, u64 extra);

#endif
