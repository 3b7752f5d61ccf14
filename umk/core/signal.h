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
/* The same for a queued signal (33 to RX_SIG_MAX) with its value; the code is the sender's to
 * choose below 0. -EAGAIN: too many of it are queued. */
i64 signal_queue(struct process *p, u32 sig, const struct process *sender,
                 const struct rx_rt_sig_info *value);
i64 signal_send_thread(struct process *p, u32 portal, u32 sig);
/* kill(2): target as POSIX has it. -ESRCH, -EPERM, -EINVAL. */
i64 signal_kill(struct process *sender, i64 target, u32 sig);
void signal_group(u32 pgid, u32 sig);
/* p runs now: what was sent while it was NEW, and what to do with it not yet known, is sent to it.
 * p may have ended afterwards. */
void signal_started(struct process *p);
/* True when c's thread has a signal pending that it allows. */
bool signal_deliverable(const struct context *c);

/* sigqueue.c. 0, or -EAGAIN: too many of this number, or no memory. */
i64 sigqueue_add(struct process *p, u32 sig, const struct rx_rt_sig_info *info);
/* The oldest entry of signal 33 + index. 0, -EAGAIN: there is none, -EINVAL. */
i64 sigqueue_take(struct process *p, u32 index, struct rx_rt_sig_info *out);
void sigqueue_clear(struct process *p);

#endif
