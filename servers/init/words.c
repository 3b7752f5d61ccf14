/* Lists of strings; see words.h. */
#include "servers/init/words.h"

#include <stdlib.h>
#include <string.h>

static bool take(struct words *w, char *s)
{
    char **v = s ? realloc(w->v, (w->n + 2) * sizeof *v) : NULL;
    if (!v) {
        free(s);
        return false;
    }
    w->v = v;
    v[w->n++] = s;
    v[w->n] = NULL;
    return true;
}

bool words_add(struct words *w, const char *s)
{
    return take(w, strdup(s));
}

bool words_add_span(struct words *w, const char *s, size_t len)
{
    return take(w, strndup(s, len));
}

bool words_add_all(struct words *w, const struct words *from)
{
    for (size_t i = 0; i < from->n; i++) {
        if (!words_add(w, from->v[i]))
            return false;
    }
    return true;
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
    char *copy = strdup(pair);
    if (!copy)
        return false;
    free(*entry);
    *entry = copy;
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
