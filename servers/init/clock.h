/* The clock that timers go by. */
#ifndef INIT_CLOCK_H
#define INIT_CLOCK_H

#include "umk/abi/types.h"

u64 monotonic_ns(void);

#endif
