/* Background and stopped jobs. Ids are small integers, the lowest free one is taken. */
#ifndef ION_JOBS_H
#define ION_JOBS_H

#include "shell.h"

enum job_state { JOB_RUNNING, JOB_STOPPED };

struct job {
    unsigned id;
    pid_t pid;   /* the first process, which names the job */
    pid_t group; /* 0: no group of its own */
    pid_t *pids; /* those not yet reaped, 0 for the others */
    size_t count;
    enum job_state state;
    int status;
    char *text;
    bool spared; /* from SIGHUP */
    bool seen;   /* fg has it: no notices */
};

struct jobs *jobs_new(void);

/* Enters processes; prints the notice when `notice`. The id. */
unsigned jobs_add(struct shell *sh, pid_t group, const pid_t *pids, size_t count,
                  enum job_state state, const char *text, bool notice);

/* Looks, without waiting, at what became of the jobs, and prints notices. */
void jobs_poll(struct shell *sh);
/* The same with the notices appended to `out`. */
void jobs_poll_into(struct shell *sh, struct buf *out);

/* Waits until no job is running. False when a signal came first. */
bool jobs_wait_all(struct shell *sh);

/*
 * Waits for a job in the foreground. Its status; 143 when it stopped. The job is gone unless it
 * stopped.
 */
int jobs_wait(struct shell *sh, struct job *job);

/* Null when there is no such job. */
struct job *jobs_find(struct shell *sh, unsigned id);
/* The job entered last, stopped ones only if asked for; null when there is none. */
struct job *jobs_last(struct shell *sh, bool stopped);
void jobs_remove(struct shell *sh, struct job *job);
/* SIGCONT, with a notice unless fg has the job. */
void jobs_continue(struct shell *sh, struct job *job);
void jobs_each(struct shell *sh, void (*fn)(struct shell *sh, struct job *job));

/* Passes SIGTERM or SIGHUP on to running jobs. */
void jobs_forward(struct shell *sh, int sig);
/* At exit: SIGHUP to all, stopped ones continued. */
void jobs_hang_up(struct shell *sh);

/* The exit status that a wait status stands for: 128 + signal for a death by signal. */
int status_of_wait(int wait_status);

#endif
