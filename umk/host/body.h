/*
 * Between body.c and fork.c: the parts of a body's life that both take part in.
 */
#ifndef UMK_HOST_BODY_H
#define UMK_HOST_BODY_H

#include "umk/host/host.h"

/* A new body with its process object, bell and control socket; CTL_BOOT is queued on the socket,
 * whose other end goes to *peer. outside: a program of the host will run in it. 0 or -errno; then
 * nothing is left. */
i64 body_make(struct body *b, const char *name, const void *block, u64 block_len, bool outside,
              int *peer);
/* The body's process runs as this host process. */
void body_know_pid(struct host_body *h, pid_t pid);
/* Tells the core, then takes what the body has posted already. False: the body was released. */
bool body_report_start(struct host_body *h);
/* core_body_started(error) follows from the loop. */
void body_fail(struct host_body *h, i64 error);

/* fork.c: the clone gate lets this child through. */
void body_cloned(struct host_body *h);
/* A parent is dead, its ungranted children cannot come any more. */
void body_parent_died(struct host_body *parent);
/* A body is about to go: children that name it as parent must not. */
void body_forget_parent(struct host_body *h);

#endif
