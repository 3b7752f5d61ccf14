/*
 * Processes and contexts.
 *
 * A process is pid, credentials, descriptors, address space and a body; it stays as a zombie
 * until its parent has waited for it. A context is one portal: a thread, or an asynchronous call of
 * a main loop. A context runs in user space or waits; while it waits, everything about the wait is
 * in the record, and exactly one of context_finish() and the machine's kill ends it.
 *
 *     process:  NEW --body_started--> ALIVE --exit, kill--> DYING --body_died--> ZOMBIE --wait-->
 * gone NEW --start failed--> gone context:  USER --call--> CALLING --answer--> USER CALLING
 * --context_park--> WAITING --context_finish--> USER
 */
#ifndef UMK_CORE_PROCESS_H
#define UMK_CORE_PROCESS_H

#include "umk/core/aspace.h"
#include "umk/core/timer.h"

struct start;

enum process_state { PROC_NEW, PROC_ALIVE, PROC_DYING, PROC_ZOMBIE };
enum context_state { CTX_USER, CTX_CALLING, CTX_WAITING };

struct creds {
    u32 ruid, euid, suid, rgid, egid, sgid;
};

/* A call as decoded from the portal: a private copy. */
struct call {
    u32 op;
    u64 a[6];
    u8 *payload; /* kernel's alias of the caller's payload area; hostile */
    u64 ret[4];
};

/* What the last calls were, for the report of a fault. */
#define RECENT_CALLS 8u
struct recent_call {
    u32 op;
    i64 result;
};

struct context {
    struct list of_process;
    struct process *proc;
    u32 portal;
    bool async; /* completions ring the main loop instead of waking a thread */
    enum context_state state;
    struct call call;

    struct recent_call recent[RECENT_CALLS];
    u32 nrecent;

    /* while WAITING */
    const char *waiting_for;
    void (*cancel)(
        struct context *c); /* leaves the wait; must end in context_finish or keep waiting */
    struct list wait;       /* in whatever queue */
    struct timer timer;
    struct request *request;   /* the scheme request it waits for */
    struct start *start;       /* the spawn or exec it waits for */
    struct desc *held;         /* a description kept for the wait */
    struct context **waits_at; /* where the word it waits for notes that, see words.c */
    bool no_call;              /* WAITING, and nothing in its portal to be answered */
    u64 w[4];                  /* the operation's own words */

    /* the scheduler's, see sched.h */
    enum { SCHED_OFF, SCHED_RUNNING, SCHED_READY, SCHED_HELD } sched_state;
    struct list sched;
    bool resumes; /* READY: not for an answer, but to go on where it was (or to begin) */
    u32 sched_prio;
    u64 slice_end;
    u32 slices;   /* that ended while others waited, since it was told to come in */
    bool stalled; /* READY in the middle of its run: its process was stopped */

    struct list futex; /* in a futex bucket, see futex.c */
    u64 futex_key;
    u64 futex_space;
    u8 futex_state;
};

struct limit {
    u64 value, ceiling;
};

struct process {
    struct list all, siblings, children;
    struct process *parent;
    u32 pid, pgid, sid;
    u64 serial; /* unlike a pid never given again */
    struct creds cred;
    char name[32];
    u32 prio;
    enum process_state state;
    bool execed, stopped;
    bool report_stop, report_cont; /* a change of state the parent has not waited for */
    u32 stop_signal;
    u32 status; /* wait status, ZOMBIE */
    u32 exit_status;

    u64 cpu_before;   /* processor time in bodies that it has left, ns */
    u64 cpu_children; /* of children that were waited for, and of theirs */

    struct body *body;     /* where it runs; NULL before start and after death */
    struct body *new_body; /* while exec starts it */
    struct start *start;   /* the spawn or exec that starts it, see start.c */
    bool forked;           /* new_body comes from a fork, not from a program */
    bool stalled;          /* stopped by the scheduler, see sched.h */
    bool stall_logged;
    struct list contexts;
    struct context *by_portal[PORTALS_MAX];
    u32 portal_words; /* of proc_page.posted that can matter: no portal lies beyond */

    struct fd_table fds;
    struct aspace aspace;

    struct list schemes;         /* struct scheme.of_owner */
    struct list queued_signals;  /* sigqueue.c */
    u64 early_signals;           /* sent while NEW, see signal_started() */
    struct list client_channels; /* struct channel.of_client */
    struct list roots;           /* struct binding.of_roots */
    struct list server_channels; /* struct channel.of_server */
    struct list closed_channels; /* of its clients, not yet dropped; struct channel.of_server */
    u32 next_channel, next_server_channel;
    u32 handle_generation; /* counts handles given out */
    u64 window;
    u64 pipe_places;             /* in use, see pipe_ring.c */
    struct context *loop_waiter; /* gated: the context that waits for the main loop's bell */
    bool loop_rung;

    struct limit limits[LIMITS]; /* that of files is in fds as well */
    u32 charged[POOLS_MAX];      /* records that it pays for, by struct pool.id */
};

/* A fresh process record: no descriptors, no memory, state NEW, in the tables. -EAGAIN when pids
 * or records are used up (NULL). cred, pgid and sid come from the parent. */
struct process *process_new(struct process *parent);
/* Undoes process_new for a process that never ran; a parent that waits looks again. */
void process_abort(struct process *p);
/* A process that its parent already knows of, but whose body never came to be: a zombie with this
 * status, or with that of the signal that killed it meanwhile. */
void process_stillborn(struct process *p, u32 status);
/* Whether a process of this session, alive or not yet waited for, is in the group. */
bool process_group_in_session(u32 pgid, u32 sid);
struct process *process_find(u32 pid);
/* Whose body it is, if that process may make calls; NULL otherwise. */
static inline struct process *process_of(const struct body *b)
{
    struct process *p = b->proc;

    return p && p->body == b && !b->dead && p->state == PROC_ALIVE ? p : NULL;
}
/* Processor time it has used, in ns. */
u64 process_cpu(const struct process *p);
/* limits.c: what a new process begins with: its parent's, or none */
void process_limits_init(struct process *p, const struct process *parent);
/* Whether it may map len bytes more. */
bool process_may_map(const struct process *p, u64 len, bool private);
/* PROC_GETLIMIT, PROC_SETLIMIT */
i64 limit_get(struct context *c, u64 which);
i64 limit_set(struct context *c, u64 which, struct limit to);
bool process_has_one_thread(const struct process *p);
/* Ends it with a wait status; idempotent. The body is killed, everything held is let go. */
void process_end(struct process *p, u32 status);
/* The same, asked for by one of its own threads. When that is the only one, nothing of the process
 * will run any more: its parent need not wait until the machine reports the body's death. p may
 * be gone afterwards. */
void process_exit(struct process *p, u32 status);
/* Changes p's ids: ruid euid suid rgid egid sgid, all-ones keeps. `by` must be root, or p itself
 * choosing among ids it has; EPERM. */
i64 process_set_ids(struct process *p, const struct process *by, const u32 ids[6]);
void process_set_name(struct process *p, const char *name);
/* Wakes a parent (or init) that waits for children. */
void process_notify_parent(struct process *p);
/* A zombie whose parent has taken the status. */
void process_reap(struct process *p);

struct context *context_new(struct process *p, u32 portal, bool async);
/* Cancels what it waits for without an answer, and frees it. */
void context_free(struct context *c);
i64 context_park(struct context *c, const char *what, void (*cancel)(struct context *));
/* Ends a wait or a call with a result; the reply goes out. */
void context_finish(struct context *c, i64 result);
/* Interrupts a wait: calls its cancel function, if it waits. */
void context_interrupt(struct context *c);
/* Arms c's timer to end its wait with `result`-by-function fn. */
void context_timeout(struct context *c, u64 at, void (*fn)(struct timer *));

static inline bool is_root(const struct process *p)
{
    return p->cred.euid == 0;
}

/* A descriptor table's changes go through these, which keep the bindings' counts and see to the
 * spare. */
i64 proc_fd_install(struct process *p, u64 from, struct desc *d, bool cloexec);
i64 proc_fd_replace(struct process *p, u64 fd, struct desc *d, bool cloexec);
struct desc *proc_fd_take(struct process *p, u64 fd);
/* Takes it out, tells a server that asked for detaches, and drops the reference. */
i64 proc_fd_close(struct process *p, u64 fd);
/* The same for a description that was taken out of the table already. */
void proc_fd_drop(struct process *p, struct desc *d);

/* Where this process's shared areas begin (WINDOW_*); fixed at the first question. */
u64 process_window(struct process *p);

/* Rings a process's main loop: its bell, or the call it waits in. */
void loop_ring(struct body *b);
/* c waits for that, at most so many ms (all-ones: for ever). */
i64 loop_wait(struct context *c, u64 ms);

/* calls.c: carries out the call in c->call. Result, or PARKED. calls_init comes first. */
void calls_init(void);
i64 call_dispatch(struct context *c);
/* Takes and answers the call posted in a portal. */
void call_take(struct process *p, u32 portal);

/* wait.c: waitpid. by_group: pid names a group (0: the caller's own) */
i64 proc_wait(struct context *c, u64 pid, u32 flags, bool by_group);
/* A child of parent changed state: answers contexts that wait for it. */
void wait_check(struct process *parent);

/* Asleep in its main loop, as far as its own word tells. */
bool process_in_loop(const struct process *p);

/* Stops or continues all of its threads, and tells the parent. */
void process_stop(struct process *p, u32 sig);
void process_continue(struct process *p);

/* start.c: spawn, exec, fork, threads; see there. */
i64 start_spawn(struct context *c);
i64 start_exec(struct context *c);
i64 start_fork(struct context *c);
i64 start_portal(struct context *c, const struct thread_begin *begin);
/* A context that may wait for a start goes away. */
void start_caller_gone(struct context *c);
/* The process ends while an exec of it is under way. */
void start_drop(struct process *p);
/* Starts the first process from a program inside an object. */
i64 start_first(struct process *p, struct object *o, u64 offset, u64 size, const void *block,
                u64 block_len);

#endif
