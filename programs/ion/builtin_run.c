/* Builtins that run things: eval, source, source-sh, exec, exit, which, type, status, debug. */
#include "builtin.h"

#include "eval.h"
#include "history.h"
#include "jobs.h"
#include "signals.h"
#include "spawn.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int run_eval(struct shell *sh, int argc, char **argv)
{
    struct buf text = {0};
    for (int i = 1; i < argc; i++) {
        buf_puts(&text, i > 1 ? " " : "");
        buf_puts(&text, argv[i]);
    }
    int r = run_input(sh, buf_text(&text), text.len, NULL);
    buf_free(&text);
    if (r == 0)
        return sh->status;
    if (sh->failure.signal)
        return 1;
    shell_report(sh);
    return builtin_fail(sh, "eval", 1, "the commands could not be run");
}

static int run_source(struct shell *sh, int argc, char **argv)
{
    int error;
    if (argc < 2)
        return builtin_fail(sh, "source", 1, "needs a file");
    if (run_file(sh, argv[1], &error) == 0)
        return 0;
    if (error)
        return builtin_fail(sh, "source", 1, "%s: %s", argv[1], strerror(error));
    if (!sh->failure.signal)
        shell_report(sh);
    return 1;
}

/* Takes over one NAME=VALUE of the shell script's environment. */
static void take_variable(struct shell *sh, char *entry)
{
    static const char *const own[] = {"_", "SHLVL", "PWD", "OLDPWD"};
    char *eq = strchr(entry, '=');
    if (!eq)
        return;
    *eq = '\0';
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        if (strcmp(entry, own[i]) == 0)
            return;
    }
    const char *old = getenv(entry);
    if (old && strcmp(old, eq + 1) == 0)
        return;
    setenv(entry, eq + 1, 1);
    shell_printf(sh, "Set %s to %s\n", entry, eq + 1);
}

static int run_source_sh(struct shell *sh, int argc, char **argv)
{
    if (argc < 2)
        return builtin_fail(sh, "source-sh", 2, "needs a file or commands for sh");
    const char *path = program_find("sh");
    int fds[2];
    if (!path)
        return builtin_fail(sh, "source-sh", 1, "there is no 'sh' to run it");
    if (pipe_open(fds) < 0)
        return builtin_fail(sh, "source-sh", 1, "%s", strerror(errno));
    struct buf script = {0};
    bool file = access(argv[1], R_OK) == 0;
    /* `.` looks for a name without a slash in PATH only. */
    buf_puts(&script, !file ? "eval \"$1\"" : strchr(argv[1], '/') ? ". \"$1\"" : ". \"./$1\"");
    buf_puts(&script, " >/dev/null 2>&1; env -0");
    char *words[] = {"sh", "-c", script.text, "sh", argv[1], NULL};
    const struct streams3 streams = {sh->io.in, fds[1], sh->io.err};
    pid_t pid = spawn_program(path, words, &streams, GROUP_NONE);
    int err = errno;
    close(fds[1]);
    struct buf text = {0};
    char block[4096];
    ssize_t n;
    while (pid > 0 && (n = read(fds[0], block, sizeof block)) > 0)
        buf_add(&text, block, (size_t)n);
    close(fds[0]);
    int wait_status = 0;
    while (pid > 0 && waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
        ;
    for (char *p = text.text; p && p < text.text + text.len;) {
        size_t len = strlen(p);
        take_variable(sh, p);
        p += len + 1;
    }
    buf_free(&text);
    buf_free(&script);
    if (pid < 0)
        return builtin_fail(sh, "source-sh", 1, "%s", strerror(err));
    return status_of_wait(wait_status) == 0 ? 0 : 1;
}

/* Puts the shell's streams where a program expects them. */
static void place_streams(struct shell *sh)
{
    if (sh->io.in != STDIN_FILENO)
        dup2(sh->io.in, STDIN_FILENO);
    if (sh->io.out != STDOUT_FILENO)
        dup2(sh->io.out, STDOUT_FILENO);
    if (sh->io.err != STDERR_FILENO)
        dup2(sh->io.err, STDERR_FILENO);
}

static int run_exec(struct shell *sh, int argc, char **argv)
{
    bool clear = argc > 1 && strcmp(argv[1], "-c") == 0;
    char **words = argv + 1 + clear;
    static char *nothing[] = {NULL};
    if (!*words)
        return builtin_fail(sh, "exec", 1, "needs a program");
    const char *path = program_find(*words);
    int err = errno;
    if (path && access(path, X_OK) == 0) {
        sigset_t defaults;
        sigset_t mask;
        history_save(sh);
        place_streams(sh);
        signals_in_fork(true);
        signals_for_program(&defaults, &mask);
        execve(path, words, clear ? nothing : environ);
        err = errno;
        signals_start();
    } else if (path) {
        err = errno;
    }
    return builtin_fail(sh, "exec", 1, "%s: %s", *words, strerror(err));
}

static int run_exit(struct shell *sh, int argc, char **argv)
{
    int status = sh->status;
    if (argc > 1) {
        char *end;
        long value = strtol(argv[1], &end, 10);
        if (*argv[1] && !*end)
            status = (int)(value & 0xff);
    }
    if (!sh->forked) {
        history_save(sh);
        if (sh->hup_on_exit)
            jobs_hang_up(sh);
        jobs_forward(sh, SIGTERM);
    }
    shell_exit(sh, status);
}

static bool describe(struct shell *sh, const char *name)
{
    const struct symbol *symbol = symbol_find(name);
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    if (b && b->value.kind == VALUE_ALIAS) {
        shell_printf(sh, "%s: alias to %s\n", name, b->value.string);
        return true;
    }
    if (b && b->value.kind == VALUE_FUNCTION) {
        shell_printf(sh, "%s: function\n", name);
        return true;
    }
    if (symbol && symbol->builtin) {
        shell_printf(sh, "%s: built-in shell command\n", name);
        return true;
    }
    const char *path = getenv("PATH");
    const char *file = path ? program_find_in(&sh->temp, path, name) : NULL;
    if (file)
        shell_printf(sh, "%s\n", file);
    return file != NULL;
}

static int run_which(struct shell *sh, int argc, char **argv)
{
    int status = 0;
    if (argc < 2)
        return builtin_fail(sh, argv[0], 2, "needs a name");
    for (int i = 1; i < argc; i++) {
        if (!describe(sh, argv[i]))
            status = 1;
    }
    return status;
}

static int run_status(struct shell *sh, int argc, char **argv)
{
    bool login = sh->argv0[0] == '-';
    if (argc < 2) {
        shell_printf(sh, "This is %sa login shell\n", login ? "" : "not ");
        return 0;
    }
    if (strcmp(argv[1], "-l") == 0 || strcmp(argv[1], "--is-login") == 0)
        return login ? 0 : 1;
    if (strcmp(argv[1], "-i") == 0 || strcmp(argv[1], "--is-interactive") == 0)
        return isatty(STDIN_FILENO) ? 0 : 1;
    if (strcmp(argv[1], "-f") == 0 || strcmp(argv[1], "--current-filename") == 0) {
        shell_printf(sh, "%s\n", sh->script ? sh->script : "stdio");
        return 0;
    }
    return builtin_fail(sh, "status", 1, "unknown option '%s'", argv[1]);
}

static int run_debug(struct shell *sh, int argc, char **argv)
{
    bool on = argc == 2 && strcmp(argv[1], "on") == 0;
    if (!on && !(argc == 2 && strcmp(argv[1], "off") == 0))
        return builtin_fail(sh, "debug", 2, "needs 'on' or 'off'");
    sh->trace = on;
    return 0;
}

const struct builtin builtins_run[] = {
    {"eval", run_eval, 0, "WORD...", "run words as commands"},
    {"source", run_source, 0, "FILE", "run a file in this shell"},
    {"source-sh", run_source_sh, 0, "FILE | TEXT", "take over the environment an sh script sets"},
    {"exec", run_exec, 0, "[-c] PROGRAM [ARG...]", "replace the shell by a program"},
    {"exit", run_exit, 0, "[STATUS]", "leave the shell"},
    {"which", run_which, BUILTIN_PURE, "NAME...", "say what a command name stands for"},
    {"type", run_which, BUILTIN_PURE, "NAME...", "say what a command name stands for"},
    {"status", run_status, BUILTIN_PURE, "[-l | -i | -f]", "what kind of shell this is"},
    {"debug", run_debug, 0, "on | off", "show commands before they run"},
    {0},
};
