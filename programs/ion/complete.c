/* Completion, see complete.h. */
#include "complete.h"

#include "builtin.h"
#include "expand.h"
#include "pages.h"
#include "scope.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than anybody reads; a directory can have a million entries. */
#define CHOICES_MAX 20000

/* The word to complete, as it was typed and as it is meant. */
struct target {
    const char *text;
    size_t start; /* of the word */
    size_t end;   /* the cursor */
    bool is_command;
    char quote;         /* the quote that the cursor is in, or 0 */
    struct buf plain;   /* the word without quotes and backslashes */
    struct buf command; /* the first word of its command */
    size_t sigil;       /* place of the $ or @ whose name is being typed, or `end` */
};

static void add(struct choices *out, const char *text, size_t len)
{
    if (out->count == CHOICES_MAX)
        return;
    if ((out->count & (out->count - 1)) == 0)
        out->items = mem_resize(out->items, (out->count ? out->count * 2 : 1) * sizeof(char *));
    out->items[out->count++] = mem_copy(text, len);
}

static bool has_prefix(const char *text, const struct buf *prefix)
{
    return strncmp(text, buf_text(prefix), prefix->len) == 0;
}

/* --- finding the word --- */

static bool ends_command(char c)
{
    return c == ';' || c == '|' || c == '&' || c == '\n' || c == '(';
}

static bool is_prefix_word(const char *word)
{
    static const char *const words[] = {"if", "else", "while", "and", "or", "not", "!", "time"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strcmp(word, words[i]) == 0)
            return true;
    }
    return false;
}

/* A word is over: a command's first one is kept. */
static void next_word(struct target *t, size_t start)
{
    if (t->is_command && t->plain.len > 0 && !is_prefix_word(t->plain.text)) {
        buf_clear(&t->command);
        buf_puts(&t->command, t->plain.text);
        t->is_command = false;
    }
    buf_clear(&t->plain);
    t->start = start;
    t->sigil = t->end;
}

static void take_char(struct target *t, size_t *i)
{
    char c = t->text[*i];
    if (c == '\\' && *i + 1 < t->end && t->quote != '\'') {
        buf_putc(&t->plain, t->text[++*i]);
        t->sigil = t->end;
        return;
    }
    if ((c == '$' || c == '@') && t->quote != '\'')
        t->sigil = *i;
    else if (t->sigil != t->end && c != '{' && c != '_' && !(c >= '0' && c <= '9') &&
             !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && (unsigned char)c < 0x80)
        t->sigil = t->end;
    buf_putc(&t->plain, c);
}

static void find_word(struct target *t)
{
    t->is_command = true;
    t->sigil = t->end;
    for (size_t i = 0; i < t->end; i++) {
        char c = t->text[i];
        if (t->quote ? c == t->quote : c == '\'' || c == '"') {
            t->quote = t->quote ? 0 : c;
        } else if (t->quote ||
                   (c != ' ' && c != '\t' && c != '<' && c != '>' && !ends_command(c))) {
            take_char(t, &i);
        } else {
            next_word(t, i + 1);
            if (ends_command(c))
                t->is_command = true;
        }
    }
}

/* --- writing a name so that it means itself --- */

/* A backslash works before these. */
static bool takes_backslash(char c)
{
    return strchr(" '\"$@~?*{}()\\", c) != NULL;
}

/* It does not before these: the word must be quoted. */
static bool needs_quotes(const char *text)
{
    return text[strcspn(text, "[]&;<>^#|")] != '\0';
}

static void put_quoted(struct buf *out, const char *text, char quote)
{
    for (; *text; text++) {
        if (quote == '"' && strchr("\"$@\\", *text))
            buf_putc(out, '\\');
        buf_putc(out, *text);
    }
}

/* A path as a word. `head` is a ~ or the like that keeps its meaning. */
static void put_word(struct buf *out, const char *head, const char *path, char quote,
                     bool directory)
{
    if (!quote && needs_quotes(path) && !*head)
        quote = strchr(path, '\'') ? '"' : '\'';
    if (quote) {
        buf_putc(out, quote);
        buf_puts(out, head);
        put_quoted(out, path, quote);
        buf_puts(out, directory ? "/" : "");
        if (!directory)
            buf_putc(out, quote);
        return;
    }
    buf_puts(out, head);
    for (const char *p = path; *p; p++) {
        if (takes_backslash(*p))
            buf_putc(out, '\\');
        buf_putc(out, *p);
    }
    buf_puts(out, directory ? "/" : "");
}

/* --- paths --- */

struct walk {
    struct choices *out;
    const char *head; /* as typed: "~" or "" */
    char quote;
    struct buf real; /* the directory looked at */
    struct buf path; /* the same as it will be written, without head */
};

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void walk_paths(struct walk *w, const char *rest);

/* An entry that begins with the component: the end of the path, or a directory to go on in. */
static void take_entry(struct walk *w, const char *name, const char *rest)
{
    size_t real = w->real.len;
    size_t path = w->path.len;
    buf_puts(&w->real, name);
    buf_puts(&w->path, name);
    bool directory = is_directory(w->real.text);
    if (!*rest) {
        struct buf word = {0};
        put_word(&word, w->head, w->path.text, w->quote, directory);
        add(w->out, word.text, word.len);
        buf_free(&word);
    } else if (directory) {
        buf_putc(&w->real, '/');
        buf_putc(&w->path, '/');
        walk_paths(w, rest);
    }
    w->real.text[w->real.len = real] = '\0';
    w->path.text[w->path.len = path] = '\0';
}

/* Every component of `rest` is the beginning of a name; one that exists stands for itself. */
static void walk_paths(struct walk *w, const char *rest)
{
    size_t len = strcspn(rest, "/");
    const char *more = rest + len + strspn(rest + len, "/");
    bool last = rest[len] == '\0';
    char *component = mem_copy(rest, len);
    size_t real = w->real.len;
    buf_puts(&w->real, component);
    bool exact = !last && len > 0 && is_directory(w->real.text);
    w->real.text[w->real.len = real] = '\0';
    if (exact && *more == '\0') {
        /* `dir/`: everything in it. */
        buf_printf(&w->real, "%s/", component);
        buf_printf(&w->path, "%s/", component);
        walk_paths(w, "");
    } else if (exact) {
        take_entry(w, component, more);
    } else {
        DIR *d = opendir(w->real.len ? w->real.text : ".");
        const struct dirent *entry;
        while (d && (entry = readdir(d))) {
            if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
                continue;
            if (strncmp(entry->d_name, component, len) == 0)
                take_entry(w, entry->d_name, last ? "" : *more ? more : "");
        }
        if (d)
            closedir(d);
    }
    free(component);
}

/* Splits ~ or ~user off; false when it means no directory. */
static bool take_tilde(struct shell *sh, struct walk *w, struct buf *head, const char **rest)
{
    size_t len = strcspn(*rest, "/");
    buf_add(head, *rest, len);
    if (!(*rest)[len])
        return false;
    int r = expand_tilde(sh, head->text + 1, &w->real);
    shell_clear_failure(sh);
    if (r < 0)
        return false;
    buf_putc(&w->real, '/');
    buf_putc(head, '/');
    *rest += len + strspn(*rest + len, "/");
    w->head = head->text;
    return true;
}

static void complete_paths(struct shell *sh, const struct target *t, struct choices *out)
{
    struct walk w = {.out = out, .head = "", .quote = t->quote};
    struct buf head = {0};
    const char *rest = buf_text(&t->plain);
    bool possible = true;
    buf_puts(&w.real, "");
    buf_puts(&w.path, "");
    if (*rest == '~' && !t->quote) {
        possible = take_tilde(sh, &w, &head, &rest);
    } else if (*rest == '/') {
        size_t n = strspn(rest, "/");
        buf_add(&w.real, rest, n);
        buf_add(&w.path, rest, n);
        rest += n;
    }
    if (possible)
        walk_paths(&w, rest);
    buf_free(&w.real);
    buf_free(&w.path);
    buf_free(&head);
}

/* --- names --- */

struct names {
    struct shell *sh;
    const struct target *t;
    struct choices *out;
    struct buf prefix; /* of the name, behind the sigil */
    struct buf before; /* what stands in the word before the name */
    bool lists;        /* @: arrays and maps */
};

static void add_command(struct symbol *s, void *arg)
{
    const struct names *n = arg;
    const struct binding *b = scope_get(&n->sh->scopes, s);
    bool runs =
        s->builtin || (b && (b->value.kind == VALUE_FUNCTION || b->value.kind == VALUE_ALIAS));
    if (runs && has_prefix(s->name, &n->t->plain))
        add(n->out, s->name, strlen(s->name));
}

static void add_variable(struct symbol *s, void *arg)
{
    const struct names *n = arg;
    const struct binding *b = scope_get(&n->sh->scopes, s);
    bool list = b && (b->value.kind == VALUE_ARRAY || b->value.kind == VALUE_MAP);
    bool string = b && b->value.kind == VALUE_STRING;
    if (!(n->lists ? list : string) || !has_prefix(s->name, &n->prefix))
        return;
    struct buf word = {0};
    buf_add(&word, buf_text(&n->before), n->before.len);
    buf_puts(&word, s->name);
    if (n->before.len > 0 && n->before.text[n->before.len - 1] == '{')
        buf_putc(&word, '}');
    add(n->out, word.text, word.len);
    buf_free(&word);
}

static void complete_variables(struct shell *sh, const struct target *t, struct choices *out)
{
    struct names n = {.sh = sh, .t = t, .out = out};
    size_t name = t->sigil + 1 + (t->text[t->sigil + 1] == '{' && t->sigil + 1 < t->end);
    n.lists = t->text[t->sigil] == '@';
    buf_add(&n.before, t->text + t->start, name - t->start);
    buf_add(&n.prefix, t->text + name, t->end - name);
    symbol_each(add_variable, &n);
    buf_free(&n.before);
    buf_free(&n.prefix);
}

/* On an empty word every variable is possible. */
static void all_variables(struct shell *sh, const struct target *t, struct choices *out)
{
    for (int lists = 0; lists < 2; lists++) {
        struct names n = {.sh = sh, .t = t, .out = out, .lists = lists};
        buf_putc(&n.before, lists ? '@' : '$');
        symbol_each(add_variable, &n);
        buf_free(&n.before);
    }
}

static void add_programs(const char *directory, const struct target *t, struct choices *out)
{
    DIR *d = opendir(directory);
    const struct dirent *entry;
    struct buf path = {0};
    while (d && (entry = readdir(d))) {
        if (entry->d_name[0] == '.' || !has_prefix(entry->d_name, &t->plain))
            continue;
        buf_clear(&path);
        buf_printf(&path, "%s/%s", directory, entry->d_name);
        if (access(path.text, X_OK) == 0 && !is_directory(path.text))
            add(out, entry->d_name, strlen(entry->d_name));
    }
    if (d)
        closedir(d);
    buf_free(&path);
}

static void complete_commands(struct shell *sh, const struct target *t, struct choices *out)
{
    struct names n = {.sh = sh, .t = t, .out = out};
    const char *path = getenv("PATH");
    symbol_each(add_command, &n);
    while (path && *path) {
        size_t len = strcspn(path, ":");
        char *directory = mem_copy(path, len);
        add_programs(len ? directory : ".", t, out);
        free(directory);
        path += len + (path[len] == ':');
    }
}

static void complete_options(const struct target *t, struct choices *out)
{
    const char *option;
    for (size_t i = 0; (option = page_option(buf_text(&t->command), i)); i++) {
        bool wanted = t->plain.len > 0 || (option[0] != '-' && option[0] != '+');
        if (wanted && has_prefix(option, &t->plain))
            add(out, option, strlen(option));
    }
}

/* --- the whole --- */

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void sort(struct choices *c)
{
    size_t kept = 0;
    if (c->count)
        qsort(c->items, c->count, sizeof *c->items, by_text);
    for (size_t i = 0; i < c->count; i++) {
        if (kept > 0 && strcmp(c->items[kept - 1], c->items[i]) == 0)
            free(c->items[i]);
        else
            c->items[kept++] = c->items[i];
    }
    c->count = kept;
}

void complete(struct shell *sh, const char *text, size_t cursor, struct choices *out)
{
    struct target t = {.text = text, .end = cursor};
    find_word(&t);
    *out = (struct choices){.start = t.start};
    const struct symbol *symbol = t.is_command ? NULL : symbol_find(buf_text(&t.command));
    if (t.sigil < t.end) {
        complete_variables(sh, &t, out);
    } else {
        if (t.is_command && !strchr(buf_text(&t.plain), '/'))
            complete_commands(sh, &t, out);
        if (symbol && symbol->builtin)
            complete_options(&t, out);
        if (!t.is_command || t.plain.len > 0)
            complete_paths(sh, &t, out);
        if (!t.is_command && t.plain.len == 0)
            all_variables(sh, &t, out);
    }
    sort(out);
    buf_free(&t.plain);
    buf_free(&t.command);
}
