/* The editor's main loop and the keys that are the same in all bindings. See editor.h. */
#include "state.h"

#include <stdlib.h>
#include <string.h>

/* There is one keyboard: what was typed ahead is for whoever edits next. */
static struct keys typed_ahead;

struct editor *editor_new(const struct edit_source *source)
{
    struct editor *e = mem_zero(sizeof *e);
    e->source = *source;
    return e;
}

void editor_free(struct editor *e)
{
    line_free(&e->line);
    screen_free(&e->screen);
    recall_free(e);
    search_free(e);
    menu_close(e);
    vi_free(e);
    buf_free(&e->prompt);
    buf_free(&e->message);
    buf_free(&e->checked);
    free(e);
}

void editor_forget_typed(void)
{
    keys_free(&typed_ahead);
}

bool editor_is_usable(void)
{
    return terminal_is_usable();
}

/* --- the picture --- */

static void set_prompt(struct editor *e)
{
    const struct search *s = &e->search;
    buf_clear(&e->prompt);
    if (s->active) {
        bool found = s->count > 0 || s->text.len == 0;
        buf_printf(&e->prompt, "(search)'\x1b[%dm%s\x1b[0m` (%zu/%zu): ", found ? 32 : 31,
                   buf_text(&s->text), s->count ? s->at + 1 : 0, s->count);
        return;
    }
    if (e->options.vi)
        buf_puts(&e->prompt, e->vi.normal ? e->options.normal_mark : e->options.insert_mark);
    buf_puts(&e->prompt, e->options.prompt);
}

static struct picture picture(struct editor *e, struct buf *above)
{
    struct picture p = {.text = buf_text(&e->line.text),
                        .len = e->line.text.len,
                        .cursor = e->line.cursor,
                        .color = e->search.active ? "\x1b[33m" : NULL};
    set_prompt(e);
    p.prompt = buf_text(&e->prompt);
    if (e->menu.active) {
        menu_rows(e, above);
        p.above = buf_text(above);
    } else if (!e->search.active) {
        p.ghost = recall_suggestion(e);
    }
    if (e->message.len > 0)
        p.below = e->message.text;
    return p;
}

static void paint(struct editor *e)
{
    struct buf above = {0};
    struct picture p = picture(e, &above);
    screen_paint(&e->screen, &p);
    buf_free(&above);
}

/* Nothing but the line stays, and the cursor is below it. */
static void leave_line(struct editor *e)
{
    struct buf above = {0};
    menu_close(e);
    e->search.active = false;
    buf_clear(&e->message);
    struct picture p = picture(e, &above);
    p.ghost = NULL;
    screen_finish(&e->screen, &p);
    buf_free(&above);
}

/* --- keys --- */

static bool ends_with_backslash(const struct line *l)
{
    size_t n = 0;
    while (n < l->text.len && l->text.text[l->text.len - 1 - n] == '\\')
        n++;
    return n % 2 == 1;
}

enum step edit_enter(struct editor *e)
{
    struct line *l = &e->line;
    size_t at = 0;
    if (ends_with_backslash(l)) {
        l->cursor = l->text.len;
        line_insert(l, "\n", 1, false);
        return STEP_ON;
    }
    bool seen = e->checked.len == l->text.len && l->text.len > 0 &&
                memcmp(e->checked.text, l->text.text, l->text.len) == 0;
    buf_clear(&e->message);
    if (!seen && e->source.wrong(e->source.arg, buf_text(&l->text), &e->message, &at)) {
        buf_clear(&e->checked);
        buf_add(&e->checked, buf_text(&l->text), l->text.len);
        l->cursor = at < l->text.len ? at : l->text.len;
        return STEP_ON;
    }
    return STEP_LINE;
}

static void accept_suggestion(struct editor *e)
{
    const char *more = recall_suggestion(e);
    if (more)
        line_insert(&e->line, more, strlen(more), false);
}

static void right(struct editor *e)
{
    if (e->line.cursor == e->line.text.len)
        accept_suggestion(e);
    else
        e->line.cursor = line_next(&e->line, e->line.cursor);
}

/* Up and down inside of a text of several rows; false at its edge. */
static bool move_row(struct editor *e, bool up)
{
    struct line *l = &e->line;
    size_t start = line_row_start(l, l->cursor);
    size_t end = line_row_end(l, l->cursor);
    if (up ? start == 0 : end == l->text.len)
        return false;
    size_t column = l->cursor - start;
    size_t to = up ? line_row_start(l, start - 1) : end + 1;
    size_t to_end = line_row_end(l, to);
    size_t at = to;
    while (at < to_end && at - to < column)
        at = line_next(l, at);
    l->cursor = at;
    return true;
}

static enum step common_control(struct editor *e, char c, bool *taken)
{
    switch (c) {
    case 'c':
        return STEP_INTERRUPTED;
    case 'd':
        if (e->line.text.len == 0)
            return STEP_END;
        line_remove(&e->line, e->line.cursor, line_next(&e->line, e->line.cursor));
        break;
    case 'f':
        right(e);
        break;
    case 'l':
        screen_clear(&e->screen);
        break;
    case 'r':
        search_start(e, false);
        break;
    case 's':
        search_start(e, true);
        break;
    default:
        *taken = false;
    }
    return STEP_ON;
}

/* Movements and deletions by keys of their own. */
static void named(struct editor *e, enum key_kind kind, bool *taken)
{
    struct line *l = &e->line;
    switch (kind) {
    case KEY_LEFT:
        l->cursor = line_prev(l, l->cursor);
        break;
    case KEY_RIGHT:
        right(e);
        break;
    case KEY_WORD_LEFT:
        l->cursor = line_word_prev(l, l->cursor);
        break;
    case KEY_WORD_RIGHT:
        l->cursor = line_word_next(l, l->cursor);
        break;
    case KEY_HOME:
        l->cursor = line_row_start(l, l->cursor);
        break;
    case KEY_END:
        l->cursor = line_row_end(l, l->cursor);
        break;
    case KEY_DELETE:
        line_remove(l, l->cursor, line_next(l, l->cursor));
        break;
    case KEY_UP:
        if (!move_row(e, true) || e->recall.active)
            recall_older(e);
        break;
    case KEY_DOWN:
        if (!move_row(e, false) || e->recall.active)
            recall_newer(e);
        break;
    default:
        *taken = false;
    }
}

enum step edit_common(struct editor *e, const struct press *k, bool *taken)
{
    *taken = true;
    switch (k->kind) {
    case KEY_ENTER:
        return edit_enter(e);
    case KEY_TAB:
        menu_complete(e);
        break;
    case KEY_PASTE:
        line_insert(&e->line, k->text, k->len, false);
        break;
    case KEY_CTRL:
        return common_control(e, k->c, taken);
    default:
        named(e, k->kind, taken);
    }
    return STEP_ON;
}

/* Keys that only walk through the history, or repeat, do not make the line a new text. */
static void note_change(struct editor *e, const struct press *k, const struct buf *before)
{
    bool walks = k->kind == KEY_UP || k->kind == KEY_DOWN ||
                 (k->kind == KEY_CTRL && (k->c == 'p' || k->c == 'n')) ||
                 (k->kind == KEY_ALT && (k->c == '<' || k->c == '>')) ||
                 (e->options.vi && e->vi.normal);
    bool changed = before->len != e->line.text.len ||
                   memcmp(buf_text(before), buf_text(&e->line.text), before->len) != 0;
    if (changed && !walks)
        recall_forget(e);
    if (!(k->kind == KEY_ALT && k->c == '.'))
        e->last_word_on = false;
    if (changed)
        buf_clear(&e->message);
}

static enum step dispatch(struct editor *e, const struct press *k)
{
    bool taken = false;
    enum step step = STEP_ON;
    if (e->search.active)
        step = search_key(e, k, &taken);
    else if (e->menu.active)
        step = menu_key(e, k, &taken);
    if (taken || step != STEP_ON)
        return step;
    if (e->options.vi)
        return vi_key(e, k);
    step = edit_common(e, k, &taken);
    if (taken)
        return step;
    if (k->kind == KEY_TEXT) {
        line_insert(&e->line, k->text, k->len, true);
        return STEP_ON;
    }
    if (k->kind == KEY_BACKSPACE) {
        line_remove(&e->line, line_prev(&e->line, e->line.cursor), e->line.cursor);
        return STEP_ON;
    }
    return emacs_key(e, k);
}

/* A key, and what follows from it. The texts compared are short but for pastes. */
static enum step take_key(struct editor *e, const struct press *k)
{
    struct buf before = {0};
    bool typed = k->kind == KEY_TEXT && !e->search.active && !e->options.vi;
    if (!typed)
        buf_add(&before, buf_text(&e->line.text), e->line.text.len);
    enum step step = dispatch(e, k);
    note_change(e, k, &before);
    buf_free(&before);
    return step;
}

/* --- the loop --- */

static void tell_news(struct editor *e)
{
    if (!e->source.has_news(e->source.arg))
        return;
    screen_hide(&e->screen);
    e->source.tell(e->source.arg);
    paint(e);
}

/* Reads once. False at the end of input. */
static bool fill(struct editor *e, bool *whole)
{
    char bytes[4096];
    long n = terminal_read(bytes, sizeof bytes);
    *whole = true;
    if (n == 0)
        return false;
    if (n > 0) {
        /* A full block is followed by more. */
        *whole = (size_t)n < sizeof bytes;
        keys_feed(&typed_ahead, bytes, (size_t)n);
        return true;
    }
    if (terminal_resized()) {
        struct buf above = {0};
        struct picture p = picture(e, &above);
        screen_resize(&e->screen, &p);
        buf_free(&above);
    }
    tell_news(e);
    return true;
}

/* In emacs mode a lone ESC is the first half of Alt and something. */
static bool escape_is_key(const struct editor *e, bool whole)
{
    return whole && (e->options.vi || e->search.active || e->menu.active);
}

static enum step run(struct editor *e)
{
    enum step step = STEP_ON;
    bool whole = false;
    paint(e);
    tell_news(e);
    for (;;) {
        struct press k;
        bool any = false;
        while (step == STEP_ON &&
               keys_next(&typed_ahead, escape_is_key(e, whole), e->options.vi, &k)) {
            step = take_key(e, &k);
            any = true;
        }
        if (step != STEP_ON)
            return step;
        if (any)
            paint(e);
        if (!fill(e, &whole))
            return STEP_END;
    }
}

static void start(struct editor *e, const struct edit_options *options)
{
    e->options = *options;
    line_reset(&e->line);
    recall_forget(e);
    menu_close(e);
    e->search.active = false;
    e->last_word_on = false;
    buf_clear(&e->message);
    buf_clear(&e->checked);
    vi_reset(e);
    set_prompt(e);
    screen_start(&e->screen, buf_text(&e->prompt));
}

enum edit_result editor_read(struct editor *e, const struct edit_options *options, struct buf *out,
                             bool *was_empty)
{
    buf_clear(out);
    if (!terminal_enter())
        return EDIT_NO_TERMINAL;
    start(e, options);
    enum step step = run(e);
    *was_empty = e->line.text.len == 0;
    leave_line(e);
    if (step == STEP_LINE) {
        buf_add(out, buf_text(&e->line.text), e->line.text.len);
        return EDIT_LINE;
    }
    return step == STEP_END ? EDIT_END : EDIT_INTERRUPTED;
}

void editor_rest(void)
{
    terminal_leave();
}
