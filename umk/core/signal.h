/*
 * Signals, as Redox's shared-memory protocol has them: pending bits and masks lie in the
 * portal and the process page; default actions of signals nobody blocks are carried out here
 * at once; the rest is set pending and a thread is nudged.
 */
#ifndef UMK_CORE_SIGNAL_H
#define UMK_CORE_SIGNAL_H

#include "umk/core/process.h"

/* sender NULL: the kernel. 0, or -EPERM. sig 0 only checks. */
i64 signal_send(struct process *p, u32 sig, const struct process *sender);
i64 signal_send_thread(struct process *p, u32 portal, u32 sig);
/* kill(2): target as POSIX has it. -ESRCH, -EPERM, -EINVAL. */
i64 signal_kill(struct process *sender, i64 target, u32 sig);
void signal_group(u32 pgid, u32 sig);
/* True when c's thread has a signal pending that it allows. */
bool signal_deliverable(const struct context *c);

#endif
