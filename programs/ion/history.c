/* The history, see history.h. */
#include "history.h"

#include "config.h"
#include "pattern.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct history {
    char **items;
    size_t count;
    char *file; /* null when there is none */
    bool append_each;
    bool share;
    bool no_duplicates;
    off_t size;       /* of the file, when it was last read or written */
    unsigned appends; /* since the file was last written as a whole */
};

/* The file is compacted after so many entries, if repetitions are not wanted. */
#define APPENDS_MAX 30

static bool is_interactive(const struct shell *sh)
{
    return sh->history != NULL;
}

static void remove_entry(struct history *h, size_t at)
{
    free(h->items[at]);
    h->count--;
    memmove(h->items + at, h->items + at + 1, (h->count - at) * sizeof *h->items);
}

static void push(struct history *h, const char *line)
{
    if (h->count > 0 && strcmp(h->items[h->count - 1], line) == 0)
        return;
    if (h->count == HISTORY_MAX)
        remove_entry(h, 0);
    h->items[h->count++] = mem_dup(line);
}

static void drop_equal(struct history *h, const char *line)
{
    for (size_t i = h->count; i-- > 0;) {
        if (strcmp(h->items[i], line) == 0)
            remove_entry(h, i);
    }
}

static void note_size(struct history *h)
{
    struct stat st;
    h->size = h->file && stat(h->file, &st) == 0 ? st.st_size : 0;
}

static void load(struct history *h)
{
    struct buf text = {0};
    if (!h->file || !config_read(h->file, &text)) {
        buf_free(&text);
        return;
    }
    for (char *line = text.text; line && *line;) {
        char *end = strchr(line, '\n');
        if (end)
            *end = '\0';
        if (*line && *line != '#') {
            if (h->no_duplicates)
                drop_equal(h, line);
            push(h, line);
        }
        line = end ? end + 1 : NULL;
    }
    buf_free(&text);
    note_size(h);
}

void history_variables(struct shell *sh)
{
    static const char *const rules[] = {"no_such_command", "whitespace", "duplicates"};
    struct value ignore = value_array();
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        array_add(&ignore, rules[i]);
    scope_set(&sh->scopes, symbol_of("HISTORY_IGNORE", 14), ignore);
    scope_set_string(&sh->scopes, "HISTORY_TIMESTAMP", "0");
    scope_set_string(&sh->scopes, "HISTFILE_ENABLED", "1");
}

void history_start(struct shell *sh)
{
    struct history *h = mem_zero(sizeof *h);
    h->items = mem_zero((HISTORY_MAX + 1) * sizeof *h->items);
    sh->history = h;
    h->file = config_file("XDG_DATA_HOME", ".local/share", "history");
    if (!h->file)
        return;
    if (access(h->file, F_OK) < 0) {
        config_make_parents(h->file);
        int fd = open(h->file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (fd < 0) {
            free(h->file);
            h->file = NULL;
            return;
        }
        close(fd);
        shell_warn(sh, "the history is kept in %s", h->file);
    }
    scope_set_string(&sh->scopes, "HISTFILE", h->file);
    load(h);
}

/* True when a rule of HISTORY_IGNORE keeps the line out. */
static bool ignored(struct shell *sh, const char *line, const char *rule)
{
    bool about_itself = strstr(line, "HISTORY_IGNORE") != NULL;
    if (strcmp(rule, "all") == 0)
        return !about_itself;
    if (strcmp(rule, "whitespace") == 0)
        return *line == ' ' || *line == '\t';
    if (strcmp(rule, "no_such_command") == 0)
        return sh->status == 127;
    if (strcmp(rule, "duplicates") == 0)
        drop_equal(sh->history, line);
    if (strncmp(rule, "regex:", 6) == 0 && !about_itself) {
        struct pattern *p = pattern_new(rule + 6, NULL);
        bool found = p && pattern_search(p, line, 0, NULL);
        pattern_free(p);
        return found;
    }
    return false;
}

/* The old file stays until the new one is whole: a full disk loses no history. */
static void write_file(struct history *h)
{
    struct buf text = {0};
    struct buf fresh = {0};
    for (size_t i = 0; i < h->count; i++)
        buf_printf(&text, "%s\n", h->items[i]);
    char *target = realpath(h->file, NULL); /* it may be a link to somewhere else */
    buf_printf(&fresh, "%s.%ld", target ? target : h->file, (long)getpid());
    int fd = open(fresh.text, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool written = fd >= 0 && fd_write(fd, buf_text(&text), text.len);
    if (fd >= 0)
        written &= close(fd) == 0;
    if (fd >= 0 && (!written || rename(fresh.text, target ? target : h->file) < 0))
        unlink(fresh.text);
    free(target);
    buf_free(&fresh);
    buf_free(&text);
    h->appends = 0;
    note_size(h);
}

static void append_to_file(struct history *h, const char *line)
{
    int fd = open(h->file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return;
    fd_write(fd, line, strlen(line));
    fd_write(fd, "\n", 1);
    close(fd);
    if (h->no_duplicates && ++h->appends >= APPENDS_MAX)
        write_file(h);
    note_size(h);
}

void history_refresh(struct shell *sh)
{
    struct stat st;
    if (!is_interactive(sh))
        return;
    struct history *h = sh->history;
    if (!h->share || !h->file || stat(h->file, &st) < 0 || st.st_size == h->size)
        return;
    while (h->count > 0)
        remove_entry(h, h->count - 1);
    load(h);
}

void history_add(struct shell *sh, const char *line)
{
    if (!is_interactive(sh) || !*line)
        return;
    struct history *h = sh->history;
    history_refresh(sh); /* what others have added comes before this line */
    const struct symbol *symbol = symbol_find("HISTORY_IGNORE");
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    for (size_t i = 0; b && b->value.kind == VALUE_ARRAY && i < b->value.array.count; i++) {
        if (ignored(sh, line, b->value.array.items[i]))
            return;
    }
    const char *stamp = scope_string(&sh->scopes, "HISTORY_TIMESTAMP");
    struct buf entry = {0};
    if (stamp && strcmp(stamp, "1") == 0) {
        buf_printf(&entry, "#%lld", (long long)time(NULL));
        push(h, entry.text);
        buf_clear(&entry);
    }
    buf_puts(&entry, line);
    push(h, entry.text);
    if (h->append_each && h->file)
        append_to_file(h, entry.text);
    buf_free(&entry);
}

void history_save(struct shell *sh)
{
    if (!is_interactive(sh) || sh->forked)
        return;
    struct history *h = sh->history;
    if (h->file && !h->append_each)
        write_file(h);
}

void history_note(struct shell *sh, const char *line)
{
    if (!is_interactive(sh))
        return;
    push(sh->history, line);
    if (sh->history->append_each && sh->history->file)
        append_to_file(sh->history, line);
}

size_t history_count(const struct shell *sh)
{
    return is_interactive(sh) ? sh->history->count : 0;
}

const char *history_entry(const struct shell *sh, size_t at)
{
    return sh->history->items[at];
}

bool history_option(struct shell *sh, const char *word)
{
    struct history *h = sh->history;
    bool on = word[0] == '+';
    if (word[0] != '+' && word[0] != '-')
        return false;
    if (strcmp(word + 1, "inc_append") == 0) {
        h->append_each = on;
    } else if (strcmp(word + 1, "share") == 0) {
        h->share = on;
        h->append_each = on;
    } else if (strcmp(word + 1, "duplicates") == 0) {
        h->no_duplicates = !on;
    } else {
        return false;
    }
    return true;
}

/* --- designators --- */

/* The word at number n of the text (from 0), or the last for n < 0. */
static void add_word(const char *text, int n, struct buf *out)
{
    const char *last = "";
    size_t last_len = 0;
    for (int i = 0;; i++) {
        text += strspn(text, " \t");
        size_t len = strcspn(text, " \t");
        if (len == 0)
            break;
        last = text;
        last_len = len;
        if (i == n)
            break;
        text += len;
        if (n >= 0 && !text[strspn(text, " \t")] && i < n)
            return;
    }
    buf_add(out, last, last_len);
}

static bool designator_ends(char c)
{
    return !c || c == ' ' || c == '\t' || c == '\'' || c == '"' || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
}

void history_expand(const struct shell *sh, const char *line, struct buf *out)
{
    size_t count = history_count(sh);
    const char *previous = count ? history_entry(sh, count - 1) : NULL;
    bool quoted = false;
    for (; *line; line++) {
        if (*line == '\\' && line[1]) {
            buf_add(out, line++, 2);
            continue;
        }
        if (*line == '"')
            quoted = !quoted;
        bool known = *line == '!' && line[1] && strchr("!$^0*", line[1]);
        if (!previous || quoted || !known || !designator_ends(line[2])) {
            buf_putc(out, *line);
            continue;
        }
        char which = *++line;
        if (which == '!')
            buf_puts(out, previous);
        else if (which == '*')
            buf_puts(out,
                     previous + strcspn(previous, " ") + (previous[strcspn(previous, " ")] == ' '));
        else
            add_word(previous, which == '$' ? -1 : which == '^', out);
    }
}
