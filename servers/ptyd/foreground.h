/*
 * The foreground group of a terminal, and the signals that it gets. This server may send signals to
 * anybody; so that nobody has it send them where they could not themselves, a group is accepted
 * only from a process of the group's own session, or from one that may send to it.
 */
#ifndef PTYD_FOREGROUND_H
#define PTYD_FOREGROUND_H

#include "servers/ptyd/terminal.h"

/* 0, -EPERM, -ESRCH. Group 0: nobody. */
i64 foreground_set(struct terminal *t, const struct scheme_ctx *c, u32 group);
void foreground_signal(struct terminal *t, u32 sig);

#endif
