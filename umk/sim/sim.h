/*
 * sim: the core inside one test process. Bodies are records, objects are heap memory, and what
 * would happen elsewhere (a program starting, a process dying) waits in a list of events until the
 * test lets it happen: in order, or in an order drawn from a seed.
 *
 * A test plays the programs: it fills portals and lets the core look (sim_call), and it plays
 * servers by reading the queue memory that the core mapped for it.
 */
#ifndef UMK_SIM_SIM_H
#define UMK_SIM_SIM_H

#include "umk/core/audit.h"
#include "umk/core/core.h"

/* The result of sim_call for a call that waits. */
#define SIM_WAITS (-5000)

/* Boots with `memory` bytes of RAM. 0, or the error of core_boot. The same seed gives the same
 * order of events. */
i64 sim_boot(u64 memory, u64 seed);
/* The number of processors of the next boot (core_config.cpus); 0 unless set. */
extern u32 sim_cpus;
/* Whether the machine of the next boot is like bare hardware: it can take the processor from a
 * thread, and has physical memory and interrupts for drivers; false unless set. */
extern bool sim_bare;
/* On that machine: bit n, thread n of every process still runs and has not come in. */
extern u64 sim_outside;
/* Boots from this archive instead of the built-in one. */
i64 sim_boot_archive(u64 memory, const void *archive, size_t len, const char **why);
/* Forgets everything; frees all memory. */
void sim_end(void);

/* Lets events happen until there are none. */
void sim_settle(void);
/* Lets one event happen, drawn by the seed; false: there was none. */
bool sim_event(void);
/* Sets the clock forward and delivers the timer's interrupt. */
void sim_advance(u64 ns);
/* Makes the next n-th effect of the machine fail with ENOMEM (0: none). */
void sim_fail_effect(u32 n);
/* How many effects are still to come before the one that fails; 0: it has failed. */
u32 sim_fails_pending(void);
/* The system stopped; its status. */
bool sim_stopped(u32 *status);

/* The body of a live process; NULL when it has none. */
struct body *sim_body(u32 pid);
/* Whether the machine was told to stop all of its threads. */
bool sim_stopped_body(u32 pid);
struct portal *sim_portal(u32 pid, u32 portal);
u8 *sim_payload(u32 pid, u32 portal);

struct sim_args {
    u64 a[6];
    const void *in;
    size_t in_len;
};
#define SIM_ARGS(...) (&(struct sim_args){.a = {__VA_ARGS__}})
/* Posts a call and lets the core look. Result, or SIM_WAITS. */
i64 sim_call(u32 pid, u32 portal, u32 op, const struct sim_args *args);
/* Whether the call posted last has been answered, and its result. */
bool sim_done(u32 pid, u32 portal, i64 *result);

/* Opens "name/ref" through pid's namespace descriptor. Result as sim_call. */
i64 sim_open(u32 pid, u32 portal, const char *scheme, const char *ref, u32 flags);
/* Starts a program (from the boot archive's object, descriptor 3 of init) as a child of pid with
 * the same descriptors. Result: pid of a running process. */
i64 sim_spawn(u32 pid);
i64 sim_fork(u32 pid);
void sim_kill_host(u32 pid); /* the body dies as by kill -9 from outside */

/* Where a mapping of pid lies in this process; NULL when nothing is mapped there. */
void *sim_mapped(u32 pid, u64 address);

/* Console: what was written, and what will be read. */
extern char sim_console[8192];
extern size_t sim_console_len;
void sim_type(const char *text);

/* A scheme served by pid through portal 0: socket, root and queue. Published as name. */
struct sim_server {
    u32 pid;
    i64 socket, root;
    u64 at; /* where it has its queue mapped */
    struct queue_header *q;
    u32 sq_head, cq_tail;
};
i64 sim_server_make(u32 pid, const char *name, struct sim_server *out);
/* The next request; false: none. */
bool sim_server_take(struct sim_server *s, struct queue_entry *e);
void sim_server_answer(struct sim_server *s, u32 kind, u32 tag, u64 result, u32 extra);
/* Answers OP_FSTAT: a file of this mode, owned by root, of this size. */
void sim_server_stat(struct sim_server *s, const struct queue_entry *e, u16 mode, u64 size);

#endif
