/*
 * The graph of units: which files there are, which units were asked for, what must be started
 * before what, and who may be started next. Knows nothing of processes.
 */
#ifndef INIT_UNITS_H
#define INIT_UNITS_H

#include "servers/init/unit.h"

#define UNITS_MAX 512u /* templates could name each other without end */

struct unit_file {
    char *path; /* for messages */
    char *name;
    char *text;
    size_t len;
};

struct units {
    struct unit_file *files;
    size_t nfiles;
    struct unit **all; /* in the order of loading */
    size_t n;
    struct unit *runtime;    /* what default_dependencies mean; NULL: not declared yet */
    const struct words *env; /* init's environment */
    void (*report)(const char *line);
};

/* Adds a file of a unit directory; one of the same name that was there is replaced. The text is
 * copied. */
bool units_add_file(struct units *s, const char *dir, const char *name, const char *text,
                    size_t len);
void units_forget_files(struct units *s);
/*
 * Loads a unit and, before it, all that it depends on. What is missing or broken is reported and
 * left out, a dependency that closes a cycle is reported and dropped. NULL: there is no such unit,
 * or it is broken. Units loaded before are returned as they are.
 */
struct unit *units_load(struct units *s, const char *name);
/* Loads all files, in the order of their names, but for templates. */
void units_load_all(struct units *s);
/* A unit that waits for nothing any more, now UNIT_STARTED; NULL: none. */
struct unit *units_next(struct units *s);
/* True when every loaded unit is settled. */
bool units_all_settled(const struct units *s);
void units_free(struct units *s);

#endif
