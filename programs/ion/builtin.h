/* The commands inside the shell. */
#ifndef ION_BUILTIN_H
#define ION_BUILTIN_H

#include "shell.h"

enum builtin_flags {
    /* Reads no input and changes nothing but its output: needs no copy of the shell in a pipe. */
    BUILTIN_PURE = 1,
    BUILTIN_INTERACTIVE = 2 /* exists at the prompt only */
};

struct builtin {
    const char *name;
    int (*run)(struct shell *sh, int argc, char **argv);
    unsigned flags;
    const char *args; /* for the synopsis */
    const char *help; /* one line */
};

/* Makes all of them known to the symbols. */
void builtins_start(bool interactive);
const struct builtin *builtin_find(const char *name);
/* The status. -h and --help are answered here. */
int builtin_run(struct shell *sh, const struct builtin *b, int argc, char **argv);

/* For help: all of them, sorted by name. */
const struct builtin *builtins_all(size_t *count);

/* One group per file; each array ends with a null name. */
extern const struct builtin builtins_text[];
extern const struct builtin builtins_test[];
extern const struct builtin builtins_var[];
extern const struct builtin builtins_dir[];
extern const struct builtin builtins_run[];
extern const struct builtin builtins_job[];
extern const struct builtin builtins_shell[];

/* "ion: NAME: TEXT" on stderr; returns `status`. */
__attribute__((format(printf, 4, 5))) int builtin_fail(struct shell *sh, const char *name,
                                                       int status, const char *fmt, ...);

#endif
