/* Builtins for variables and input: drop, read, mapfile, set, fn, alias, unalias. */
#include "builtin.h"

#include "input.h"
#include "interactive.h"
#include "signals.h"

#include "utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int run_drop(struct shell *sh, int argc, char **argv)
{
    if (argc < 2)
        return builtin_fail(sh, "drop", 1, "needs the name of a variable");
    for (int i = 1; i < argc; i++) {
        const struct symbol *symbol = symbol_find(argv[i]);
        if (!symbol || !scope_drop(&sh->scopes, symbol)) {
            shell_warn(sh, "undefined variable: %s", argv[i]);
            return 1;
        }
    }
    return 0;
}

static void trim(struct buf *line)
{
    size_t start = 0;
    size_t end = 0;
    bool leading = true;
    for (size_t i = 0; i < line->len;) {
        size_t n;
        bool space = utf8_is_space(utf8_get(line->text + i, line->len - i, &n));
        i += n;
        if (space && leading)
            start = i;
        if (!space) {
            leading = false;
            end = i;
        }
    }
    if (end < start)
        end = start;
    if (line->text) {
        memmove(line->text, line->text + start, end - start);
        line->len = end - start;
        line->text[line->len] = '\0';
    }
}

/* A line from standard input; at a terminal it is edited, and the variable's name is the prompt. */
static bool read_for(struct shell *sh, const char *name, struct buf *line)
{
    if (sh->io.in != STDIN_FILENO || !isatty(sh->io.in))
        return input_bytes(sh->io.in, line);
    struct buf prompt = {0};
    buf_printf(&prompt, "%s=", name);
    bool ok = read_edited(sh, prompt.text, line);
    buf_free(&prompt);
    return ok;
}

static int run_read(struct shell *sh, int argc, char **argv)
{
    struct buf line = {0};
    bool terminal = isatty(sh->io.in);
    int status = 0;
    for (int i = 1; i < argc; i++) {
        if (!read_for(sh, argv[i], &line)) {
            status = terminal || signals_pending();
            break;
        }
        trim(&line);
        scope_set_string(&sh->scopes, argv[i], buf_text(&line));
    }
    buf_free(&line);
    return status;
}

/* --- mapfile --- */

struct mapfile {
    const char *delimiter;
    const char *name;
    const char *file;
    long max;
    long origin;
    long skip;
    bool keep_empty;
};

static bool count_option(const char *text, long *out)
{
    char *end;
    errno = 0;
    *out = strtol(text, &end, 10);
    return *text && !*end && !errno && *out >= 0;
}

static bool mapfile_options(int argc, char **argv, struct mapfile *m)
{
    int i = 1;
    for (; i < argc && argv[i][0] == '-'; i++) {
        const char *word = argv[i];
        if (strcmp(word, "--keep-empty") == 0) {
            m->keep_empty = true;
            continue;
        }
        char letter = word[1];
        const char *value = letter && word[2] ? word + 2 : ++i < argc ? argv[i] : NULL;
        if (!letter || !value)
            return false;
        bool ok = true;
        if (letter == 'd')
            m->delimiter = value;
        else if (letter == 'u')
            m->file = value;
        else if (letter == 'n')
            ok = count_option(value, &m->max);
        else if (letter == 'O')
            ok = count_option(value, &m->origin);
        else if (letter == 's')
            ok = count_option(value, &m->skip);
        else
            ok = false;
        if (!ok)
            return false;
    }
    if (i < argc)
        m->name = argv[i++];
    return i >= argc && *m->delimiter;
}

static bool read_all(int fd, struct buf *out)
{
    char block[16384];
    ssize_t n;
    while ((n = read(fd, block, sizeof block)) > 0 || (n < 0 && errno == EINTR)) {
        if (n > 0)
            buf_add(out, block, (size_t)n);
    }
    return n == 0;
}

/* Puts the parts of the text into the array, from index `origin` on. */
static void split_into(struct value *v, const struct mapfile *m, const char *text)
{
    size_t delimiter = strlen(m->delimiter);
    long seen = 0;
    size_t at = (size_t)m->origin;
    for (const char *p = text;;) {
        const char *end = strstr(p, m->delimiter);
        size_t n = end ? (size_t)(end - p) : strlen(p);
        bool wanted = n > 0 || m->keep_empty;
        if (wanted && seen++ >= m->skip) {
            if (m->max >= 0 && seen - m->skip > m->max)
                return;
            char *item = mem_copy(p, n);
            if (at < v->array.count)
                array_remove(v, at);
            array_insert(v, at++, item);
            free(item);
        }
        if (!end)
            return;
        p = end + delimiter;
    }
}

static int run_mapfile(struct shell *sh, int argc, char **argv)
{
    struct mapfile m = {.delimiter = "\n", .name = "MAPFILE", .max = -1};
    if (!mapfile_options(argc, argv, &m))
        return builtin_fail(sh, "mapfile", 1, "wrong option or number");
    struct symbol *symbol = symbol_of(m.name, strlen(m.name));
    const struct binding *b = scope_get(&sh->scopes, symbol);
    if (b && b->value.kind != VALUE_ARRAY)
        return builtin_fail(sh, "mapfile", 1, "'%s' is not an array", m.name);
    struct value v = b && m.origin > 0 ? value_copy(&b->value) : value_array();
    if ((size_t)m.origin > v.array.count) {
        value_free(&v);
        return builtin_fail(sh, "mapfile", 1, "the origin lies beyond the array");
    }
    int fd = m.file ? open(m.file, O_RDONLY | O_CLOEXEC) : sh->io.in;
    struct buf text = {0};
    bool ok = fd >= 0 && read_all(fd, &text);
    int err = errno;
    if (m.file && fd >= 0)
        close(fd);
    if (ok) {
        split_into(&v, &m, buf_text(&text));
        scope_set(&sh->scopes, symbol, v);
    } else {
        value_free(&v);
    }
    buf_free(&text);
    return ok ? 0
              : builtin_fail(sh, "mapfile", 1, "%s: %s", m.file ? m.file : "stdin", strerror(err));
}

/* --- set --- */

/* Replaces args[1..]. */
static void set_args(struct shell *sh, int argc, char **argv)
{
    struct symbol *symbol = symbol_of("args", 4);
    const struct binding *b = scope_get(&sh->scopes, symbol);
    struct value v = value_array();
    if (b && b->value.kind == VALUE_ARRAY && b->value.array.count > 0)
        array_add(&v, b->value.array.items[0]);
    else
        array_add(&v, sh->argv0);
    for (int i = 0; i < argc; i++)
        array_add(&v, argv[i]);
    scope_set_at(&sh->scopes, b ? b->depth : 0, symbol, v);
}

static int run_set(struct shell *sh, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        bool on = word[0] == '-';
        if (strcmp(word, "--") == 0 || strcmp(word, "-") == 0) {
            if (word[1] == '-' || i + 1 < argc)
                set_args(sh, argc - i - 1, argv + i + 1);
            return 0;
        }
        if ((word[0] != '-' && word[0] != '+') || !word[1] || word[2])
            return builtin_fail(sh, "set", 2, "unknown option '%s'", word);
        if (word[1] == 'e')
            sh->errexit = on;
        else if (word[1] == 'p')
            sh->pipefail = on;
        else
            return builtin_fail(sh, "set", 2, "unknown option '%s'", word);
    }
    return 0;
}

/* --- functions and aliases --- */

struct listing {
    struct shell *sh;
    struct buf out;
};

static void list_function(struct symbol *symbol, void *arg)
{
    struct listing *l = arg;
    const struct binding *b = scope_get(&l->sh->scopes, symbol);
    if (!b || b->value.kind != VALUE_FUNCTION)
        return;
    buf_printf(&l->out, "    %s", symbol->name);
    if (b->value.fn.def->description)
        buf_printf(&l->out, " -- %s", b->value.fn.def->description);
    buf_putc(&l->out, '\n');
}

static int run_fn(struct shell *sh, int argc, char **argv)
{
    struct listing l = {.sh = sh};
    (void)argc;
    (void)argv;
    buf_puts(&l.out, "# Functions\n");
    symbol_each(list_function, &l);
    shell_out(sh, l.out.text, l.out.len);
    buf_free(&l.out);
    return 0;
}

static void list_alias(struct symbol *symbol, void *arg)
{
    struct listing *l = arg;
    const struct binding *b = scope_get(&l->sh->scopes, symbol);
    if (b && b->value.kind == VALUE_ALIAS)
        buf_printf(&l->out, "%s = %s\n", symbol->name, b->value.string);
}

static bool is_alias_name(const char *name, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        size_t n;
        uint32_t c = utf8_get(name + i, len - i, &n);
        bool ok = i == 0 ? utf8_starts_name(c) : utf8_in_name(c) || c == '-' || c == '!';
        if (!ok)
            return false;
        i += n - 1;
    }
    return len > 0;
}

static int define_alias(struct shell *sh, const char *text)
{
    const char *eq = strchr(text, '=');
    size_t len = (size_t)(eq - text);
    while (len > 0 && text[len - 1] == ' ')
        len--;
    if (!is_alias_name(text, len))
        return builtin_fail(sh, "alias", 1, "'%.*s' is not a name for an alias", (int)len, text);
    eq++;
    eq += strspn(eq, " ");
    scope_set_at(&sh->scopes, 0, symbol_of(text, len), value_alias(eq));
    return 0;
}

static int run_alias(struct shell *sh, int argc, char **argv)
{
    if (argc == 1) {
        struct listing l = {.sh = sh};
        symbol_each(list_alias, &l);
        shell_out(sh, buf_text(&l.out), l.out.len);
        buf_free(&l.out);
        return 0;
    }
    struct buf text = {0};
    int status = 0;
    for (int i = 1; i < argc; i++) {
        buf_puts(&text, i > 1 ? " " : "");
        buf_puts(&text, argv[i]);
    }
    const char *line = buf_text(&text);
    const struct symbol *symbol = symbol_find(line);
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    if (strchr(line, '='))
        status = define_alias(sh, line);
    else if (b && b->value.kind == VALUE_ALIAS)
        shell_printf(sh, "alias %s='%s'\n", line, b->value.string);
    else
        status = builtin_fail(sh, "alias", 1, "'%s' is not an alias", line);
    buf_free(&text);
    return status;
}

static int run_unalias(struct shell *sh, int argc, char **argv)
{
    if (argc < 2)
        return builtin_fail(sh, "unalias", 1, "needs the name of an alias");
    for (int i = 1; i < argc; i++) {
        const struct symbol *symbol = symbol_find(argv[i]);
        const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
        if (!b || b->value.kind != VALUE_ALIAS || !scope_drop(&sh->scopes, symbol))
            return builtin_fail(sh, "unalias", 1, "'%s' is not an alias", argv[i]);
    }
    return 0;
}

const struct builtin builtins_var[] = {
    {"drop", run_drop, 0, "NAME...", "remove variables, functions and aliases"},
    {"read", run_read, 0, "NAME...", "read a line into each variable"},
    {"mapfile", run_mapfile, 0, "[-d DELIM] [-n MAX] [-O ORIGIN] [-s SKIP] [-u FILE] [NAME]",
     "read the parts of a file into an array"},
    {"set", run_set, 0, "[-e|+e] [-p|+p] [-- WORD...]", "set options and arguments of the shell"},
    {"fn", run_fn, 0, "", "list the functions"},
    {"alias", run_alias, 0, "[NAME [= TEXT]]", "define or list aliases"},
    {"unalias", run_unalias, 0, "NAME...", "remove aliases"},
    {0},
};
