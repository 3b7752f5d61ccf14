/*
 * What a program was doing when it died, for the report of its fault: the request its server
 * library was serving and the ones before, and its own last calls.
 */
#ifndef UMK_CORE_EXCHANGED_H
#define UMK_CORE_EXCHANGED_H

#include "umk/core/process.h"

struct fmt;

/* Appends text; parts are separated by "; ". Nothing for a program that never called. */
void exchanged_describe(const struct process *p, u32 portal, struct fmt *f);

#endif
