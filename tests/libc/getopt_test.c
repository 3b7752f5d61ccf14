/*
 * getopt and getopt_long against the host's: random command lines, what each call returns, and
 * the order in which the arguments are left. Usage: getopt_test [count [seed]].
 */
#include "tests/random.h"

#include <getopt.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

extern char *u_optarg;
extern int u_optind, u_opterr, u_optopt;
int u_getopt(int argc, char *const argv[], const char *options);
int u_getopt_long(int argc, char *const *argv, const char *options, const struct option *longs,
                  int *index);

#define ARGS 10

static const char *const words[] = {
    "-a",    "-b",      "-bx",  "-ab",    "-abc",  "-c",     "-cval",    "--",
    "-",     "file",    "x",    "--long", "--lon", "--need", "--need=v", "--need=",
    "--opt", "--opt=z", "--zz", "-z",     "--lo",  "--l=3",  "-ac",      "--n",
};
static const char *const specs[] = {"ab:c::", "+ab:c::", "-ab:c::", ":ab:c::", "abc"};
static const struct option longs[] = {
    {"long", no_argument, NULL, 'L'},       {"longer", no_argument, NULL, 'M'},
    {"need", required_argument, NULL, 'N'}, {"opt", optional_argument, NULL, 'O'},
    {"flag", no_argument, NULL, 'F'},       {NULL, 0, NULL, 0},
};

static uint64_t state;

static unsigned below(unsigned n)
{
    return random_below(&state, n);
}

/* One line for all that a run gives. */
static char *note(char *p, int c, const char *arg, int opt)
{
    int wrong = c == '?' || c == ':';

    return p + sprintf(p, "%d(%s)%d ", c, arg && !wrong ? arg : "", wrong ? opt : 0);
}

static char *note_args(char *p, int argc, char **argv, int index)
{
    p += sprintf(p, "| %d", index);
    for (int i = 0; i < argc; i++)
        p += sprintf(p, " %s", argv[i]);
    return p;
}

static void host_run(int argc, char **argv, const char *spec, int use_longs, char *p)
{
    int c;

    optind = 0;
    while ((c = use_longs ? getopt_long(argc, argv, spec, longs, NULL)
                          : getopt(argc, argv, spec)) != -1)
        p = note(p, c, optarg, optopt);
    note_args(p, argc, argv, optind);
}

static void our_run(int argc, char **argv, const char *spec, int use_longs, char *p)
{
    int c;

    u_optind = 0;
    while ((c = use_longs ? u_getopt_long(argc, argv, spec, longs, NULL)
                          : u_getopt(argc, argv, spec)) != -1)
        p = note(p, c, u_optarg, u_optopt);
    note_args(p, argc, argv, u_optind);
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 200000, failures = 0;
    char *mine[ARGS + 1], *theirs[ARGS + 1];
    static char ours[4000], host[4000];

    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    opterr = u_opterr = 0;
    for (long i = 0; i < count; i++) {
        int n = 1 + (int)below(ARGS);
        mine[0] = theirs[0] = "program";
        for (int k = 1; k < n; k++)
            mine[k] = theirs[k] = (char *)words[below(sizeof words / sizeof words[0])];
        mine[n] = theirs[n] = NULL;
        const char *spec = specs[below(5)];
        int use_longs = (int)below(2);
        host_run(n, theirs, spec, use_longs, host);
        our_run(n, mine, spec, use_longs, ours);
        if (strcmp(ours, host) != 0 && failures++ < 10)
            printf("\"%s\" long %d\n host %s\n ours %s\n", spec, use_longs, host, ours);
    }
    printf("getopt_test: %ld command lines, %ld differences\n", count, failures);
    return failures != 0;
}
