/*
 * Reading commands from standard input, see interactive.h. Rows are read until they make whole
 * statements; then history designators in them have been replaced, and they run.
 */
#include "interactive.h"

#include "complete.h"
#include "config.h"
#include "eval.h"
#include "history.h"
#include "input.h"
#include "jobs.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What is being entered. */
struct entry {
    struct buf text;   /* the rows so far, each with its newline */
    struct buf joined; /* the same as one row, for the history */
    unsigned blocks;   /* open at the end of the text */
};

/* The user's initrc, or else the system's, is run; an empty one is made where there is none. */
static void run_initrc(struct shell *sh)
{
    int error;
    char *file = config_file("XDG_CONFIG_HOME", ".config", "initrc");
    if (!file)
        return;
    char *common = access(file, F_OK) < 0 ? config_of_system("initrc") : NULL;
    if (common) {
        free(file);
        file = common;
    } else if (access(file, F_OK) < 0) {
        config_make_parents(file);
        int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
        if (fd >= 0)
            close(fd);
    }
    if (run_file(sh, file, &error) < 0)
        shell_report(sh);
    free(file);
}

/* --- what the editor asks --- */

static struct {
    struct shell *sh;
    const struct entry *entry;
    struct buf notices; /* of jobs, not yet shown */
} asked;

static size_t ask_entries(void *arg)
{
    (void)arg;
    return history_count(asked.sh);
}

static const char *ask_entry(void *arg, size_t at)
{
    (void)arg;
    return history_entry(asked.sh, at);
}

static void ask_complete(void *arg, const char *text, size_t cursor, struct choices *out)
{
    (void)arg;
    complete(asked.sh, text, cursor, out);
}

/* The row is looked at together with those before it. */
static bool ask_wrong(void *arg, const char *text, struct buf *message, size_t *at)
{
    struct buf whole = {0};
    struct pos pos;
    (void)arg;
    buf_add(&whole, buf_text(&asked.entry->text), asked.entry->text.len);
    size_t before = whole.len;
    history_expand(asked.sh, text, &whole);
    bool wrong = text_is_wrong(buf_text(&whole), whole.len, &pos, message);
    size_t line_start = 0;
    for (unsigned line = 1; wrong && line < pos.line; line++) {
        const char *newline = memchr(whole.text + line_start, '\n', whole.len - line_start);
        line_start = newline ? (size_t)(newline - whole.text) + 1 : line_start;
    }
    if (wrong) {
        size_t place = line_start + pos.col - 1;
        *at = place > before ? place - before : 0;
    }
    buf_free(&whole);
    return wrong;
}

/* Signals that came are passed on to the jobs here: the editor only wants to be redrawn. */
static bool ask_news(void *arg)
{
    (void)arg;
    int sig = signals_take();
    if (sig)
        jobs_forward(asked.sh, sig);
    jobs_poll_into(asked.sh, &asked.notices);
    return asked.notices.len > 0;
}

static void ask_tell(void *arg)
{
    (void)arg;
    fd_write(STDERR_FILENO, buf_text(&asked.notices), asked.notices.len);
    buf_clear(&asked.notices);
}

static size_t no_entries(void *arg)
{
    (void)arg;
    return 0;
}

static void no_choices(void *arg, const char *text, size_t cursor, struct choices *out)
{
    (void)arg;
    (void)text;
    (void)cursor;
    *out = (struct choices){0};
}

static bool never_wrong(void *arg, const char *text, struct buf *message, size_t *at)
{
    (void)arg;
    (void)text;
    (void)message;
    (void)at;
    return false;
}

bool read_edited(struct shell *sh, const char *prompt, struct buf *line)
{
    const struct edit_source source = {.entries = no_entries,
                                       .complete = no_choices,
                                       .wrong = never_wrong,
                                       .has_news = ask_news,
                                       .tell = ask_tell};
    struct edit_options options = {.prompt = prompt,
                                   .vi = sh->vi_keys,
                                   .insert_mark = prompt_mark(sh, false),
                                   .normal_mark = prompt_mark(sh, true)};
    bool was_empty;
    asked.sh = sh;
    if (!editor_is_usable()) {
        struct input in;
        fd_write(STDOUT_FILENO, prompt, strlen(prompt));
        input_start(&in, STDIN_FILENO);
        buf_clear(line);
        if (input_line(&in, line) != INPUT_LINE)
            return false;
        if (line->len > 0 && line->text[line->len - 1] == '\n')
            line->text[--line->len] = '\0';
        return true;
    }
    struct editor *e = editor_new(&source);
    enum edit_result r = editor_read(e, &options, line, &was_empty);
    editor_rest();
    editor_free(e);
    return r == EDIT_LINE;
}

/* --- one row --- */

enum row_result { ROW_READ, ROW_END, ROW_DROPPED, ROW_ALL_DROPPED };

static char *row_prompt(struct shell *sh, const struct entry *entry)
{
    if (entry->text.len == 0)
        return prompt_text(sh);
    size_t width = 4 * (size_t)(entry->blocks ? entry->blocks : 1);
    char *blanks = arena_alloc(&sh->temp, width + 1);
    memset(blanks, ' ', width);
    blanks[width] = '\0';
    return blanks;
}

static enum row_result read_plain(const char *prompt, struct input *in, struct buf *row)
{
    fd_write(STDOUT_FILENO, prompt, strlen(prompt));
    enum input_result r = input_line(in, row);
    if (r == INPUT_INTERRUPTED || signals_pending()) {
        signals_take();
        fd_write(STDOUT_FILENO, "\n", 1);
        return ROW_ALL_DROPPED;
    }
    if (r == INPUT_END) {
        fd_write(STDOUT_FILENO, "\n", 1);
        return ROW_END;
    }
    if (row->text[row->len - 1] == '\n')
        row->text[--row->len] = '\0';
    return ROW_READ;
}

/* A row without its newline; by the editor while `*editor` is one. */
static enum row_result read_row(struct shell *sh, const struct entry *entry, struct editor **editor,
                                struct input *in, struct buf *row)
{
    struct arena_mark mark = arena_mark(&sh->temp);
    struct edit_options options = {.prompt = row_prompt(sh, entry),
                                   .vi = sh->vi_keys,
                                   .insert_mark = prompt_mark(sh, false),
                                   .normal_mark = prompt_mark(sh, true)};
    enum row_result result = ROW_READ;
    bool was_empty = false;
    buf_clear(row);
    enum edit_result r = EDIT_NO_TERMINAL;
    if (*editor)
        r = editor_read(*editor, &options, row, &was_empty);
    if (r == EDIT_NO_TERMINAL) {
        if (*editor)
            editor_free(*editor);
        *editor = NULL;
        result = read_plain(options.prompt, in, row);
    } else if (r == EDIT_END) {
        result = ROW_END;
    } else if (r == EDIT_INTERRUPTED) {
        result = was_empty ? ROW_ALL_DROPPED : ROW_DROPPED;
    }
    arena_release(&sh->temp, mark);
    return result;
}

/* --- entries --- */

static void entry_clear(struct entry *entry)
{
    buf_clear(&entry->text);
    buf_clear(&entry->joined);
    entry->blocks = 0;
}

/* Drops rows until the innermost open block is gone. */
static void close_block(struct entry *entry)
{
    unsigned blocks = entry->blocks;
    struct buf *text = &entry->text;
    while (text->len > 0) {
        text->len--;
        while (text->len > 0 && text->text[text->len - 1] != '\n')
            text->len--;
        text->text[text->len] = '\0';
        bool incomplete = text_is_incomplete(text->text, text->len, &entry->blocks);
        if (!incomplete || entry->blocks < blocks)
            break;
    }
    if (!text_is_incomplete(buf_text(text), text->len, &entry->blocks))
        entry_clear(entry);
    buf_clear(&entry->joined);
    buf_add(&entry->joined, buf_text(text), text->len ? text->len - 1 : 0);
}

/*
 * Appends a row. In one row, what a newline separated inside of a block is separated by a
 * semicolon; in brackets and after operators the newline was a blank.
 */
static void entry_add(struct entry *entry, const char *row)
{
    bool first = entry->joined.len == 0;
    bool statement =
        entry->blocks > 0 && !text_is_incomplete(buf_text(&entry->joined), entry->joined.len, NULL);
    buf_puts(&entry->text, row);
    buf_putc(&entry->text, '\n');
    if (!first) {
        struct buf with = {0};
        unsigned blocks;
        /* With "; end" behind it the text is whole exactly if a statement can end here. */
        buf_add(&with, buf_text(&entry->joined), entry->joined.len);
        for (unsigned i = 0; i < entry->blocks; i++)
            buf_puts(&with, "; end");
        bool ends = entry->blocks > 0 && !text_is_incomplete(with.text, with.len, &blocks);
        buf_puts(&entry->joined, ends || statement ? "; " : " ");
        buf_free(&with);
    }
    buf_puts(&entry->joined, row);
}

/* What goes to the history: one row if that means the same, else the rows one by one. */
static void remember(struct shell *sh, const struct entry *entry)
{
    struct pos pos;
    struct buf why = {0};
    size_t rows = 0;
    for (size_t i = 0; i < entry->text.len; i++)
        rows += entry->text.text[i] == '\n';
    bool same = rows == 1 || (!strchr(buf_text(&entry->joined), '#') &&
                              !text_is_incomplete(entry->joined.text, entry->joined.len, NULL) &&
                              !text_is_wrong(entry->joined.text, entry->joined.len, &pos, &why));
    buf_free(&why);
    if (same && !strchr(buf_text(&entry->joined), '\n')) {
        history_add(sh, buf_text(&entry->joined));
        return;
    }
    char *copy = mem_copy(entry->text.text, entry->text.len);
    for (char *row = copy; *row;) {
        char *end = strchr(row, '\n');
        *end = '\0';
        history_add(sh, row);
        row = end + 1;
    }
    free(copy);
}

/* What names a directory is kept with a slash behind it; from another directory, where it may lead,
 * that could not be seen. */
static void mark_directory(struct entry *entry)
{
    struct stat st;
    const char *name = buf_text(&entry->joined);
    if (*name && name[strlen(name) - 1] != '/' && stat(name, &st) == 0 && S_ISDIR(st.st_mode))
        buf_putc(&entry->joined, '/');
}

static void run_entry(struct shell *sh, struct entry *entry)
{
    editor_rest();
    mark_directory(entry);
    if (run_input(sh, buf_text(&entry->text), entry->text.len, NULL) < 0) {
        sh->status = sh->failure.signal ? 128 + sh->failure.signal : 1;
        shell_report(sh);
    }
    remember(sh, entry);
}

static bool is_blank(const char *row)
{
    return row[strspn(row, " \t")] == '\0';
}

/* Takes one row; runs the entry when it is whole. */
static void take_row(struct shell *sh, struct entry *entry, const char *row)
{
    struct buf expanded = {0};
    if (entry->text.len == 0 && is_blank(row))
        return;
    history_expand(sh, row, &expanded);
    entry_add(entry, buf_text(&expanded));
    buf_free(&expanded);
    if (text_is_incomplete(entry->text.text, entry->text.len, &entry->blocks))
        return;
    run_entry(sh, entry);
    entry_clear(entry);
}

void run_interactive(struct shell *sh)
{
    const struct edit_source source = {.entries = ask_entries,
                                       .entry = ask_entry,
                                       .complete = ask_complete,
                                       .wrong = ask_wrong,
                                       .has_news = ask_news,
                                       .tell = ask_tell};
    struct input in;
    struct entry entry = {0};
    struct buf row = {0};
    history_variables(sh);
    run_initrc(sh);
    history_start(sh);
    input_start(&in, STDIN_FILENO);
    struct editor *editor = editor_is_usable() ? editor_new(&source) : NULL;
    for (;;) {
        /* The prompt may be a function that runs programs. Between the rows of one entry nothing
         * runs, and the terminal stays the editor's: no key of theirs becomes a signal. */
        if (entry.text.len == 0)
            editor_rest();
        jobs_poll(sh);
        history_refresh(sh);
        asked.sh = sh;
        asked.entry = &entry;
        enum row_result r = read_row(sh, &entry, &editor, &in, &row);
        if (r == ROW_READ)
            take_row(sh, &entry, buf_text(&row));
        else if (r == ROW_ALL_DROPPED)
            entry_clear(&entry);
        else if (r == ROW_END && entry.text.len > 0)
            close_block(&entry);
        else if (r == ROW_END)
            break;
    }
    editor_rest();
    if (editor)
        editor_free(editor);
    editor_forget_typed();
    entry_clear(&entry);
    buf_free(&entry.text);
    buf_free(&entry.joined);
    buf_free(&row);
    buf_free(&asked.notices);
    history_save(sh);
    if (sh->hup_on_exit)
        jobs_hang_up(sh);
}

int run_stdin(struct shell *sh, bool go_on)
{
    struct input in;
    struct buf text = {0};
    unsigned line = 1;
    unsigned next = 1;
    int result = 0;
    input_start(&in, STDIN_FILENO);
    for (;;) {
        enum input_result r = input_line(&in, &text);
        next++;
        if (r == INPUT_LINE && text_is_incomplete(buf_text(&text), text.len, NULL))
            continue;
        if (text.len > 0 && run_text(sh, text.text, text.len, NULL, line) < 0) {
            sh->status = 1;
            if (!go_on) {
                result = -1;
                break;
            }
            shell_report(sh);
        }
        buf_clear(&text);
        line = next;
        if (r != INPUT_LINE)
            break;
    }
    buf_free(&text);
    return result;
}
