/*
 * Option parsing, see options.h. Operands met on the way are moved to the front of argv
 * (argv[1 .. operands]); the last step closes the gap, so that they stand in order at the end.
 */
#include "options.h"

#include "error.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int fail_status(const struct opts *o)
{
    return o->fail ? o->fail : 1;
}

static void show_help(const struct opts *o)
{
    fputs(o->usage ? o->usage : "", stdout);
    exit(finish(0));
}

static bool is_help(const char *name, size_t len)
{
    return len == 4 && memcmp(name, "help", 4) == 0;
}

static const struct opt_long *find_long(const struct opts *o, const char *name, size_t len)
{
    const struct opt_long *found = NULL;
    bool ambiguous = false;
    for (const struct opt_long *l = o->longs; l && l->name; l++) {
        if (strncmp(l->name, name, len) != 0)
            continue;
        if (l->name[len] == '\0')
            return l;
        if (found && found->value != l->value)
            ambiguous = true;
        found = l;
    }
    if (ambiguous)
        die_usage(fail_status(o), "option '--%.*s' is ambiguous", (int)len, name);
    return found;
}

static int take_long(struct opts *o, const char *text)
{
    const char *eq = strchr(text, '=');
    size_t len = eq ? (size_t)(eq - text) : strlen(text);
    const struct opt_long *l = find_long(o, text, len);
    if (!l && is_help(text, len))
        show_help(o);
    if (!l)
        die_usage(fail_status(o), "unrecognized option '--%s'", text);
    o->arg = eq ? eq + 1 : NULL;
    if (l->arg == OPT_NONE && eq)
        die_usage(fail_status(o), "option '--%s' doesn't allow an argument", l->name);
    if (l->arg == OPT_REQUIRED && !eq) {
        if (o->index >= o->argc)
            die_usage(fail_status(o), "option '--%s' requires an argument", l->name);
        o->arg = o->argv[o->index++];
    }
    return l->value;
}

static int take_short(struct opts *o)
{
    char c = *o->cluster++;
    const char *spec = c == ':' || c == '+' ? NULL : strchr(o->shorts, c);
    if (!spec)
        die_usage(fail_status(o), "invalid option -- '%c'", c);
    o->arg = NULL;
    if (spec[1] == ':' && *o->cluster) {
        o->arg = o->cluster;
        o->cluster = NULL;
    } else if (spec[1] == ':' && spec[2] != ':') {
        if (o->index >= o->argc)
            die_usage(fail_status(o), "option requires an argument -- '%c'", c);
        o->arg = o->argv[o->index++];
    }
    if (o->cluster && !*o->cluster)
        o->cluster = NULL;
    return (unsigned char)c;
}

/* Moves the operands seen so far to just before index. */
static int end_options(struct opts *o)
{
    for (int i = o->operands; i > 0; i--)
        o->argv[o->index - (o->operands - i) - 1] = o->argv[i];
    o->index -= o->operands;
    o->operands = 0;
    return -1;
}

int opt_next(struct opts *o)
{
    if (o->index == 0)
        o->index = 1;
    if (o->cluster)
        return take_short(o);
    while (o->index < o->argc) {
        char *word = o->argv[o->index];
        if (word[0] != '-' || word[1] == '\0') {
            if (o->shorts[0] == '+')
                return end_options(o);
            o->argv[++o->operands] = word;
            o->index++;
            continue;
        }
        o->index++;
        if (word[1] == '-' && word[2] == '\0')
            break;
        if (word[1] == '-')
            return take_long(o, word + 2);
        o->cluster = word + 1;
        return take_short(o);
    }
    /* After "--" the rest are operands as they stand. */
    return end_options(o);
}

int opt_count(const struct opts *o)
{
    return o->argc - o->index;
}

char **opt_operands(const struct opts *o)
{
    return o->argv + o->index;
}

bool opt_help_alone(int argc, char **argv, const char *usage)
{
    bool alone = argc == 2 && strcmp(argv[1], "--help") == 0;
    if (alone)
        fputs(usage, stdout);
    return alone;
}
