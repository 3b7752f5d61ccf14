/*
 * The shell's state, one struct that is handed to everything, and the reporting of errors.
 *
 * A function that can fail fatally returns -1 after shell_fail has stored why; the callers pass the
 * -1 up to where the statement's text came from (a script, a prompt line, source, eval).
 */
#ifndef ION_SHELL_H
#define ION_SHELL_H

#include "mem.h"
#include "scope.h"
#include "syntax.h"

#include <signal.h>
#include <sys/types.h>

/* Where commands and builtins read and write. */
struct io {
    int in;
    int out;
    int err;
    struct buf *capture; /* inside a substitution: output goes here instead of `out` */
    int own;             /* what the shell itself says; not silenced by a substitution */
};

/* Why the running text is being given up. */
struct failure {
    const char *kind; /* "syntax error" and so on; null when nothing failed */
    struct buf text;
    int signal;     /* the failure is a death by this signal; 0 otherwise */
    bool undefined; /* an undefined variable or command was the cause */
};

struct jobs;
struct dirs;
struct history;

struct shell {
    struct scopes scopes;
    struct arena temp; /* results of expansions, given back statement by statement */
    struct io io;
    int status; /* $? */
    struct failure failure;
    struct unit *unit;   /* whose statements are running */
    unsigned calls;      /* nesting of function calls */
    unsigned conditions; /* >0: a failing command is looked at by somebody */
    unsigned loops;      /* loops open in this function */
    bool errexit, pipefail, no_exec, trace;
    bool interactive;
    bool has_terminal; /* stdin is a terminal and the shell has its own foreground group */
    bool forked;       /* a copy of the shell: no job control, ends with _exit */
    bool has_schemes;  /* the system is Redox, not the host of a test */
    bool vi_keys;
    bool hup_on_exit;
    pid_t group;        /* the shell's own process group */
    const char *script; /* name of the running script file, or null */
    const char *argv0;
    struct jobs *jobs;
    struct dirs *dirs;
    struct history *history; /* interactive only */
};

/* Stores a fatal error and returns -1. The first one stays. */
__attribute__((format(printf, 3, 4))) int shell_fail(struct shell *sh, const char *kind,
                                                     const char *fmt, ...);

/* The kinds of fatal errors. */
#define KIND_SYNTAX "syntax error"
#define KIND_BLOCK "block error"
#define KIND_FUNCTION "function error"
#define KIND_EXPANSION "expansion error"
#define KIND_PIPELINE "pipeline execution error"

/* "KIND: DETAIL" of the stored failure. */
void shell_failure_text(const struct shell *sh, struct buf *out);
void shell_clear_failure(struct shell *sh);
/* Prints the stored failure as "ion: ..." on io.own and clears it; of a death by SIGPIPE
 * nothing is said. */
void shell_report(struct shell *sh);

/* A message of a builtin: "ion: TEXT" on its stderr. */
__attribute__((format(printf, 2, 3))) void shell_warn(struct shell *sh, const char *fmt, ...);
/* A message of the shell itself, on io.own. */
__attribute__((format(printf, 2, 3))) void shell_say(struct shell *sh, const char *fmt, ...);

/* Output of builtins: to where stdout goes at the moment. False when it cannot be written. */
bool shell_out(struct shell *sh, const char *text, size_t len);
__attribute__((format(printf, 2, 3))) bool shell_printf(struct shell *sh, const char *fmt, ...);

/* Writes all of it to the descriptor; false, with errno, on failure. */
bool fd_write(int fd, const char *text, size_t len);

/* Ends the shell, or its forked copy, at once. */
_Noreturn void shell_exit(struct shell *sh, int status);

#endif
