/* Lists of strings; see words.h. */
#include "servers/init/words.h"

#include <stdlib.h>
#include <string.h>

/* gcc 12 takes memory for lost that is stored through a pointer. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

/* Room for one more string; NULL: out of memory. */
static char **new_slot(struct words *w)
{
    char **v = realloc(w->v, (w->n + 2) * sizeof *v);
    if (!v)
        return NULL;
    w->v = v;
    v[w->n] = v[w->n + 1] = NULL;
    return &v[w->n];
}

bool words_add_span(struct words *w, const char *s, size_t len)
{
    char **slot = new_slot(w);
    if (!slot)
        return false;
    *slot = strndup(s, len);
    w->n += *slot != NULL;
    return *slot != NULL;
}

bool words_add(struct words *w, const char *s)
{
    return words_add_span(w, s, strlen(s));
}

static char **entry_of(const struct words *env, const char *name, size_t len)
{
    for (size_t i = 0; i < env->n; i++) {
        if (strncmp(env->v[i], name, len) == 0 && env->v[i][len] == '=')
            return &env->v[i];
    }
    return NULL;
}

bool words_set(struct words *env, const char *pair)
{
    char **entry = entry_of(env, pair, strcspn(pair, "="));
    if (!entry)
        return words_add(env, pair);
    char *old = *entry;
    *entry = strdup(pair);
    if (!*entry) {
        *entry = old;
        return false;
    }
    free(old);
    return true;
}

bool words_set_all(struct words *env, const struct words *from)
{
    for (size_t i = 0; i < from->n; i++) {
        if (!words_set(env, from->v[i]))
            return false;
    }
    return true;
}

const char *words_get(const struct words *env, const char *name)
{
    size_t len = strlen(name);
    char **entry = entry_of(env, name, len);
    return entry ? *entry + len + 1 : NULL;
}

bool words_have(const struct words *w, const char *s)
{
    for (size_t i = 0; i < w->n; i++) {
        if (strcmp(w->v[i], s) == 0)
            return true;
    }
    return false;
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void words_sort(struct words *w)
{
    if (w->n > 1)
        qsort(w->v, w->n, sizeof *w->v, compare);
}

void words_clear(struct words *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->v[i]);
    free(w->v);
    *w = (struct words){0};
}
