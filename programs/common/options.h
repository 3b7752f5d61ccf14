/*
 * Option parsing for the utilities, GNU style: short options in clusters, long options that
 * may be abbreviated, operands and options in any order, "--" ends the options. --help is answered
 * here. The C library's getopt_long is not used so that messages are the same everywhere.
 */
#ifndef COMMON_OPTIONS_H
#define COMMON_OPTIONS_H

#include <stdbool.h>

enum opt_arg { OPT_NONE, OPT_REQUIRED, OPT_OPTIONAL };

struct opt_long {
    const char *name;
    enum opt_arg arg;
    int value; /* what opt_next returns for it */
};

struct opts {
    int argc;
    char **argv;
    /* As for getopt: "ab:c::"; a leading '+' stops at the first operand. */
    const char *shorts;
    const struct opt_long *longs; /* ends with a null name; may be null */
    const char *usage;            /* printed by --help */
    int fail;                     /* exit status for a wrong call; 0 means 1 */

    const char *arg; /* argument of the option just returned, or null */
    /* private */
    int index;
    int operands;
    const char *cluster;
};

/*
 * The next option's character or long value; -1 when none is left: then argv + index holds
 * exactly the operands (argc - index of them). Wrong options end the program.
 */
int opt_next(struct opts *o);

/* The operands, valid after opt_next returned -1. */
int opt_count(const struct opts *o);
char **opt_operands(const struct opts *o);

/* For programs whose arguments are no options: prints the usage, and is true, when there is one,
 * --help. */
bool opt_help_alone(int argc, char **argv, const char *usage);

#endif
