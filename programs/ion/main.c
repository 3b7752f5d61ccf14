/* ion, the shell: command line, start and end. */
#include "builtin.h"
#include "config.h"
#include "dirs.h"
#include "eval.h"
#include "interactive.h"
#include "jobs.h"
#include "signals.h"
#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#ifndef ION_VERSION
#define ION_VERSION "1.0.0"
#endif

static const char help_text[] =
    "ion " ION_VERSION "\n"
    "A shell with arrays, maps, typed functions and simple, regular syntax. Without a script or\n"
    "commands it reads standard input, at a terminal with a prompt.\n"
    "\nUSAGE:\n    ion [FLAGS] [OPTIONS] [SCRIPT [ARG]...]\n"
    "\nFLAGS:\n"
    "    -f, --fake-interactive    report errors of standard input and go on\n"
    "    -h, --help                print this\n"
    "    -i, --interactive         prompt even when standard input is no terminal\n"
    "    -l, --login               accepted, without effect\n"
    "    -n, --no-execute          only check the syntax\n"
    "    -v, --version             print the version\n"
    "    -x                        show every command before it runs\n"
    "\nOPTIONS:\n"
    "    -c COMMANDS               run COMMANDS\n"
    "    -o vi|emacs               editing keys\n"
    "\nARGS:\n    SCRIPT, ARG               a file to run, and the rest of the array @args\n";

struct options {
    const char *commands;
    const char *keys;
    bool keys_given, fake, help, interactive, login, no_execute, version, trace;
    char **words; /* positional */
    int word_count;
};

static void stop(const char *text)
{
    fprintf(stderr, "%s\n", text);
    exit(1);
}

static bool take_flag(const char *word, struct options *o)
{
    const struct {
        const char *name;
        const char *long_name;
        bool *flag;
    } flags[] = {
        {"-f", "--fake-interactive", &o->fake},
        {"-h", "--help", &o->help},
        {"-i", "--interactive", &o->interactive},
        {"-l", "--login", &o->login},
        {"-n", "--no-execute", &o->no_execute},
        {"-v", "--version", &o->version},
        {"-x", NULL, &o->trace},
    };
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        bool match = strcmp(word, flags[i].name) == 0 ||
                     (flags[i].long_name && strcmp(word, flags[i].long_name) == 0);
        if (!match)
            continue;
        if (*flags[i].flag)
            stop("flag or option set twice, see --help");
        *flags[i].flag = true;
        return true;
    }
    return false;
}

static struct options parse_options(int argc, char **argv)
{
    struct options o = {0};
    o.words = mem_zero(((size_t)argc + 1) * sizeof *o.words);
    for (int i = 1; i < argc; i++) {
        if (take_flag(argv[i], &o))
            continue;
        if (strcmp(argv[i], "-c") == 0) {
            if (o.commands)
                stop("flag or option set twice, see --help");
            if (i + 1 < argc)
                o.commands = argv[++i];
        } else if (strcmp(argv[i], "-o") == 0) {
            if (o.keys_given)
                stop("flag or option set twice, see --help");
            o.keys_given = true;
            o.keys = i + 1 < argc ? argv[++i] : "";
            if (strcmp(o.keys, "vi") != 0 && strcmp(o.keys, "emacs") != 0)
                stop("invalid keybinding, see --help");
        } else {
            o.words[o.word_count++] = argv[i];
        }
    }
    return o;
}

static void answer_questions(const struct options *o)
{
    if (o->help)
        fputs(help_text, stdout);
    else if (o->version)
        printf("ion %s (x86_64-unknown-redox)\nrev unknown\n", ION_VERSION);
    if (o->help || o->version)
        exit(fflush(stdout) == 0 ? 0 : 1);
    if (o->commands && o->word_count > 0)
        stop("either execute command or file(s)");
}

/*
 * Numbers 0, 1 and 2 must exist, or files opened later would take their places. What stands for a
 * closed output cannot be written, so that writing to it is an error as it should be.
 */
static void fill_standard_streams(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        int flags = fd == STDIN_FILENO ? O_RDWR : O_RDONLY;
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", flags) < 0)
            open("/scheme/null", flags);
    }
}

static void set_environment(void)
{
    char host[256];
    bool named = gethostname(host, sizeof host) == 0;
    host[sizeof host - 1] = '\0';
    setenv("HOST", named ? host : "?", 1);
    if (!getenv("USER")) {
        const struct passwd *pw = getpwuid(getuid());
        setenv("USER", pw ? pw->pw_name : "root", 1);
    }
}

static void set_variables(struct shell *sh, const struct options *o)
{
    struct value args = value_array();
    char text[32];
    array_add(&args, o->word_count ? o->words[0] : sh->argv0);
    for (int i = 1; i < o->word_count; i++)
        array_add(&args, o->words[i]);
    scope_set(&sh->scopes, symbol_of("args", 4), args);
    snprintf(text, sizeof text, "%ld", (long)getpid());
    scope_set_string(&sh->scopes, "PID", text);
    snprintf(text, sizeof text, "%lu", (unsigned long)getuid());
    scope_set_string(&sh->scopes, "UID", text);
    snprintf(text, sizeof text, "%lu", (unsigned long)geteuid());
    scope_set_string(&sh->scopes, "EUID", text);
    scope_set_string(&sh->scopes, "HISTORY_SIZE", "1000");
    scope_set_string(&sh->scopes, "HISTFILE_SIZE", "100000");
    scope_set(&sh->scopes, symbol_of("CDPATH", 6), value_array());
    prompt_start(sh);
}

/* An own process group in the terminal's foreground, so that jobs can take turns with it. */
static void take_terminal(struct shell *sh)
{
    sh->group = getpgrp();
    if (!isatty(STDIN_FILENO))
        return;
    if (sh->group != getpid() && setpgid(0, 0) == 0)
        sh->group = getpgrp();
    sh->has_terminal = tcsetpgrp(STDIN_FILENO, sh->group) == 0;
}

static void start(struct shell *sh, const struct options *o, char **argv, bool interactive)
{
    sh->argv0 = argv[0] ? argv[0] : "ion";
    sh->io = (struct io){STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO, NULL, STDERR_FILENO};
    sh->interactive = interactive;
    sh->trace = o->trace;
    sh->vi_keys = o->keys && strcmp(o->keys, "vi") == 0;
    struct utsname system;
    sh->has_schemes = uname(&system) == 0 && strcmp(system.sysname, "Redox") == 0;
    scopes_start(&sh->scopes);
    signals_start();
    set_environment();
    sh->dirs = dirs_new();
    sh->jobs = jobs_new();
    set_variables(sh, o);
    builtins_start(interactive);
    take_terminal(sh);
}

/* The end of a script: background jobs are waited for, unless an error ended it. */
static int finish(struct shell *sh, int result)
{
    if (result == 0) {
        jobs_wait_all(sh);
        return sh->status & 0xff;
    }
    int sig = sh->failure.signal;
    shell_report(sh);
    if (sig)
        signals_die_of(sig);
    return 1;
}

static int run_script(struct shell *sh, const char *path)
{
    int error;
    sh->script = path;
    int result = run_file(sh, path, &error);
    if (result < 0 && error) {
        printf("ion: %s: %s\n", path, strerror(error));
        fflush(stdout);
        return 1;
    }
    return finish(sh, result);
}

/* -n: nothing is run; the status says whether the syntax is right. */
static int check_only(const struct options *o)
{
    struct buf text = {0};
    bool read = true;
    if (o->commands)
        buf_puts(&text, o->commands);
    else
        read = config_read(o->word_count ? o->words[0] : "/dev/stdin", &text);
    if (!read) {
        printf("ion: %s: %s\n", o->word_count ? o->words[0] : "stdin", strerror(errno));
        return 1;
    }
    struct shell sh = {.io = {.own = STDERR_FILENO}};
    int result = text_check(&sh, buf_text(&text), text.len, o->word_count ? o->words[0] : NULL);
    shell_report(&sh);
    buf_free(&sh.failure.text);
    buf_free(&text);
    return result < 0 ? 1 : 0;
}

int main(int argc, char **argv)
{
    static struct shell shell;
    struct shell *sh = &shell;
    static struct options o;
    o = parse_options(argc, argv);
    answer_questions(&o);
    fill_standard_streams();
    bool from_stdin = !o.commands && o.word_count == 0;
    bool interactive = from_stdin && (isatty(STDIN_FILENO) || o.interactive);
    if (o.no_execute)
        return check_only(&o);
    start(sh, &o, argv, interactive);
    if (o.commands)
        return finish(sh, run_input(sh, o.commands, strlen(o.commands), NULL));
    if (o.word_count > 0)
        return run_script(sh, o.words[0]);
    if (!interactive)
        return finish(sh, run_stdin(sh, o.fake));
    run_interactive(sh);
    return sh->status & 0xff;
}
