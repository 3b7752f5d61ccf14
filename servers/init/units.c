/*
 * The graph of units; see units.h.
 *
 * Always true: the edges in deps form no cycle, because an edge to a unit that is still being
 * loaded (that is, to one that led here) is dropped; a unit is in `all` once.
 */
#include "servers/init/units.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct unit_file *find_file(const struct units *s, const char *name)
{
    for (size_t i = 0; i < s->nfiles; i++) {
        if (strcmp(s->files[i].name, name) == 0)
            return &s->files[i];
    }
    return NULL;
}

static void free_file(struct unit_file *f)
{
    free(f->path);
    free(f->name);
    free(f->text);
}

bool units_add_file(struct units *s, const char *dir, const char *name, const char *text,
                    size_t len)
{
    struct unit_file f = {.name = strdup(name), .text = malloc(len + 1), .len = len};
    size_t path_len = strlen(dir) + strlen(name) + 2;
    f.path = malloc(path_len);
    struct unit_file *files = realloc(s->files, (s->nfiles + 1) * sizeof *files);
    if (files)
        s->files = files;
    if (!f.name || !f.text || !f.path || !files) {
        free_file(&f);
        return false;
    }
    snprintf(f.path, path_len, "%s/%s", dir, name);
    memcpy(f.text, text, len);
    struct unit_file *old = find_file(s, name);
    if (old) {
        free_file(old);
        *old = f;
    } else {
        s->files[s->nfiles++] = f;
    }
    return true;
}

void units_forget_files(struct units *s)
{
    for (size_t i = 0; i < s->nfiles; i++)
        free_file(&s->files[i]);
    free(s->files);
    s->files = NULL;
    s->nfiles = 0;
}

static void report(struct units *s, const char *name, const char *why)
{
    char line[600];
    snprintf(line, sizeof line, "%.200s: %s", name, why);
    s->report(line);
}

static struct unit *find_unit(const struct units *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++) {
        if (strcmp(s->all[i]->name, name) == 0)
            return s->all[i];
    }
    return NULL;
}

static struct unit *read_unit(struct units *s, const char *name)
{
    char *file_name = unit_file_name(name);
    struct unit_file *file = file_name ? find_file(s, file_name) : NULL;
    free(file_name);
    if (!file) {
        report(s, name, "no such unit");
        return NULL;
    }
    struct unit_error err;
    struct unit *u = unit_parse(name, file->text, file->len, s->env, &err);
    if (!u) {
        char where[256];
        if (err.line)
            snprintf(where, sizeof where, "%s:%u", file->path, err.line);
        else
            snprintf(where, sizeof where, "%s", file->path);
        report(s, where, err.message);
    }
    return u;
}

static bool remember(struct units *s, struct unit *u)
{
    struct unit **all = s->n < UNITS_MAX ? realloc(s->all, (s->n + 1) * sizeof *all) : NULL;
    if (!all) {
        report(s, u->name, "too many units");
        return false;
    }
    s->all = all;
    all[s->n++] = u;
    return true;
}

static void depend(struct units *s, struct unit *u, struct unit *on)
{
    if (on->loading) {
        char why[250];
        snprintf(why, sizeof why, "depends on itself through %.100s; it will not wait for that",
                 on->name);
        report(s, u->name, why);
        return;
    }
    u->deps[u->ndeps++] = on;
}

struct unit *units_load(struct units *s, const char *name)
{
    struct unit *u = find_unit(s, name);
    if (u)
        return u;
    u = read_unit(s, name);
    if (!u)
        return NULL;
    u->deps = calloc(u->requires_weak.n + 1, sizeof *u->deps);
    if (!u->deps || !remember(s, u)) {
        unit_free(u);
        return NULL;
    }
    u->loading = true;
    for (size_t i = 0; i < u->requires_weak.n; i++) {
        struct unit *on = units_load(s, u->requires_weak.v[i]);
        if (on)
            depend(s, u, on);
    }
    if (u->default_dependencies && s->runtime)
        depend(s, u, s->runtime);
    u->loading = false;
    if (u->excluded)
        u->progress = UNIT_SETTLED;
    return u;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct unit_file *)a)->name, ((const struct unit_file *)b)->name);
}

void units_load_all(struct units *s)
{
    if (s->nfiles > 1)
        qsort(s->files, s->nfiles, sizeof *s->files, by_name);
    for (size_t i = 0; i < s->nfiles; i++) {
        if (!strchr(s->files[i].name, '@'))
            units_load(s, s->files[i].name);
    }
}

static bool may_start(const struct unit *u)
{
    for (size_t i = 0; i < u->ndeps; i++) {
        if (u->deps[i]->progress != UNIT_SETTLED)
            return false;
    }
    return u->progress == UNIT_WAITING;
}

struct unit *units_next(struct units *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (may_start(s->all[i])) {
            s->all[i]->progress = UNIT_STARTED;
            return s->all[i];
        }
    }
    return NULL;
}

bool units_all_settled(const struct units *s)
{
    for (size_t i = 0; i < s->n; i++) {
        if (s->all[i]->progress != UNIT_SETTLED)
            return false;
    }
    return true;
}

void units_free(struct units *s)
{
    units_forget_files(s);
    for (size_t i = 0; i < s->n; i++)
        unit_free(s->all[i]);
    free(s->all);
    s->all = NULL;
    s->n = 0;
}
