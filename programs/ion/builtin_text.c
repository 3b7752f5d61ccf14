/* Builtins for output and text: echo, contains, eq, bool, math, random, help. */
#include "builtin.h"

#include "input.h"
#include "interactive.h"

#include "escape.h"
#include "expand.h"
#include "pattern.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct echo_options {
    bool no_newline, escapes, no_spaces;
};

/* A word of known option letters; a lone `-` is one, too. */
static bool echo_option(const char *word, struct echo_options *o)
{
    if (strcmp(word, "--escape") == 0)
        o->escapes = true;
    else if (strcmp(word, "--no-newline") == 0)
        o->no_newline = true;
    else if (strcmp(word, "--no-spaces") == 0)
        o->no_spaces = true;
    else if (word[0] != '-' || word[1 + strspn(word + 1, "ens")])
        return false;
    else {
        o->escapes |= strchr(word, 'e') != NULL;
        o->no_newline |= strchr(word, 'n') != NULL;
        o->no_spaces |= strchr(word, 's') != NULL;
    }
    return true;
}

static int run_echo(struct shell *sh, int argc, char **argv)
{
    struct echo_options o = {0};
    struct echo_options ignored = {0};
    struct buf out = {0};
    for (int i = 1; i < argc; i++)
        echo_option(argv[i], &o);
    bool first = true;
    bool go_on = true;
    for (int i = 1; i < argc && go_on; i++) {
        if (echo_option(argv[i], &ignored))
            continue;
        if (!first && !o.no_spaces)
            buf_putc(&out, ' ');
        first = false;
        if (o.escapes)
            go_on = unescape_echo(argv[i], &out);
        else
            buf_puts(&out, argv[i]);
    }
    if (go_on && !o.no_newline)
        buf_putc(&out, '\n');
    bool ok = shell_out(sh, buf_text(&out), out.len);
    buf_free(&out);
    if (!ok && errno != EPIPE)
        return builtin_fail(sh, "echo", 1, "%s", strerror(errno));
    return ok ? 0 : 1;
}

static bool starts_with(const char *text, const char *part)
{
    return strncmp(text, part, strlen(part)) == 0;
}

static bool ends_with(const char *text, const char *part)
{
    size_t n = strlen(text);
    size_t m = strlen(part);
    return m <= n && memcmp(text + n - m, part, m) == 0;
}

static bool contains(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static int any_part(struct shell *sh, int argc, char **argv,
                    bool (*test)(const char *, const char *))
{
    if (argc < 3)
        return builtin_fail(sh, argv[0], 2, "needs a text and at least one part");
    for (int i = 2; i < argc; i++) {
        if (test(argv[1], argv[i]))
            return 0;
    }
    return 1;
}

static int run_contains(struct shell *sh, int argc, char **argv)
{
    return any_part(sh, argc, argv, contains);
}

static int run_starts_with(struct shell *sh, int argc, char **argv)
{
    return any_part(sh, argc, argv, starts_with);
}

static int run_ends_with(struct shell *sh, int argc, char **argv)
{
    return any_part(sh, argc, argv, ends_with);
}

static int run_matches(struct shell *sh, int argc, char **argv)
{
    const char *error;
    if (argc != 3)
        return builtin_fail(sh, "matches", 2, "needs a text and a regular expression");
    struct pattern *p = pattern_new(argv[2], &error);
    if (!p)
        return builtin_fail(sh, "matches", 1, "'%s': %s", argv[2], error);
    bool found = pattern_search(p, argv[1], 0, NULL);
    pattern_free(p);
    return found ? 0 : 1;
}

/* An argument that still begins with `$` was quoted: it names a variable. */
static const char *operand(struct shell *sh, const char *arg)
{
    if (arg[0] != '$')
        return arg;
    const char *value = scope_string(&sh->scopes, arg + 1);
    return value ? value : getenv(arg + 1) ? getenv(arg + 1) : "";
}

static int run_eq(struct shell *sh, int argc, char **argv)
{
    bool negated = argc == 4 && strcmp(argv[1], "not") == 0;
    if (argc != 3 && !negated)
        return builtin_fail(sh, argv[0], 1, "needs two texts");
    bool same = strcmp(operand(sh, argv[argc - 2]), operand(sh, argv[argc - 1])) == 0;
    return same != negated ? 0 : 1;
}

static int run_bool(struct shell *sh, int argc, char **argv)
{
    if (argc != 2)
        return builtin_fail(sh, "bool", 1, "needs one value");
    const char *value = operand(sh, argv[1]);
    return strcmp(value, "1") == 0 || strcmp(value, "true") == 0 ? 0 : 1;
}

static int calculate(struct shell *sh, const char *text)
{
    struct buf out = {0};
    int status = 0;
    if (expand_arithmetic(sh, text, &out) < 0) {
        builtin_fail(sh, "math", 1, "%s", buf_text(&sh->failure.text));
        shell_clear_failure(sh);
        status = 1;
    } else {
        scope_set_string(&sh->scopes, "ans", buf_text(&out));
        shell_printf(sh, "%s\n", buf_text(&out));
    }
    buf_free(&out);
    return status;
}

static int run_math(struct shell *sh, int argc, char **argv)
{
    struct buf line = {0};
    int status = 0;
    if (argc > 1) {
        for (int i = 1; i < argc; i++) {
            buf_puts(&line, i > 1 ? " " : "");
            buf_puts(&line, argv[i]);
        }
        status = calculate(sh, buf_text(&line));
    } else {
        bool terminal = sh->io.in == STDIN_FILENO && isatty(sh->io.in);
        while (terminal ? read_edited(sh, "ion-math: ", &line) : input_bytes(sh->io.in, &line)) {
            if (line.len == 0 || strcmp(line.text, "exit") == 0)
                break;
            if (strcmp(line.text, "help") == 0)
                shell_printf(sh, "An expression is evaluated, `ans` is the last result; `exit` "
                                 "or an empty line ends.\n");
            else
                status = calculate(sh, line.text);
        }
    }
    buf_free(&line);
    return status;
}

static unsigned long random_below(unsigned long limit)
{
    static bool seeded;
    if (!seeded) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        srandom((unsigned)now.tv_nsec ^ (unsigned)now.tv_sec ^ (unsigned)getpid() << 16);
        seeded = true;
    }
    unsigned long value = (unsigned long)random() << 31 | (unsigned long)random();
    return limit ? value % limit : 0;
}

static bool number(const char *text, long *out)
{
    char *end;
    errno = 0;
    *out = strtol(text, &end, 10);
    return *text && !*end && !errno;
}

static int random_words(struct shell *sh, long count, int argc, char **argv)
{
    unsigned long last = (unsigned long)argc;
    for (long i = 0; i < count; i++) {
        unsigned long pick = random_below((unsigned long)argc);
        /* No two neighbours are the same. */
        if (pick == last && argc > 1)
            pick = (pick + 1 + random_below((unsigned long)argc - 1)) % (unsigned long)argc;
        last = pick;
        shell_printf(sh, "%s%s", argv[pick], i + 1 < count ? " " : "\n");
    }
    return 0;
}

static int run_random(struct shell *sh, int argc, char **argv)
{
    long a = 0;
    long b = 0;
    long c = 0;
    bool first = argc > 1 && number(argv[1], &a);
    bool second = argc > 2 && number(argv[2], &b);
    bool third = argc > 3 && number(argv[3], &c);
    if (argc == 1) {
        shell_printf(sh, "%lu\n", random_below(32767));
    } else if (argc == 2 && first) {
        return builtin_fail(sh, "random", 0, "seeding is unsupported");
    } else if (argc == 3 && first && second) {
        if (a < 0 || b <= a)
            return builtin_fail(sh, "random", 1, "END must be greater than START");
        shell_printf(sh, "%ld\n", a + (long)random_below((unsigned long)(b - a)));
    } else if (argc == 4 && first && second && third) {
        if (b <= 0 || c <= a)
            return builtin_fail(sh, "random", 1, "needs START, a positive STEP and a greater END");
        unsigned long steps = (unsigned long)((c - a) / b);
        shell_printf(sh, "%ld\n", a + b * (long)random_below(steps ? steps : 1));
    } else if (first && a >= 0) {
        return random_words(sh, a, argc - 2, argv + 2);
    } else {
        return builtin_fail(sh, "random", 1, "'%s' is not a number", argv[1]);
    }
    return 0;
}

static int run_help(struct shell *sh, int argc, char **argv)
{
    size_t count;
    const struct builtin *all = builtins_all(&count);
    if (argc > 1) {
        const struct builtin *b = builtin_find(argv[1]);
        if (b)
            shell_printf(sh, "%s\n", b->help);
        else
            shell_printf(sh, "'%s' is no builtin; 'help' alone lists them\n", argv[1]);
        return 0;
    }
    struct buf out = {0};
    for (size_t i = 0; i < count; i++)
        buf_printf(&out, "%s\n", all[i].name);
    shell_out(sh, buf_text(&out), out.len);
    buf_free(&out);
    return 0;
}

static int run_true(struct shell *sh, int argc, char **argv)
{
    (void)sh;
    (void)argc;
    (void)argv;
    return 0;
}

static int run_false(struct shell *sh, int argc, char **argv)
{
    (void)sh;
    (void)argc;
    (void)argv;
    return 1;
}

const struct builtin builtins_text[] = {
    {"echo", run_echo, BUILTIN_PURE, "[-ens] WORD...", "write words on one line"},
    {"contains", run_contains, BUILTIN_PURE, "TEXT PART...", "whether a text contains any part"},
    {"starts-with", run_starts_with, BUILTIN_PURE, "TEXT PART...",
     "whether a text starts with any part"},
    {"ends-with", run_ends_with, BUILTIN_PURE, "TEXT PART...", "whether a text ends with any part"},
    {"matches", run_matches, BUILTIN_PURE, "TEXT REGEX",
     "whether a regular expression is found in a text"},
    {"eq", run_eq, BUILTIN_PURE, "[not] A B", "whether two texts are the same"},
    {"is", run_eq, BUILTIN_PURE, "[not] A B", "whether two texts are the same"},
    {"bool", run_bool, BUILTIN_PURE, "VALUE", "whether a value is 1 or true"},
    {"math", run_math, 0, "[EXPRESSION]", "evaluate a mathematical expression"},
    {"random", run_random, 0, "[START [STEP] END | COUNT WORD...]", "random numbers and choices"},
    {"help", run_help, BUILTIN_PURE, "[NAME]", "list the builtins, or say what one does"},
    {"true", run_true, BUILTIN_PURE, "", "succeed"},
    {"false", run_false, BUILTIN_PURE, "", "fail"},
    {0},
};
