/*
 * chaos: programs and servers that do anything, well formed or not, in any order, driven by a
 * source of choices: a random sequence for the property test, the input for a fuzzer. Whatever
 * they do, the audit holds after each step, and when all are gone nothing is left.
 */
#ifndef UMK_SIM_CHAOS_H
#define UMK_SIM_CHAOS_H

#include "umk/sim/sim.h"

struct chaos {
    u64 (*draw)(void *arg); /* 64 bits of choice */
    void *arg;
    struct sim_server servers[2];
    u32 tags[2][8]; /* of requests taken and not answered */
    u32 ntags[2];
    struct audit_counts before;
};

/* Boots, with two servers and two programs. */
void chaos_begin(struct chaos *c);
/* One thing happens. False: init is gone, and with it the system. */
bool chaos_step(struct chaos *c);
/* Ends everybody. NULL when nothing is left, or what is. */
const char *chaos_end(struct chaos *c);

#endif
