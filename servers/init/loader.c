/*
 * The loader; see loader.h. One file after the other; when the time is up the caller goes on with
 * what there is, and the loader goes away as soon as its last call has come back.
 */
#include "servers/init/loader.h"
#include "redox/scheme.h"
#include "servers/init/aopen.h"
#include "servers/init/clock.h"
#include "servers/init/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIRS 4u
#define UNIT_DIRS 2u /* the first ones; the rest holds environment settings */

struct loader {
    char dirs[DIRS][256];
    unsigned dir;
    struct words names; /* of the current directory */
    size_t file;
    struct units *units;
    struct words *base;
    void (*done)(bool found);
    bool found, abandoned;
    i64 timer;
};

static void next_dir(struct loader *l);

static void finish(struct loader *l)
{
    if (!l->abandoned) {
        rx_timer_cancel(l->timer);
        l->done(l->found);
    }
    words_clear(&l->names);
    free(l);
}

static void time_up(void *arg)
{
    struct loader *l = arg;
    log_line("%s does not answer; going on without it", l->dirs[l->dir]);
    l->abandoned = true;
    l->done(l->found);
}

/* Lines KEY=VALUE, # comments. */
static void add_environment(struct words *base, const char *text, size_t len)
{
    const char *end = text + len;
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;
        while (text < stop && (*text == ' ' || *text == '\t'))
            text++;
        char *pair = strndup(text, (size_t)(stop - text));
        if (pair && pair[0] != '#' && pair[0] != '=' && strchr(pair, '='))
            words_set(base, pair);
        free(pair);
        text = stop + 1;
    }
}

static void next_file(struct loader *l);

static void file_read(void *arg, const char *text, i64 len)
{
    struct loader *l = arg;
    const char *dir = l->dirs[l->dir], *name = l->names.v[l->file];
    if (l->abandoned) {
        finish(l);
        return;
    }
    if (len < 0) {
        log_line("%s/%s: cannot be read: error %d", dir, name, (int)-len);
    } else if (l->dir >= UNIT_DIRS) {
        add_environment(l->base, text, (size_t)len);
    } else if (units_add_file(l->units, dir, name, text, (size_t)len)) {
        l->found = true;
    }
    l->file++;
    next_file(l);
}

static void next_file(struct loader *l)
{
    char path[600];
    if (l->file == l->names.n) {
        l->dir++;
        next_dir(l);
        return;
    }
    snprintf(path, sizeof path, "%s/%s", l->dirs[l->dir], l->names.v[l->file]);
    aread_file(path, file_read, l);
}

static void dir_listed(void *arg, i64 result, struct words names)
{
    struct loader *l = arg;
    words_clear(&l->names);
    l->names = names;
    l->file = 0;
    if (l->abandoned) {
        finish(l);
        return;
    }
    if (result < 0 && result != -ENOENT && result != -ENODEV)
        log_line("%s: cannot be listed: error %d", l->dirs[l->dir], (int)-result);
    next_file(l);
}

static void next_dir(struct loader *l)
{
    if (l->dir == DIRS)
        finish(l);
    else
        alist_dir(l->dirs[l->dir], dir_listed, l);
}

void loader_run(const char *prefix, const char *etc, struct units *units, struct words *base,
                void (*done)(bool found))
{
    struct loader *l = calloc(1, sizeof *l);
    if (!l) {
        done(false);
        return;
    }
    snprintf(l->dirs[0], sizeof l->dirs[0], "%s/lib/init.d", prefix);
    snprintf(l->dirs[1], sizeof l->dirs[1], "%s/init.d", etc);
    snprintf(l->dirs[2], sizeof l->dirs[2], "%s/lib/environment.d", prefix);
    snprintf(l->dirs[3], sizeof l->dirs[3], "%s/environment.d", etc);
    l->units = units;
    l->base = base;
    l->done = done;
    l->timer = rx_timer(monotonic_ns() + LOADER_TIMEOUT_NS, time_up, l);
    next_dir(l);
}
