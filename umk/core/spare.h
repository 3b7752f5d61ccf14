/*
 * Spares: a descriptor of a server's scheme that is made in advance, so that its process can open
 * and close a file on it over the channel and the kernel hears of neither. The protocol
 * between process and kernel is in umk/abi/portal.h (struct spare).
 *
 * A process has at most one, in the lower half of its table. The kernel believes of the
 * process's words only whether the file is open and with which flags; the server, which knows them
 * itself, checks every operation, and fills or empties a spare's file only until OP_SPARE_END.
 */
#ifndef UMK_CORE_SPARE_H
#define UMK_CORE_SPARE_H

#include "umk/core/process.h"

/* UMK_SPARE. */
i64 sys_spare(struct context *c);
/* The slot is the spare's, and somebody comes to it. True: its file is open, and it is a descriptor
 * like any other from now on. False: it is not open, and stays the spare. */
bool spare_settle(struct fd_table *t, struct fd_slot *s);
/* The process has no spare afterwards: it is closed if its file is not open. */
void spare_end(struct process *p);
/* The lowest free number is asked for: the spare gives its own up, unless it is in use. */
void spare_yield(struct process *p);
/* The process's page is about to go, with all of its threads: what is open is not asked any more.
 */
void spare_forget(struct process *p);

#endif
