/*
 * A unit: what one file of an init.d directory says, in the form that init works with.
 * A service is one command with a kind of readiness; a script is several commands that
 * are run one after the other; a target is nothing but a name for what it depends on.
 */
#ifndef INIT_UNIT_H
#define INIT_UNIT_H

#include "servers/init/words.h"

#define UNIT_START_TIMEOUT_MS 1000u

enum unit_kind { UNIT_SERVICE, UNIT_TARGET, UNIT_SCRIPT };

/* When a command counts as started. */
enum ready_kind {
    READY_ONESHOT,       /* when it has ended */
    READY_ONESHOT_ASYNC, /* at once */
    READY_NOTIFY,        /* when a byte came through INIT_NOTIFY */
    READY_SCHEME,        /* when the root of its scheme came through INIT_NOTIFY */
};

struct command {
    struct words argv;
    struct words inherited; /* NAME=VALUE, weaker than the base environment */
    struct words envs;      /* NAME=VALUE, stronger */
    enum ready_kind ready;
    char *scheme; /* READY_SCHEME */
};

enum unit_progress {
    UNIT_WAITING, /* for its dependencies */
    UNIT_STARTED,
    UNIT_SETTLED, /* those that wait for it may go on */
};

struct unit {
    char *name;
    char *description;
    enum unit_kind kind;
    bool default_dependencies;
    bool excluded; /* a condition does not hold: nothing is started */
    u32 start_timeout_ms;
    struct words requires_weak;
    struct command *commands;
    size_t ncommands;

    /* The graph's (units.c). */
    struct unit **deps;
    size_t ndeps;
    bool loading;
    enum unit_progress progress;
};

struct unit_error {
    unsigned line; /* 0: the file as a whole */
    char message[120];
};

/* The kind that a file name's extension stands for; false: an extension that init does not know. */
bool unit_kind_of(const char *name, enum unit_kind *kind);
/*
 * The name of the file that unit `name` is read from: a template NAME@INSTANCE.EXT is read from
 * NAME@.EXT. Allocated; NULL: out of memory.
 */
char *unit_file_name(const char *name);
/*
 * Reads a unit. env is init's own environment (NAME=VALUE), for words that begin with $.
 * NULL with the reason in err. The unit belongs to the caller.
 */
struct unit *unit_parse(const char *name, const char *text, size_t len, const struct words *env,
                        struct unit_error *err);
void unit_free(struct unit *u);

#endif
