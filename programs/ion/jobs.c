/* Background and stopped jobs, see jobs.h. */
#include "jobs.h"

#include "signals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct jobs {
    struct job **items; /* by id; null where free */
    size_t count;
    size_t live;
    unsigned last;
    struct buf *notices; /* where notices go, null for stderr */
};

struct jobs *jobs_new(void)
{
    return mem_zero(sizeof(struct jobs));
}

int status_of_wait(int wait_status)
{
    if (WIFEXITED(wait_status))
        return WEXITSTATUS(wait_status);
    return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : 0;
}

__attribute__((format(printf, 2, 3))) static void notice(struct shell *sh, const char *fmt, ...)
{
    struct buf line = {0};
    struct buf *out = sh->jobs->notices ? sh->jobs->notices : &line;
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(out, fmt, ap);
    va_end(ap);
    fd_write(STDERR_FILENO, buf_text(&line), line.len);
    buf_free(&line);
}

unsigned jobs_add(struct shell *sh, pid_t group, const pid_t *pids, size_t count,
                  enum job_state state, const char *text, bool tell)
{
    struct jobs *j = sh->jobs;
    size_t id = 0;
    while (id < j->count && j->items[id])
        id++;
    if (id == j->count) {
        j->items = mem_resize(j->items, (j->count + 1) * sizeof *j->items);
        j->count++;
    }
    struct job *job = mem_zero(sizeof *job);
    job->id = (unsigned)id;
    job->pid = pids[0];
    job->group = group;
    job->pids = mem_alloc(count * sizeof *pids);
    memcpy(job->pids, pids, count * sizeof *pids);
    job->count = count;
    job->state = state;
    job->text = mem_dup(text);
    j->items[id] = job;
    j->live++;
    j->last = job->id;
    if (tell)
        notice(sh, "ion: bg [%u] %ld\n", job->id, (long)job->pid);
    return job->id;
}

void jobs_remove(struct shell *sh, struct job *job)
{
    sh->jobs->items[job->id] = NULL;
    sh->jobs->live--;
    free(job->pids);
    free(job->text);
    free(job);
}

struct job *jobs_find(struct shell *sh, unsigned id)
{
    return id < sh->jobs->count ? sh->jobs->items[id] : NULL;
}

struct job *jobs_last(struct shell *sh, bool stopped)
{
    struct job *job = jobs_find(sh, sh->jobs->last);
    if (job && (!stopped || job->state == JOB_STOPPED))
        return job;
    for (size_t i = sh->jobs->count; i-- > 0;) {
        job = sh->jobs->items[i];
        if (job && (!stopped || job->state == JOB_STOPPED))
            return job;
    }
    return NULL;
}

void jobs_each(struct shell *sh, void (*fn)(struct shell *sh, struct job *job))
{
    for (size_t i = 0; i < sh->jobs->count; i++) {
        if (sh->jobs->items[i])
            fn(sh, sh->jobs->items[i]);
    }
}

static void signal_job(const struct job *job, int sig)
{
    if (job->group > 0) {
        kill(-job->group, sig);
        return;
    }
    for (size_t i = 0; i < job->count; i++) {
        if (job->pids[i])
            kill(job->pids[i], sig);
    }
}

void jobs_continue(struct shell *sh, struct job *job)
{
    if (job->state != JOB_RUNNING && !job->seen)
        notice(sh, "ion: ([%u] %ld) Running\n", job->id, (long)job->pid);
    job->state = JOB_RUNNING;
    signal_job(job, SIGCONT);
}

/* What one wait said about process `i`. False when the whole job has ended. */
static bool take_change(struct shell *sh, struct job *job, size_t i, int wait_status)
{
    bool tell = !job->seen;
    if (WIFSTOPPED(wait_status)) {
        if (job->state != JOB_STOPPED && tell)
            notice(sh, "ion: ([%u] %ld) Stopped\n", job->id, (long)job->pid);
        job->state = JOB_STOPPED;
        return true;
    }
#ifdef WIFCONTINUED
    if (WIFCONTINUED(wait_status)) {
        if (job->state != JOB_RUNNING && tell)
            notice(sh, "ion: ([%u] %ld) Running\n", job->id, (long)job->pid);
        job->state = JOB_RUNNING;
        return true;
    }
#endif
    job->pids[i] = 0;
    if (i + 1 == job->count)
        job->status = status_of_wait(wait_status);
    for (size_t k = 0; k < job->count; k++) {
        if (job->pids[k])
            return true;
    }
    if (tell)
        notice(sh, "ion: ([%u] %ld) exited with %d\n", job->id, (long)job->pid, job->status);
    return false;
}

/* Reaps what is there of one job. False when it has ended. */
static bool poll_job(struct shell *sh, struct job *job, int flags)
{
    for (size_t i = 0; i < job->count; i++) {
        int wait_status;
        if (!job->pids[i])
            continue;
        pid_t pid = waitpid(job->pids[i], &wait_status, flags);
        if (pid < 0 && errno == ECHILD) {
            notice(sh, "ion: ([%u] %ld) errored: %s\n", job->id, (long)job->pid, strerror(errno));
            return false;
        }
        if (pid > 0 && !take_change(sh, job, i, wait_status))
            return false;
    }
    return true;
}

void jobs_poll(struct shell *sh)
{
    int flags = WNOHANG | WUNTRACED;
#ifdef WCONTINUED
    flags |= WCONTINUED;
#endif
    if (sh->jobs->live == 0 || sh->forked)
        return;
    for (size_t i = 0; i < sh->jobs->count; i++) {
        struct job *job = sh->jobs->items[i];
        if (job && !poll_job(sh, job, flags))
            jobs_remove(sh, job);
    }
}

void jobs_poll_into(struct shell *sh, struct buf *out)
{
    sh->jobs->notices = out;
    jobs_poll(sh);
    sh->jobs->notices = NULL;
}

static struct job *first_running(struct shell *sh)
{
    for (size_t i = 0; i < sh->jobs->count; i++) {
        struct job *job = sh->jobs->items[i];
        if (job && job->state == JOB_RUNNING)
            return job;
    }
    return NULL;
}

bool jobs_wait_all(struct shell *sh)
{
    struct job *job;
    if (sh->forked)
        return true;
    while ((job = first_running(sh))) {
        int sig = signals_take();
        if (sig) {
            jobs_forward(sh, sig);
            return false;
        }
        /* One process at a time; the waits for others find what happened meanwhile. */
        size_t i = 0;
        while (i < job->count && !job->pids[i])
            i++;
        int wait_status;
        pid_t pid = i < job->count ? waitpid(job->pids[i], &wait_status, WUNTRACED) : -1;
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0 || !take_change(sh, job, i, wait_status))
            jobs_remove(sh, job);
    }
    return true;
}

int jobs_wait(struct shell *sh, struct job *job)
{
    job->seen = true;
    for (size_t i = 0; i < job->count;) {
        int wait_status;
        if (!job->pids[i]) {
            i++;
            continue;
        }
        pid_t pid = waitpid(job->pids[i], &wait_status, WUNTRACED);
        if (pid < 0 && errno == EINTR)
            continue;
        if (pid < 0) {
            job->status = 143;
            break;
        }
        if (WIFSTOPPED(wait_status)) {
            job->state = JOB_STOPPED;
            job->seen = false;
            return 143;
        }
        if (!take_change(sh, job, i, wait_status))
            break;
    }
    int status = job->status;
    jobs_remove(sh, job);
    return status;
}

void jobs_forward(struct shell *sh, int sig)
{
    if (sh->forked || (sig != SIGTERM && sig != SIGHUP && sig != SIGINT))
        return;
    for (size_t i = 0; i < sh->jobs->count; i++) {
        const struct job *job = sh->jobs->items[i];
        if (job && job->state == JOB_RUNNING && sig != SIGINT && !(sig == SIGHUP && job->spared))
            signal_job(job, sig);
    }
}

void jobs_hang_up(struct shell *sh)
{
    for (size_t i = 0; i < sh->jobs->count; i++) {
        struct job *job = sh->jobs->items[i];
        if (!job || job->spared)
            continue;
        if (job->state == JOB_STOPPED)
            signal_job(job, SIGCONT);
        signal_job(job, SIGHUP);
    }
}
