/*
 * The line editor on any bytes that a terminal may send, in both sets of keys, with a history and
 * completions; and completion of what was typed. The terminal is this file: it hands out the input
 * in pieces, and looks at what is painted.
 *
 * What must hold: no bad access, the cursor stays between two characters, and what is painted never
 * moves the cursor above the picture.
 */
#include "programs/ion/complete.h"
#include "programs/ion/editor/state.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct shell sh;
static const char *input;
static size_t input_left;
static size_t piece = 1; /* bytes handed out at once */
static bool stop_at_line;

/* No directory is looked at; the fuzzer itself reads its corpus. */
DIR *__real_opendir(const char *path);
DIR *__wrap_opendir(const char *path);

static bool fuzzing;

DIR *__wrap_opendir(const char *path)
{
    return fuzzing ? NULL : __real_opendir(path);
}

bool terminal_is_usable(void)
{
    return true;
}

bool terminal_enter(void)
{
    return true;
}

void terminal_leave(void)
{
}

struct terminal_size terminal_size(void)
{
    return (struct terminal_size){.rows = 5, .columns = 7};
}

bool terminal_resized(void)
{
    return true;
}

long terminal_read(char *out, size_t len)
{
    static bool signal;
    size_t n = piece < input_left ? piece : input_left;
    n = n < len ? n : len;
    signal = !signal;
    if (signal && n > 0)
        return -1;
    memcpy(out, input, n);
    input += n;
    input_left -= n;
    return (long)n;
}

void terminal_write(const char *text, size_t len)
{
    for (size_t i = 0; i + 1 < len; i++) {
        /* Escape sequences that are painted are ours: none comes from the typed text. */
        if (text[i] == 27 && text[i + 1] != '[' && text[i + 1] != ']')
            abort();
    }
}

static const char *const history[] = {"",         "echo one two", "let ö = 你好", "e\\ f g",
                                      "echo one", "#1",           "x\ny"};

static size_t count_entries(void *arg)
{
    (void)arg;
    return sizeof history / sizeof *history;
}

static const char *get_entry(void *arg, size_t at)
{
    (void)arg;
    if (at >= sizeof history / sizeof *history)
        abort();
    return history[at];
}

static void find_choices(void *arg, const char *text, size_t cursor, struct choices *out)
{
    (void)arg;
    complete(&sh, text, cursor, out);
    if (out->start > cursor)
        abort();
}

static bool is_wrong(void *arg, const char *text, struct buf *message, size_t *at)
{
    (void)arg;
    if (!stop_at_line)
        return false;
    buf_puts(message, "wrong");
    *at = strlen(text) / 2;
    while (*at > 0 && ((unsigned char)text[*at] & 0xc0) == 0x80)
        --*at;
    return true;
}

static bool has_news(void *arg)
{
    (void)arg;
    return false;
}

static void tell(void *arg)
{
    (void)arg;
}

/* Every place the editor can be asked about is between two characters. */
static void check_line(const struct editor *e)
{
    const struct line *l = &e->line;
    if (l->cursor > l->text.len)
        abort();
    if (l->cursor < l->text.len && ((unsigned char)l->text.text[l->cursor] & 0xc0) == 0x80)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct edit_source source = {.entries = count_entries,
                                              .entry = get_entry,
                                              .complete = find_choices,
                                              .wrong = is_wrong,
                                              .has_news = has_news,
                                              .tell = tell};
    struct edit_options options = {
        .prompt = "a\n\x1b[1m> \x1b[0m", .insert_mark = "I", .normal_mark = "N"};
    struct buf line = {0};
    bool was_empty;
    if (size < 1)
        return 0;
    if (!sh.scopes.items) {
        scopes_start(&sh.scopes);
        scope_set_string(&sh.scopes, "echo", "x");
        scope_set_string(&sh.scopes, "one", "x");
        scope_set(&sh.scopes, symbol_of("two", 3), value_array());
    }
    options.vi = data[0] & 1;
    stop_at_line = data[0] & 2;
    piece = 1 + (data[0] >> 2);
    input = (const char *)data + 1;
    input_left = size - 1;
    fuzzing = true;
    struct editor *e = editor_new(&source);
    while (editor_read(e, &options, &line, &was_empty) != EDIT_END || input_left > 0)
        check_line(e);
    check_line(e);
    editor_free(e);
    editor_forget_typed();
    buf_free(&line);
    fuzzing = false;
    return 0;
}
