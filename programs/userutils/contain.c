/*
 * contain: runs a program in a namespace of a few schemes. The rest cannot even be named there. A
 * plain user may do it too: a namespace can only be made smaller. There is no filter of files: with
 * the scheme `file` goes the whole root file system.
 */
#include "programs/common/error.h"
#include "programs/common/options.h"
#include "programs/userutils/common/schemes.h"
#include "programs/userutils/common/session.h"
#include "redox/redox.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: contain [-n] [-s SCHEME]... [-u USER] COMMAND [ARG]...\n"
    "Run COMMAND where only some schemes exist.\n"
    "  -s SCHEME  one more, or with a '*' at its end all that begin so\n"
    "  -n         without those that every program needs (they are: event initfs memory null\n"
    "             pipe rand time zero)\n"
    "  -u USER    as this user; only root may\n";

static const char *const needed[] = {"event", "initfs", "memory", "null",
                                     "pipe",  "rand",   "time",   "zero"};

/* Replaces this process: a namespace may change without a new one. */
static int run_here(int64_t ns, char **argv)
{
    size_t old = redox_setns_v0((size_t)ns);
    if (old != RX_FD_NONE)
        redox_fcntl_v0(old, RX_F_SETFD, RX_FD_CLOEXEC);
    execvp(argv[0], argv);
    warn_errno("%s", argv[0]);
    return errno == ENOENT || errno == ENODEV ? 127 : 126;
}

static int run_as(int64_t ns, const char *name, char **argv)
{
    struct user u;
    if (!user_find(name, &u))
        die(1, "user '%s' does not exist", name);
    const struct session s = {.user = &u, .argv = argv, .ns_fd = ns};
    int status = session_run(&s);
    user_free(&u);
    return status;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"no-default", OPT_NONE, 'n'},
                                            {"scheme", OPT_REQUIRED, 's'},
                                            {"user", OPT_REQUIRED, 'u'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "+ns:u:", .longs = longs, .usage = usage};
    struct scheme_list list = {0};
    const char *user = NULL;
    bool plain = true;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 's')
            schemes_add(&list, o.arg);
        else if (c == 'u')
            user = o.arg;
        else
            plain = false;
    }
    if (opt_count(&o) == 0)
        die_usage(1, "a command is missing");
    for (size_t i = 0; plain && i < sizeof needed / sizeof needed[0]; i++)
        schemes_add(&list, needed[i]);
    int64_t ns = schemes_namespace(&list);
    schemes_free(&list);
    if (ns < 0)
        die(1, "no namespace can be made: error %d", (int)-ns);
    return user ? run_as(ns, user, opt_operands(&o)) : run_here(ns, opt_operands(&o));
}
