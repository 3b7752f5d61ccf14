/*
 * From the text of a unit file to a struct unit: names and templates, and the meaning of
 * the TOML keys. Scripts are in script.c.
 */
#include "servers/init/unit.h"
#include "servers/init/script.h"
#include "libtoml/toml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct unit *unit;
    const struct words *env;
    const char *instance; /* what replaces $INSTANCE, NULL: no template */
    size_t instance_len;
    struct unit_error *err;
};

static bool fail(struct reader *r, const struct toml *at, const char *message)
{
    r->err->line = at ? at->line : 0;
    if (at && at->key)
        snprintf(r->err->message, sizeof r->err->message, "%.40s: %s", at->key, message);
    else
        snprintf(r->err->message, sizeof r->err->message, "%s", message);
    return false;
}

bool unit_kind_of(const char *name, enum unit_kind *kind)
{
    const char *dot = strrchr(name, '.');
    if (!dot)
        *kind = UNIT_SCRIPT;
    else if (strcmp(dot, ".service") == 0)
        *kind = UNIT_SERVICE;
    else if (strcmp(dot, ".target") == 0)
        *kind = UNIT_TARGET;
    else
        return false;
    return true;
}

/* The instance part of a template's name: [*start, result). NULL if the name is none. */
static const char *instance_of(const char *name, const char **start)
{
    const char *at = strchr(name, '@'), *dot = strrchr(name, '.');
    if (!at || !dot || dot < at + 1)
        return NULL;
    *start = at + 1;
    return dot;
}

char *unit_file_name(const char *name)
{
    const char *start, *end = instance_of(name, &start);
    if (!end)
        return strdup(name);
    size_t head = (size_t)(start - name), tail = strlen(end);
    char *file = malloc(head + tail + 1);
    if (file) {
        memcpy(file, name, head);
        memcpy(file + head, end, tail + 1);
    }
    return file;
}

/* A copy of s with every $INSTANCE replaced. */
static char *expand(const struct reader *r, const char *s)
{
    static const char word[] = "$INSTANCE";
    if (!r->instance)
        return strdup(s);
    size_t count = 0;
    for (const char *at = s; (at = strstr(at, word)) != NULL; at += sizeof word - 1)
        count++;
    char *out = malloc(strlen(s) + count * r->instance_len + 1), *to = out;
    if (!out)
        return NULL;
    for (const char *hit; (hit = strstr(s, word)) != NULL; s = hit + sizeof word - 1) {
        to = mempcpy(to, s, (size_t)(hit - s));
        to = mempcpy(to, r->instance, r->instance_len);
    }
    memcpy(to, s, strlen(s) + 1);
    return out;
}

static char *string_value(struct reader *r, const struct toml *t)
{
    if (t->kind != TOML_STRING) {
        fail(r, t, "string expected");
        return NULL;
    }
    char *s = expand(r, t->string);
    if (!s)
        fail(r, t, "out of memory");
    return s;
}

static bool read_string(struct reader *r, const struct toml *t, char **out)
{
    free(*out);
    *out = string_value(r, t);
    return *out != NULL;
}

static bool read_strings(struct reader *r, const struct toml *t, struct words *out)
{
    if (t->kind != TOML_ARRAY)
        return fail(r, t, "list of strings expected");
    for (const struct toml *item = t->list.first; item; item = item->next) {
        char *s = string_value(r, item);
        bool ok = s && words_add(out, s);
        free(s);
        if (!ok)
            return false;
    }
    return true;
}

static bool read_condition(struct reader *r, const struct toml *t, const char *ours)
{
    struct words allowed = {0};
    bool ok = read_strings(r, t, &allowed);
    if (ok && !words_have(&allowed, ours))
        r->unit->excluded = true;
    words_clear(&allowed);
    return ok;
}

/* Variables that must be set, or with "!" before the name must not be. */
static bool read_environment(struct reader *r, const struct toml *t)
{
    struct words names = {0};
    bool ok = read_strings(r, t, &names);
    for (size_t i = 0; ok && i < names.n; i++) {
        bool wanted = names.v[i][0] != '!';
        const char *value = words_get(r->env, names.v[i] + !wanted);
        if ((value && value[0]) != wanted)
            r->unit->excluded = true;
    }
    words_clear(&names);
    return ok;
}

static bool read_unit_key(struct reader *r, const struct toml *t)
{
    struct unit *u = r->unit;
    if (strcmp(t->key, "description") == 0)
        return read_string(r, t, &u->description);
    if (strcmp(t->key, "requires_weak") == 0)
        return read_strings(r, t, &u->requires_weak);
    if (strcmp(t->key, "condition_architecture") == 0)
        return read_condition(r, t, "x86_64");
    if (strcmp(t->key, "condition_board") == 0)
        return read_condition(r, t, "");
    if (strcmp(t->key, "condition_environment") == 0)
        return read_environment(r, t);
    if (strcmp(t->key, "default_dependencies") == 0) {
        if (t->kind != TOML_BOOLEAN)
            return fail(r, t, "true or false expected");
        u->default_dependencies = t->boolean;
        return true;
    }
    return fail(r, t, "unknown key");
}

/* A first word $NAME stands for the whole value of NAME. */
static const char *variable(const struct reader *r, const char *word)
{
    if (word[0] != '$')
        return word;
    const char *value = words_get(r->env, word + 1);
    return value ? value : "";
}

static bool read_args(struct reader *r, const struct toml *t, struct command *c)
{
    struct words args = {0};
    bool ok = read_strings(r, t, &args);
    for (size_t i = 0; ok && i < args.n; i++)
        ok = words_add(&c->argv, variable(r, args.v[i]));
    words_clear(&args);
    return ok;
}

static bool read_envs(struct reader *r, const struct toml *t, struct command *c)
{
    if (t->kind != TOML_TABLE)
        return fail(r, t, "table expected");
    for (const struct toml *item = t->list.first; item; item = item->next) {
        char *value = string_value(r, item);
        size_t len = value ? strlen(item->key) + strlen(value) + 2 : 0;
        char *pair = value ? malloc(len) : NULL;
        if (pair)
            snprintf(pair, len, "%s=%s", item->key, value);
        bool ok = pair && words_set(&c->envs, pair);
        free(pair);
        free(value);
        if (!ok)
            return false;
    }
    return true;
}

static bool read_inherited(struct reader *r, const struct toml *t, struct command *c)
{
    struct words names = {0};
    bool ok = read_strings(r, t, &names);
    for (size_t i = 0; ok && i < names.n; i++)
        ok = inherit_variable(&c->inherited, r->env, names.v[i]);
    words_clear(&names);
    return ok;
}

static bool read_type(struct reader *r, const struct toml *t, struct command *c)
{
    if (t->kind == TOML_TABLE) {
        const struct toml *name = t->list.first;
        if (!name || name->next || strcmp(name->key, "scheme") != 0)
            return fail(r, t, "{ scheme = \"NAME\" } expected");
        c->ready = READY_SCHEME;
        return read_string(r, name, &c->scheme);
    }
    if (t->kind != TOML_STRING)
        return fail(r, t, "string or { scheme = \"NAME\" } expected");
    if (strcmp(t->string, "notify") == 0)
        c->ready = READY_NOTIFY;
    else if (strcmp(t->string, "oneshot") == 0)
        c->ready = READY_ONESHOT;
    else if (strcmp(t->string, "oneshot_async") == 0)
        c->ready = READY_ONESHOT_ASYNC;
    else
        return fail(r, t, "unknown type");
    return true;
}

static bool read_integer(struct reader *r, const struct toml *t, i64 low, i64 high, i64 *out)
{
    if (t->kind != TOML_INTEGER)
        return fail(r, t, "integer expected");
    if (t->integer < low || t->integer > high)
        return fail(r, t, "out of range");
    *out = t->integer;
    return true;
}

static bool read_service_key(struct reader *r, const struct toml *t, struct command *c)
{
    i64 number = 0;
    if (strcmp(t->key, "cmd") == 0)
        return true; /* read first: it is the first word of the command */
    if (strcmp(t->key, "args") == 0)
        return read_args(r, t, c);
    if (strcmp(t->key, "envs") == 0)
        return read_envs(r, t, c);
    if (strcmp(t->key, "inherit_envs") == 0)
        return read_inherited(r, t, c);
    if (strcmp(t->key, "type") == 0)
        return read_type(r, t, c);
    if (strcmp(t->key, "priority") == 0)
        return read_integer(r, t, -20, 19, &number); /* the hosted machine schedules by itself */
    if (strcmp(t->key, "start_timeout_ms") == 0) {
        if (!read_integer(r, t, 1, 3600000, &number))
            return false;
        r->unit->start_timeout_ms = (u32)number;
        return true;
    }
    return fail(r, t, "unknown key");
}

static bool read_service(struct reader *r, const struct toml *table)
{
    struct command *c = calloc(1, sizeof *c);
    if (!c)
        return fail(r, table, "out of memory");
    r->unit->commands = c;
    r->unit->ncommands = 1;
    const struct toml *cmd = toml_get(table, "cmd");
    if (!cmd || !toml_get(table, "type"))
        return fail(r, table, "keys cmd and type are needed");
    char *name = string_value(r, cmd);
    bool ok = name && words_add(&c->argv, name);
    free(name);
    for (const struct toml *t = table->list.first; ok && t; t = t->next)
        ok = read_service_key(r, t, c);
    return ok;
}

static bool read_document(struct reader *r, const struct toml *root)
{
    bool have_service = false;
    for (const struct toml *t = root->list.first; t; t = t->next) {
        bool is_unit = strcmp(t->key, "unit") == 0;
        bool is_service = r->unit->kind == UNIT_SERVICE && strcmp(t->key, "service") == 0;
        if (!is_unit && !is_service)
            return fail(r, t, "unknown key");
        if (t->kind != TOML_TABLE)
            return fail(r, t, "table expected");
        for (const struct toml *k = t->list.first; is_unit && k; k = k->next) {
            if (!read_unit_key(r, k))
                return false;
        }
        if (is_service && !read_service(r, t))
            return false;
        have_service |= is_service;
    }
    if (r->unit->kind == UNIT_SERVICE && !have_service)
        return fail(r, NULL, "table [service] is missing");
    return true;
}

static bool parse_toml_unit(struct reader *r, const char *text, size_t len)
{
    struct toml_error err;
    struct toml *root = toml_parse(text, len, &err);
    if (!root) {
        r->err->line = err.line;
        snprintf(r->err->message, sizeof r->err->message, "%s", err.message);
        return false;
    }
    bool ok = read_document(r, root);
    toml_free(root);
    return ok;
}

struct unit *unit_parse(const char *name, const char *text, size_t len, const struct words *env,
                        struct unit_error *err)
{
    *err = (struct unit_error){.message = "out of memory"};
    struct unit *u = calloc(1, sizeof *u);
    struct reader r = {.unit = u, .env = env, .err = err};
    const char *end = instance_of(name, &r.instance);
    if (end)
        r.instance_len = (size_t)(end - r.instance);
    if (!u || !(u->name = strdup(name)))
        goto out;
    u->default_dependencies = true;
    u->start_timeout_ms = UNIT_START_TIMEOUT_MS;
    if (!unit_kind_of(name, &u->kind)) {
        fail(&r, NULL, "invalid file extension");
        goto out;
    }
    if (u->kind == UNIT_SCRIPT ? script_parse(u, text, len, env, err)
                               : parse_toml_unit(&r, text, len))
        return u;
out:
    unit_free(u);
    return NULL;
}

void unit_free(struct unit *u)
{
    if (!u)
        return;
    for (size_t i = 0; i < u->ncommands; i++) {
        words_clear(&u->commands[i].argv);
        words_clear(&u->commands[i].inherited);
        words_clear(&u->commands[i].envs);
        free(u->commands[i].scheme);
    }
    free(u->commands);
    words_clear(&u->requires_weak);
    free(u->deps);
    free(u->description);
    free(u->name);
    free(u);
}
