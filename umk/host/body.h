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
/* strays.c: host processes that were cloned and have not checked in. */
struct strays {
    u32 young;   /* not older than they may be */
    u32 starved; /* older, but kept from running */
};
/* Kills those that have had `patience` ns to check in; what is left. Programs that the nursery is
 * starting are taken for strays. */
struct strays strays_end(u64 patience);
/* A body is about to go: children that name it as parent must not. */
void body_forget_parent(struct host_body *h);

#endif
