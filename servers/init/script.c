/* The parser for legacy scripts; see script.h. */
#include "servers/init/script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool inherit_variable(struct words *to, const struct words *env, const char *name)
{
    const char *value = words_get(env, name);
    if (!value)
        return true;
    size_t len = strlen(name) + strlen(value) + 2;
    char *pair = malloc(len);
    if (!pair)
        return false;
    snprintf(pair, len, "%s=%s", name, value);
    bool ok = words_set(to, pair);
    free(pair);
    return ok;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The words of a trimmed line, $NAME replaced. */
static bool split(const char *line, const char *end, const struct words *env, struct words *out)
{
    while (line < end) {
        const char *space = memchr(line, ' ', (size_t)(end - line));
        const char *stop = space ? space : end;
        if (stop > line && !words_add_span(out, line, (size_t)(stop - line)))
            return false;
        line = stop + 1;
    }
    for (size_t i = 0; i < out->n; i++) {
        if (out->v[i][0] != '$')
            continue;
        const char *value = words_get(env, out->v[i] + 1);
        char *copy = strdup(value ? value : "");
        if (!copy)
            return false;
        free(out->v[i]);
        out->v[i] = copy;
    }
    return true;
}

/* VAR=VALUE before a command; VAR=$ copies init's own, an empty value sets nothing. */
static bool assign(struct command *c, const struct words *env, const char *word)
{
    size_t name_len = strcspn(word, "=");
    const char *value = word + name_len + 1;
    if (value[0] == 0)
        return true;
    if (strcmp(value, "$") != 0)
        return words_set(&c->envs, word);
    char *name = strndup(word, name_len);
    bool ok = name && inherit_variable(&c->envs, env, name);
    free(name);
    return ok;
}

static struct command *add_command(struct unit *u)
{
    struct command *all = realloc(u->commands, (u->ncommands + 1) * sizeof *all);
    if (!all)
        return NULL;
    u->commands = all;
    struct command *c = &all[u->ncommands++];
    *c = (struct command){.ready = READY_ONESHOT};
    return c;
}

static bool parse_command(struct unit *u, const struct words *words, const struct words *env,
                          struct unit_error *err)
{
    struct command *c = add_command(u);
    if (!c)
        return false;
    size_t i = 0;
    if (strcmp(words->v[0], "nowait") == 0) {
        c->ready = READY_ONESHOT_ASYNC;
        i = 1;
    }
    for (; i < words->n && strchr(words->v[i], '='); i++) {
        if (!assign(c, env, words->v[i]))
            return false;
    }
    if (i == words->n) {
        snprintf(err->message, sizeof err->message, "no command on the line");
        return false;
    }
    for (; i < words->n; i++) {
        if (!words_add(&c->argv, words->v[i]))
            return false;
    }
    return true;
}

static bool parse_line(struct unit *u, const char *line, const char *end, const struct words *env,
                       struct unit_error *err)
{
    while (line < end && is_blank(*line))
        line++;
    while (line < end && is_blank(end[-1]))
        end--;
    if (line == end || *line == '#')
        return true;
    struct words words = {0};
    bool ok = split(line, end, env, &words);
    if (!ok || words.n == 0) {
        ok = false;
    } else if (strcmp(words.v[0], "requires_weak") == 0) {
        for (size_t i = 1; ok && i < words.n; i++)
            ok = words_add(&u->requires_weak, words.v[i]);
    } else {
        ok = parse_command(u, &words, env, err);
    }
    words_clear(&words);
    return ok;
}

bool script_parse(struct unit *u, const char *text, size_t len, const struct words *env,
                  struct unit_error *err)
{
    const char *end = text + len;
    if (len && memchr(text, 0, len)) {
        snprintf(err->message, sizeof err->message, "NUL character in a script");
        return false;
    }
    for (unsigned line = 1; text < end; line++) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;
        err->line = line;
        if (!parse_line(u, text, stop, env, err))
            return false;
        text = stop + 1;
    }
    return true;
}
