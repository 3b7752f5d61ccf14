/*
 * Pipelines. A lone builtin or function runs in the shell; a lone program costs one spawn. In
 * longer pipelines programs are spawned, and builtins and functions run in copies of the shell,
 * except for pure builtins, whose output is worked out first and handed over.
 *
 * Order: all words are expanded, then files are opened and pipes made, then processes started.
 */
#include "builtin.h"
#include "eval.h"
#include "expand.h"
#include "jobs.h"
#include "redirect.h"
#include "signals.h"
#include "trace.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What fits into an empty pipe without a reader. */
#define PIPE_ROOM 4096

enum member_kind { MEMBER_BUILTIN, MEMBER_FUNCTION, MEMBER_PROGRAM };

struct member {
    const struct command *command;
    enum member_kind kind;
    struct args args;
    const struct builtin *builtin;
    struct call call;
    bool has_call; /* the call is prepared, and must be run or dropped */
    struct redirect_names redirects;
};

/* A pipeline in motion. */
struct run {
    struct shell *sh;
    const struct pipeline *pipeline;
    struct member *members;
    pid_t *pids; /* of members and helpers, 0 for what needed no process */
    size_t count;
    size_t last; /* index in pids of the last member, when it has a process */
    pid_t group; /* GROUP_NONE, or the group's id once there is one (GROUP_NEW before) */
    struct ends owned;
    int capture[2];
    int status;
    int first_failure; /* of the members, 0 for none */
};

/* --- what a member is --- */

static int prepare(struct shell *sh, const struct command *c, struct member *m)
{
    m->command = c;
    const struct builtin *b = c->symbol ? c->symbol->builtin : NULL;
    if (!b && call_find_symbol(sh, c->symbol, &m->call)) {
        m->kind = MEMBER_FUNCTION;
        /* The name alone, for the trace. */
        args_add(&sh->temp, &m->args, c->symbol->name);
        m->has_call = call_take_words(sh, &m->call, c->words + 1, c->count - 1) == 0;
        return m->has_call ? 0 : -1;
    }
    if (expand_args(sh, c->words, c->count, &m->args) < 0)
        return -1;
    args_end(&sh->temp, &m->args);
    const char *name = m->args.items[0];
    m->builtin = b ? b : builtin_find(name);
    if (m->builtin) {
        m->kind = MEMBER_BUILTIN;
        return 0;
    }
    if (call_find(sh, name, &m->call)) {
        m->kind = MEMBER_FUNCTION;
        m->has_call = call_take_texts(sh, &m->call, m->args.items + 1, m->args.count - 1) == 0;
        return m->has_call ? 0 : -1;
    }
    m->kind = MEMBER_PROGRAM;
    return 0;
}

/* --- what cannot be started --- */

static bool try_directory(struct shell *sh, const struct member *m)
{
    char *argv[] = {"cd", m->args.items[0], NULL};
    if (!sh->interactive || m->args.count != 1 || access(argv[1], X_OK) < 0)
        return false;
    const struct builtin *cd = builtin_find("cd");
    struct io saved = sh->io;
    int null = null_open();
    if (null >= 0)
        sh->io.err = null;
    int status = builtin_run(sh, cd, 2, argv);
    sh->io = saved;
    if (null >= 0)
        close(null);
    return status == 0;
}

/* The command cannot run, for the reason in `err`. 0 when that was dealt with. */
static int cannot_start(struct shell *sh, const struct member *m, int err)
{
    const char *name = m->args.items[0];
    bool missing = err == ENOENT;
    if ((missing || err == EACCES) && try_directory(sh, m)) {
        sh->status = 0;
        return 0;
    }
    if (missing && sh->interactive) {
        if (!call_hook(sh, "COMMAND_NOT_FOUND", name))
            shell_say(sh, "command not found: %s", name);
        sh->status = 127;
        return 0;
    }
    /* Where somebody looks at the status, this is one more way to fail. */
    if (sh->conditions > 0 || sh->interactive) {
        if (missing)
            shell_say(sh, KIND_PIPELINE ": command not found: %s", name);
        else
            shell_say(sh, KIND_PIPELINE ": command exec error: %s: %s", name, strerror(err));
        sh->status = missing ? 127 : 126;
        return 0;
    }
    if (missing)
        return shell_fail(sh, KIND_PIPELINE, "command not found: %s", name);
    return shell_fail(sh, KIND_PIPELINE, "command exec error: %s: %s", name, strerror(err));
}

/* --- waiting --- */

static int died(struct shell *sh, pid_t pid, int wait_status)
{
    int sig = WTERMSIG(wait_status);
    if (sig == SIGPIPE)
        return 0;
#ifdef WCOREDUMP
    if (WCOREDUMP(wait_status)) {
        shell_fail(sh, KIND_PIPELINE, "process (%ld) ended by signal %s and had a core dump",
                   (long)pid, signals_name(sig));
        sh->failure.signal = sig;
        return -1;
    }
#endif
    shell_fail(sh, KIND_PIPELINE, "process (%ld) ended by signal %s", (long)pid, signals_name(sig));
    sh->failure.signal = sig;
    return -1;
}

static void give_terminal(const struct run *r, pid_t group)
{
    if (r->sh->has_terminal && !r->sh->forked && r->group != GROUP_NONE && group > 0)
        tcsetpgrp(STDIN_FILENO, group);
}

/* Waits for everything that was started. */
static int wait_members(struct run *r)
{
    struct shell *sh = r->sh;
    int result = 0;
    for (size_t i = 0; i < r->count; i++) {
        int wait_status;
        if (!r->pids[i])
            continue;
        pid_t pid = waitpid(r->pids[i], &wait_status, WUNTRACED);
        if (pid < 0 && errno == EINTR) {
            i--;
            continue;
        }
        if (pid < 0)
            continue;
        if (WIFSTOPPED(wait_status)) {
            jobs_add(sh, r->group, r->pids + i, r->count - i, JOB_STOPPED, "", false);
            struct job *job = jobs_last(sh, true);
            shell_say(sh, "([%u] %ld) Stopped", job ? job->id : 0, (long)pid);
            result =
                shell_fail(sh, KIND_PIPELINE, "process (%ld) ended by signal SIGTSTP", (long)pid);
            break;
        }
        if (WIFSIGNALED(wait_status) && died(sh, pid, wait_status) < 0)
            result = -1;
        int status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 0;
        if (!r->first_failure)
            r->first_failure = status;
        if (i == r->last)
            r->status = status;
    }
    give_terminal(r, sh->group);
    sh->status = sh->pipefail && r->first_failure ? r->first_failure : r->status;
    return result;
}

/* Reads what the members write until the last of them closes its end. */
static void drain_capture(struct run *r)
{
    char block[16384];
    if (r->capture[0] < 0)
        return;
    close(r->capture[1]);
    for (;;) {
        ssize_t n = read(r->capture[0], block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++) {
            /* A text cannot hold NUL. */
            if (block[i])
                continue;
            memmove(block + i, block + i + 1, (size_t)(n - i - 1));
            n--;
            i--;
        }
        buf_add(r->sh->io.capture, block, (size_t)n);
    }
    close(r->capture[0]);
}

/* --- starting --- */

static void add_process(struct run *r, pid_t pid, bool is_last)
{
    if (r->group == GROUP_NEW)
        r->group = pid;
    if (is_last)
        r->last = r->count;
    r->pids[r->count++] = pid;
}

/* The status of a member that needed no process. */
static void note_status(struct run *r, const struct member *m, int status)
{
    if (!r->first_failure)
        r->first_failure = status;
    if (m->command->pipe)
        return;
    r->status = status;
    r->last = (size_t)-1;
}

/* A builtin or function in a copy of the shell, which closes what belongs to others. */
static int start_copy(struct run *r, struct member *m, const struct streams3 *fds, int next_in)
{
    struct shell *sh = r->sh;
    pid_t pid = spawn_copy(sh, fds, r->group, r->pipeline->background != FOREGROUND);
    if (pid < 0)
        return shell_fail(sh, KIND_PIPELINE, "cannot copy the shell: %s", strerror(errno));
    if (pid == 0) {
        if (next_in >= 0)
            close(next_in);
        if (r->capture[0] >= 0) {
            close(r->capture[0]);
            close(r->capture[1]);
        }
        ends_close(&r->owned);
        int status = 1;
        if (m->kind == MEMBER_BUILTIN) {
            status = builtin_run(sh, m->builtin, (int)m->args.count, m->args.items);
        } else if (call_run(sh, &m->call) < 0) {
            shell_report(sh);
        } else {
            status = sh->status;
        }
        shell_exit(sh, status);
    }
    add_process(r, pid, !m->command->pipe);
    return 0;
}

/* The whole output of a pure builtin, if the pipe can take it at once. */
static int start_pure(struct run *r, struct member *m, const struct streams3 *fds, int next_in)
{
    struct shell *sh = r->sh;
    struct io saved = sh->io;
    struct buf out = {0};
    int result = 0;
    sh->io.in = fds->in;
    sh->io.err = fds->err;
    sh->io.capture = &out;
    int status = builtin_run(sh, m->builtin, (int)m->args.count, m->args.items);
    sh->io = saved;
    note_status(r, m, status);
    if (out.len <= PIPE_ROOM) {
        fd_write(fds->out, buf_text(&out), out.len);
    } else {
        pid_t pid = spawn_copy(sh, fds, r->group, r->pipeline->background != FOREGROUND);
        if (pid == 0) {
            if (next_in >= 0)
                close(next_in);
            fd_write(STDOUT_FILENO, out.text, out.len);
            shell_exit(sh, status);
        }
        if (pid < 0)
            result = shell_fail(sh, KIND_PIPELINE, "cannot copy the shell: %s", strerror(errno));
        else
            add_process(r, pid, !m->command->pipe);
    }
    buf_free(&out);
    return result;
}

/* A background job whose program cannot be started is a job, too: it says so and ends with 126. */
static int start_failing(struct run *r, struct member *m, const struct streams3 *fds, int err)
{
    struct shell *sh = r->sh;
    pid_t pid = spawn_copy(sh, fds, r->group, true);
    if (pid < 0)
        return shell_fail(sh, KIND_PIPELINE, "cannot copy the shell: %s", strerror(errno));
    if (pid == 0) {
        sh->conditions = 0;
        if (cannot_start(sh, m, err) < 0)
            shell_report(sh);
        shell_exit(sh, 126);
    }
    add_process(r, pid, !m->command->pipe);
    return 0;
}

static int start_program(struct run *r, struct member *m, const struct streams3 *fds)
{
    const char *path = program_find(m->args.items[0]);
    pid_t pid = path ? spawn_program(path, m->args.items, fds, r->group) : -1;
    if (pid < 0) {
        int err = errno;
        if (r->pipeline->background != FOREGROUND)
            return start_failing(r, m, fds, err);
        int result = cannot_start(r->sh, m, err);
        note_status(r, m, r->sh->status);
        return result;
    }
    add_process(r, pid, !m->command->pipe);
    return 0;
}

static int start_member(struct run *r, struct member *m, const struct streams3 *fds, int next_in)
{
    if (m->kind == MEMBER_PROGRAM)
        return start_program(r, m, fds);
    bool pure = m->kind == MEMBER_BUILTIN && (m->builtin->flags & BUILTIN_PURE);
    if (pure && r->pipeline->background == FOREGROUND)
        return start_pure(r, m, fds, next_in);
    return start_copy(r, m, fds, next_in);
}

/* The streams of member `i`, with its pipes and redirections. */
static int connect(struct run *r, size_t i, int pipe_in, int pipe_out, struct streams3 *fds)
{
    struct shell *sh = r->sh;
    struct member *m = &r->members[i];
    struct ends in = {0};
    struct ends out = {0};
    struct ends err = {0};
    pid_t helpers[3] = {0, 0, 0};
    enum streams piped = m->command->pipe;
    if (pipe_in >= 0 && ends_add(sh, &in, pipe_in) < 0)
        return -1;
    if ((piped & STREAM_OUT) && ends_add(sh, &out, pipe_out) < 0)
        return -1;
    if ((piped & STREAM_ERR) && ends_add(sh, &err, pipe_out) < 0)
        return -1;
    if (redirect_open(sh, m->command, &m->redirects, &in, &out, &err, &r->owned) < 0)
        return -1;
    fds->in = ends_join(sh, &in, fds->in, true, &r->owned, &helpers[0]);
    if (fds->in >= 0)
        fds->out = ends_join(sh, &out, fds->out, false, &r->owned, &helpers[1]);
    if (fds->in >= 0 && fds->out >= 0)
        fds->err = ends_join(sh, &err, fds->err, false, &r->owned, &helpers[2]);
    for (int k = 0; k < 3; k++) {
        if (helpers[k] > 0)
            r->pids[r->count++] = helpers[k];
    }
    return fds->in < 0 || fds->out < 0 || fds->err < 0 ? -1 : 0;
}

static int start_one(struct run *r, size_t i, const struct streams3 *base, int *carry)
{
    struct shell *sh = r->sh;
    struct streams3 fds = *base;
    int pipe_in = *carry;
    int pipe[2] = {-1, -1};
    *carry = -1;
    if (r->members[i].command->pipe && pipe_open(pipe) < 0)
        return shell_fail(sh, KIND_PIPELINE, "cannot make a pipe: %s", strerror(errno));
    int result = connect(r, i, pipe_in, pipe[1], &fds);
    if (result == 0)
        result = start_member(r, &r->members[i], &fds, pipe[0]);
    if (pipe_in >= 0)
        close(pipe_in);
    if (pipe[1] >= 0)
        close(pipe[1]);
    ends_close(&r->owned);
    *carry = pipe[0];
    return result;
}

static int start_all(struct run *r, const struct streams3 *base)
{
    int carry = -1;
    int result = 0;
    for (size_t i = 0; i < r->pipeline->count && result == 0; i++)
        result = start_one(r, i, base, &carry);
    if (carry >= 0)
        close(carry);
    return result;
}

/* --- a lone builtin or function, in the shell itself --- */

static int run_here(struct shell *sh, struct member *m)
{
    if (m->kind == MEMBER_FUNCTION) {
        m->has_call = false;
        return call_run(sh, &m->call);
    }
    sh->status = builtin_run(sh, m->builtin, (int)m->args.count, m->args.items);
    return sh->failure.kind ? -1 : 0;
}

static int run_redirected_here(struct run *r)
{
    struct shell *sh = r->sh;
    struct io saved = sh->io;
    struct streams3 fds = {sh->io.in, sh->io.out, sh->io.err};
    int result = connect(r, 0, -1, -1, &fds);
    if (result == 0) {
        bool keeps_out = fds.out == saved.out;
        bool keeps_err = fds.err == saved.err;
        sh->io = (struct io){fds.in, fds.out, fds.err, keeps_out ? saved.capture : NULL,
                             keeps_err ? saved.own : fds.err};
        struct ends owned = r->owned;
        r->owned.count = 0;
        result = run_here(sh, &r->members[0]);
        sh->io = saved;
        r->owned = owned;
    }
    ends_close(&r->owned);
    int status = sh->status;
    r->status = status;
    r->last = (size_t)-1;
    bool helpers = r->count > 0;
    if (helpers && wait_members(r) < 0)
        result = -1;
    return result;
}

/* --- the whole --- */

static int run_background(struct run *r)
{
    struct shell *sh = r->sh;
    bool disowned = r->pipeline->background == DISOWNED;
    int null = null_open();
    struct streams3 base = {sh->io.in, sh->io.out, sh->io.err};
    if (null >= 0) {
        base.in = null;
        if (disowned)
            base.out = base.err = null;
    }
    r->group = sh->forked ? GROUP_NONE : GROUP_NEW;
    int result = start_all(r, &base);
    if (null >= 0)
        close(null);
    if (result < 0)
        return -1;
    sh->status = r->status;
    if (r->count == 0)
        return 0;
    sh->status = 0;
    if (!disowned && !sh->forked)
        jobs_add(sh, r->group, r->pids, r->count, JOB_RUNNING, r->pipeline->raw, true);
    return 0;
}

/* A signal may have come to the shell's group before the programs were in it. */
static void pass_on_pending(const struct run *r)
{
    int sig = signals_pending();

    for (size_t i = 0; sig && i < r->count; i++) {
        if (r->pids[i])
            kill(r->pids[i], sig);
    }
}

static int run_foreground(struct run *r)
{
    struct shell *sh = r->sh;
    struct streams3 base = {sh->io.in, sh->io.out, sh->io.err};
    if (sh->io.capture) {
        if (pipe_open(r->capture) < 0)
            return shell_fail(sh, KIND_PIPELINE, "cannot make a pipe: %s", strerror(errno));
        base.out = r->capture[1];
    }
    r->group = sh->has_terminal && !sh->forked ? GROUP_NEW : GROUP_NONE;
    int result = start_all(r, &base);
    if (r->count > 0 && r->group > 0) {
        give_terminal(r, r->group);
        /* It may have asked for the terminal before it was given it. */
        kill(-r->group, SIGCONT);
        /* The interrupt key may have come just before: then the shell got what was meant for it. */
        if (signals_pending() == SIGINT)
            kill(-r->group, SIGINT);
    } else if (r->group == GROUP_NONE) {
        pass_on_pending(r);
    }
    drain_capture(r);
    if (wait_members(r) < 0)
        result = -1;
    return result;
}

/* Works out every member before anything is opened or started; says how many it got to. */
static int prepare_all(struct run *r, size_t *prepared)
{
    struct shell *sh = r->sh;
    const struct pipeline *pl = r->pipeline;
    for (*prepared = 0; *prepared < pl->count; ++*prepared) {
        struct member *m = &r->members[*prepared];
        memset(m, 0, sizeof *m);
        if (prepare(sh, &pl->commands[*prepared], m) < 0)
            return -1;
        if (redirect_expand(sh, m->command, &m->redirects) < 0) {
            ++*prepared;
            return -1;
        }
    }
    for (size_t i = 0; sh->trace && i < pl->count; i++)
        trace_member(sh, pl, i, &r->members[i].args, r->members[i].redirects.items);
    return 0;
}

static int run_prepared(struct run *r)
{
    const struct pipeline *pl = r->pipeline;
    bool lone = pl->count == 1 && pl->background == FOREGROUND;
    if (pl->background != FOREGROUND)
        return run_background(r);
    if (!lone || r->members[0].kind == MEMBER_PROGRAM)
        return run_foreground(r);
    return pl->commands[0].redirect_count ? run_redirected_here(r)
                                          : run_here(r->sh, &r->members[0]);
}

int run_pipeline_plain(struct shell *sh, const struct pipeline *pl)
{
    struct run r = {.sh = sh, .pipeline = pl, .group = GROUP_NONE, .capture = {-1, -1}};
    size_t prepared;
    r.last = (size_t)-1;
    if (pl->count == 0)
        return 0;
    r.members = arena_alloc(&sh->temp, pl->count * sizeof *r.members);
    /* Each member can have three helpers beside it. */
    r.pids = arena_alloc(&sh->temp, pl->count * 4 * sizeof *r.pids);
    int result = prepare_all(&r, &prepared);
    if (result == 0)
        result = run_prepared(&r);
    for (size_t i = 0; i < prepared; i++) {
        if (r.members[i].has_call)
            call_drop(&r.members[i].call);
    }
    return result;
}

int run_pipeline(struct shell *sh, const struct stmt *s)
{
    int result;
    if (run_aliases(sh, s, &result))
        return result;
    return run_pipeline_plain(sh, &s->pipeline);
}
