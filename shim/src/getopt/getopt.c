/*
 * getopt and getopt_long. Arguments that are no options are moved behind the options,
 * as GNU programs expect, unless the option string starts with + or POSIXLY_CORRECT is set.
 */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *optarg;
int optind = 1, opterr = 1, optopt, optreset;

static int place;         /* position in argv[optind] of the next short option; 0: none begun */
static int operands;      /* operands skipped so far, just before the current element */
static int element;       /* where the option being read stands */
static const char *order; /* "+" or "-" or "" */

struct scan {
    int argc;
    char **argv;
    const char *options;
    const struct option *longs;
    int *index;
    bool long_only;
    bool quiet; /* print nothing */
    bool colon; /* options start with a colon: a missing argument is ':' */
};

static void complain(const struct scan *s, const char *text, const char *option, size_t len)
{
    if (!s->quiet)
        fprintf(stderr, "%s: %s '%.*s'\n", s->argv[0] ? s->argv[0] : "", text, (int)len, option);
}

/* Moves the element at `from` down to `to`. */
static void rotate(char **argv, int from, int to)
{
    char *moved = argv[from];

    memmove(argv + to + 1, argv + to, (size_t)(from - to) * sizeof *argv);
    argv[to] = moved;
}

static int missing(const struct scan *s, const char *option, size_t len)
{
    complain(s, "option requires an argument:", option, len);
    return s->colon ? ':' : '?';
}

static int short_option(struct scan *s)
{
    char *arg = s->argv[optind], c = arg[place++];
    const char *known = c == ':' || c == ';' ? NULL : strchr(s->options, c);
    bool last = !arg[place];

    optarg = NULL;
    optopt = (unsigned char)c;
    if (last) {
        optind++;
        place = 0;
    }
    if (!known) {
        complain(s, "unknown option:", &c, 1);
        return '?';
    }
    if (known[1] != ':')
        return (unsigned char)c;
    if (!last) {
        optarg = arg + place;
        optind++;
        place = 0;
    } else if (known[2] != ':') {
        if (optind >= s->argc)
            return missing(s, &c, 1);
        optarg = s->argv[optind++];
    }
    return (unsigned char)c;
}

/* An exact name or a unique beginning of one. *ambiguous is set when several fit. */
static int find_long(const struct scan *s, const char *name, size_t len, bool *ambiguous)
{
    int found = -1;

    *ambiguous = false;
    for (int i = 0; s->longs[i].name; i++) {
        const struct option *o = &s->longs[i];
        if (strncmp(o->name, name, len) != 0)
            continue;
        if (strlen(o->name) == len) {
            *ambiguous = false;
            return i;
        }
        if (found >= 0) {
            const struct option *f = &s->longs[found];
            if (f->has_arg != o->has_arg || f->flag != o->flag || f->val != o->val)
                *ambiguous = true;
        } else {
            found = i;
        }
    }
    return *ambiguous ? -1 : found;
}

static int take_long(const struct scan *s, const struct option *o, char *value, const char *name,
                     size_t len)
{
    optarg = NULL;
    optopt = o->val;
    if (value && o->has_arg == no_argument) {
        complain(s, "option takes no argument:", name, len);
        return '?';
    }
    if (value)
        optarg = value;
    else if (o->has_arg == required_argument) {
        if (optind >= s->argc)
            return missing(s, name, len);
        optarg = s->argv[optind++];
    }
    if (s->index)
        *s->index = (int)(o - s->longs);
    if (o->flag) {
        *o->flag = o->val;
        return 0;
    }
    return o->val;
}

/* -2: not a long option after all (with long_only) */
static int long_option(struct scan *s, int dashes)
{
    char *name = s->argv[optind] + dashes;
    size_t len = strcspn(name, "=");
    bool ambiguous;
    int i = find_long(s, name, len, &ambiguous);

    if (i < 0 && dashes == 1 && !ambiguous && strchr(s->options, name[0]))
        return -2;
    optind++;
    place = 0;
    if (i < 0) {
        optopt = 0;
        complain(s, ambiguous ? "ambiguous option:" : "unknown option:", name, len);
        return '?';
    }
    return take_long(s, &s->longs[i], name[len] ? name + len + 1 : NULL, name, len);
}

static int next_option(struct scan *s)
{
    char *arg = s->argv[optind];

    if (s->longs && arg[1] == '-')
        return long_option(s, 2);
    if (s->longs && s->long_only) {
        int c = long_option(s, 1);
        if (c != -2)
            return c;
    }
    place = 1;
    return short_option(s);
}

static bool is_option(const char *arg)
{
    return arg[0] == '-' && arg[1];
}

static void reset(const char *options)
{
    optreset = 0;
    optind = 1;
    place = 0;
    operands = 0;
    order = *options == '+' || getenv("POSIXLY_CORRECT") ? "+" : *options == '-' ? "-" : "";
}

/* Passes over operands. Result: 0 at an option, otherwise what to return. */
static int skip_operands(struct scan *s)
{
    while (optind < s->argc && s->argv[optind] && !is_option(s->argv[optind])) {
        if (*order == '-') {
            optarg = s->argv[optind++];
            return 1;
        }
        if (*order == '+')
            return -1;
        operands++;
        optind++;
    }
    if (optind >= s->argc || !s->argv[optind]) {
        optind -= operands;
        operands = 0;
        return -1;
    }
    if (strcmp(s->argv[optind], "--") == 0) {
        int first = optind - operands;
        rotate(s->argv, optind, first);
        optind = first + 1;
        operands = 0;
        return -1;
    }
    return 0;
}

static int run(struct scan *s)
{
    int c;

    if (optind == 0 || optreset || !order)
        reset(s->options);
    if (*s->options == '+' || *s->options == '-')
        s->options++;
    s->colon = *s->options == ':';
    s->quiet = s->colon || !opterr;
    if (place) {
        c = short_option(s);
    } else {
        int done = skip_operands(s);
        if (done)
            return done;
        element = optind;
        c = next_option(s);
    }
    /* an option that has been read goes, with its argument, before the operands */
    if (!place && operands)
        for (int i = element; i < optind; i++)
            rotate(s->argv, i, i - operands);
    return c;
}

int getopt(int argc, char *const argv[], const char *options)
{
    struct scan s = {.argc = argc, .argv = (char **)argv, .options = options};

    return run(&s);
}

int getopt_long(int argc, char *const *argv, const char *options, const struct option *longs,
                int *index)
{
    struct scan s = {argc, (char **)argv, options, longs, index, false, false, false};

    return run(&s);
}

int getopt_long_only(int argc, char *const *argv, const char *options, const struct option *longs,
                     int *index)
{
    struct scan s = {argc, (char **)argv, options, longs, index, true, false, false};

    return run(&s);
}
