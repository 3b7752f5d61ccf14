/* Builtins for jobs: jobs, bg, fg, disown, wait, suspend. */
#include "builtin.h"

#include "jobs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_job(struct shell *sh, struct job *job)
{
    struct buf line = {0};
    buf_printf(&line, "[%u] %ld %s\t%s\n", job->id, (long)job->pid,
               job->state == JOB_RUNNING ? "Running" : "Stopped", job->text);
    fd_write(sh->io.err, line.text, line.len);
    buf_free(&line);
}

static int run_jobs(struct shell *sh, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    jobs_poll(sh);
    jobs_each(sh, print_job);
    return 0;
}

/* The job an operand names; null after a complaint. */
static struct job *job_of(struct shell *sh, const char *name, const char *word)
{
    char *end;
    const char *digits = word + (*word == '%');
    unsigned long id = strtoul(digits, &end, 10);
    struct job *job = NULL;
    if (*digits >= '0' && *digits <= '9' && !*end && id < 1000000)
        job = jobs_find(sh, (unsigned)id);
    if (!job)
        builtin_fail(sh, name, 1, "there is no job '%s'", word);
    return job;
}

static int run_bg(struct shell *sh, int argc, char **argv)
{
    int status = 0;
    jobs_poll(sh);
    for (int i = 1; i < argc || i == 1; i++) {
        struct job *job = argc > 1 ? job_of(sh, "bg", argv[i]) : jobs_last(sh, true);
        if (!job && argc == 1)
            return builtin_fail(sh, "bg", 1, "there is no stopped job");
        if (!job) {
            status = 1;
        } else if (job->state != JOB_STOPPED) {
            status = builtin_fail(sh, "bg", 1, "job %u is running already", job->id);
        } else {
            jobs_continue(sh, job);
        }
    }
    return status;
}

static int foreground(struct shell *sh, struct job *job)
{
    pid_t group = job->group;
    if (sh->has_terminal && group > 0)
        tcsetpgrp(STDIN_FILENO, group);
    job->seen = true;
    jobs_continue(sh, job);
    int status = jobs_wait(sh, job);
    if (sh->has_terminal)
        tcsetpgrp(STDIN_FILENO, sh->group);
    return status;
}

static int run_fg(struct shell *sh, int argc, char **argv)
{
    int status = 0;
    jobs_poll(sh);
    if (argc == 1) {
        struct job *job = jobs_last(sh, false);
        return job ? foreground(sh, job) : builtin_fail(sh, "fg", 1, "there is no job");
    }
    for (int i = 1; i < argc; i++) {
        struct job *job = job_of(sh, "fg", argv[i]);
        status = job ? foreground(sh, job) : 1;
    }
    return status;
}

struct selection {
    bool all, running, spare;
};

static void spare_or_remove(struct shell *sh, struct job *job, const struct selection *s)
{
    if (s->running && job->state != JOB_RUNNING)
        return;
    if (s->spare)
        job->spared = true;
    else
        jobs_remove(sh, job);
}

static int run_disown(struct shell *sh, int argc, char **argv)
{
    struct selection s = {0};
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        for (const char *o = argv[i] + 1; *o; o++) {
            if (*o == 'a')
                s.all = true;
            else if (*o == 'r')
                s.running = true;
            else if (*o == 'h')
                s.spare = true;
            else
                return builtin_fail(sh, "disown", 1, "unknown option '-%c'", *o);
        }
    }
    if (i == argc && !s.all && !s.running)
        return builtin_fail(sh, "disown", 1, "needs a job, -a or -r");
    if (i == argc) {
        /* Ids are small: walking them all is as good as a list. */
        struct job *last = jobs_last(sh, false);
        for (unsigned id = 0; last && id < 100000; id++) {
            struct job *job = jobs_find(sh, id);
            if (job)
                spare_or_remove(sh, job, &s);
            if (!jobs_last(sh, false))
                break;
        }
        return 0;
    }
    for (; i < argc; i++) {
        char *end;
        unsigned long id = strtoul(argv[i], &end, 10);
        if (*end || argv[i][0] < '0' || argv[i][0] > '9')
            return builtin_fail(sh, "disown", 1, "'%s' is not a job", argv[i]);
        struct job *job = id < 1000000 ? jobs_find(sh, (unsigned)id) : NULL;
        if (job)
            spare_or_remove(sh, job, &s);
    }
    return 0;
}

static int run_wait(struct shell *sh, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return jobs_wait_all(sh) ? 0 : builtin_fail(sh, "wait", 1, "interrupted by a signal");
}

static int run_suspend(struct shell *sh, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    if (kill(getpid(), SIGSTOP) < 0)
        return builtin_fail(sh, "suspend", 1, "%s", strerror(errno));
    return 0;
}

const struct builtin builtins_job[] = {
    {"jobs", run_jobs, 0, "", "list the jobs"},
    {"bg", run_bg, 0, "[ID...]", "continue stopped jobs in the background"},
    {"fg", run_fg, 0, "[ID...]", "bring jobs to the foreground"},
    {"disown", run_disown, 0, "[-arh] [ID...]", "forget jobs, or spare them from SIGHUP"},
    {"wait", run_wait, 0, "", "wait until no job is running"},
    {"suspend", run_suspend, 0, "", "stop the shell"},
    {0},
};
