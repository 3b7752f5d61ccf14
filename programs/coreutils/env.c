/* env: runs a command in a changed environment, or prints the environment. */
#include "common/error.h"
#include "common/options.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static const char usage[] =
    "Usage: env [OPTION]... [-] [NAME=VALUE]... [COMMAND [ARG]...]\n"
    "Run COMMAND with each NAME set to VALUE; without COMMAND print the environment.\n"
    "  -i  start with an empty environment    -u NAME  remove NAME\n"
    "  -C DIR  run in DIR                     -0  end lines with NUL, not newline\n";

static void clear_environment(void)
{
    static char *none[] = {NULL};
    environ = none;
}

static void print_environment(char end)
{
    for (char **e = environ; *e; e++)
        printf("%s%c", *e, end);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"ignore-environment", OPT_NONE, 'i'},
                                            {"unset", OPT_REQUIRED, 'u'},
                                            {"chdir", OPT_REQUIRED, 'C'},
                                            {"null", OPT_NONE, '0'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "+iu:C:0",
                     .longs = longs,
                     .usage = usage,
                     .fail = 125};
    bool empty = false;
    char end = '\n';
    const char *dir = NULL;
    const char **unset = calloc((size_t)argc + 1, sizeof *unset);
    size_t unsets = 0;
    prog_start(argv);
    if (!unset)
        die(125, "memory exhausted");
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'i')
            empty = true;
        else if (c == 'u')
            unset[unsets++] = o.arg;
        else if (c == 'C')
            dir = o.arg;
        else
            end = '\0';
    }
    char **words = opt_operands(&o);
    if (*words && strcmp(*words, "-") == 0) {
        empty = true;
        words++;
    }
    if (empty)
        clear_environment();
    for (size_t i = 0; i < unsets; i++) {
        if (unsetenv(unset[i]) < 0)
            die_errno(125, "cannot unset '%s'", unset[i]);
    }
    free(unset);
    for (; *words && strchr(*words, '='); words++) {
        if (putenv(*words) != 0)
            die_errno(125, "cannot set '%s'", *words);
    }
    if (!*words) {
        if (dir)
            die_usage(125, "must specify command with --chdir (-C)");
        print_environment(end);
        return finish(0);
    }
    if (end == '\0')
        die_usage(125, "cannot specify --null (-0) with command");
    if (dir && chdir(dir) < 0)
        die_errno(125, "cannot change directory to '%s'", dir);
    execvp(words[0], words);
    int status = errno == ENOENT ? 127 : 126;
    die_errno(status, "'%s'", words[0]);
}
