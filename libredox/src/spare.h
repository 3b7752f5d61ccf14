/* Opening and closing over a channel; see spare.c. dir: the binding of a directory. */
#ifndef LIBREDOX_SPARE_H
#define LIBREDOX_SPARE_H

#include "upper.h"

/* Opens ref there on the spare. Result: the descriptor, or an errno; -ENOTCONN: nothing was done.
 */
i64 spare_open(u64 dir, struct span ref, u32 flags, u32 fcntl_flags);
/* The kernel had to open a file that a spare would have served. */
void spare_wish(u64 dir);
/* The kernel has closed a file: now is the time to ask for a spare, if one would pay. */
void spare_ask(void);
/* Closes fd if it is the spare's. False: it is for the kernel. */
bool spare_close(u64 fd);
/* Whether closing fd ends the spare: such a close must not be told to the kernel late. */
bool spare_lies_above(u64 fd);

#endif
