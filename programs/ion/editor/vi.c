/*
 * Keys as in vi. A command is typed as [count] [operator [count]] motion, or [count] command. The
 * keys of the command in progress are recorded; if it changes the line they are what `.` replays.
 */
#include "state.h"

#include "vi_motion.h"

#include "../utf8.h"

#include <string.h>

#define COUNT_MAX 10000u

void vi_reset(struct editor *e)
{
    struct vi *v = &e->vi;
    v->normal = v->changing = v->replaying = false;
    v->count = v->op_count = 0;
    v->oper = v->pending = 0;
    buf_clear(&v->command);
}

void vi_free(struct editor *e)
{
    buf_free(&e->vi.command);
    buf_free(&e->vi.last);
    buf_free(&e->vi.find_text);
}

/* --- recording --- */

/* One key: kind, character, length of the text, the text. Long pastes are not repeated. */
static void record(struct vi *v, const struct press *k)
{
    if (v->replaying || k->len > 255)
        return;
    buf_putc(&v->command, (char)k->kind);
    buf_putc(&v->command, k->c);
    buf_putc(&v->command, (char)k->len);
    buf_add(&v->command, k->text ? k->text : "", k->len);
}

/* A command is over; a change becomes the one to repeat. */
static void finish(struct editor *e)
{
    struct vi *v = &e->vi;
    if (v->changing && !v->replaying) {
        buf_clear(&v->last);
        buf_add(&v->last, buf_text(&v->command), v->command.len);
    }
    v->changing = false;
    v->count = v->op_count = 0;
    v->oper = v->pending = 0;
    if (!v->replaying)
        buf_clear(&v->command);
}

static void replay(struct editor *e)
{
    struct vi *v = &e->vi;
    struct buf keys = {0};
    /* A command that fails where it is repeated leaves its text to be taken for commands. */
    if (v->replaying)
        return;
    buf_add(&keys, buf_text(&v->last), v->last.len);
    finish(e);
    v->replaying = true;
    for (size_t i = 0; i + 3 <= keys.len;) {
        size_t len = (unsigned char)keys.text[i + 2];
        struct press k = {(enum key_kind)keys.text[i], keys.text[i + 1], keys.text + i + 3, len};
        vi_key(e, &k);
        i += 3 + len;
    }
    v->replaying = false;
    finish(e);
    buf_free(&keys);
}

/* --- commands --- */

static void insert_mode(struct editor *e)
{
    e->vi.normal = false;
    e->vi.changing = true;
    e->vi.count = e->vi.op_count = 0;
    e->vi.oper = e->vi.pending = 0;
}

static void remove_range(struct editor *e, size_t from, size_t to)
{
    if (from > to) {
        size_t swap = from;
        from = to;
        to = swap;
    }
    line_remove(&e->line, from, to);
    e->vi.changing = true;
}

static size_t forward(const struct line *l, unsigned count)
{
    size_t at = l->cursor;
    while (count-- > 0 && at < line_row_end(l, at))
        at = line_next(l, at);
    return at;
}

static void replace_characters(struct editor *e, unsigned count, const struct press *k)
{
    struct line *l = &e->line;
    size_t to = forward(l, count);
    size_t n = 0;
    for (size_t at = l->cursor; at < to; at = line_next(l, at))
        n++;
    if (n < count || k->kind != KEY_TEXT)
        return;
    line_remove(l, l->cursor, to);
    for (; n > 0; n--)
        line_insert(l, k->text, k->len, true);
    l->cursor = line_prev(l, l->cursor);
    e->vi.changing = true;
}

static void switch_case(struct editor *e, unsigned count)
{
    struct line *l = &e->line;
    size_t to = forward(l, count);
    struct buf text = {0};
    for (size_t at = l->cursor; at < to;) {
        size_t n;
        char out[4];
        uint32_t c = utf8_get(l->text.text + at, l->text.len - at, &n);
        uint32_t other = utf8_lower(c) != c ? utf8_lower(c) : utf8_upper(c);
        buf_add(&text, out, utf8_put(other, out));
        at += n;
    }
    line_remove(l, l->cursor, to);
    line_insert(l, buf_text(&text), text.len, false);
    buf_free(&text);
    e->vi.changing = true;
}

static void clear_row(struct editor *e)
{
    struct line *l = &e->line;
    remove_range(e, line_row_start(l, l->cursor), line_row_end(l, l->cursor));
}

/* Commands that start inserting; false when the key is none of them. */
static bool start_insert(struct editor *e, char c, unsigned count)
{
    struct line *l = &e->line;
    switch (c) {
    case 'i':
        break;
    case 'I':
        l->cursor = vi_first_nonblank(l);
        break;
    case 'a':
        l->cursor = forward(l, 1);
        break;
    case 'A':
        l->cursor = line_row_end(l, l->cursor);
        break;
    case 's':
        remove_range(e, l->cursor, forward(l, count));
        break;
    case 'S':
        clear_row(e);
        break;
    case 'C':
        remove_range(e, l->cursor, line_row_end(l, l->cursor));
        break;
    default:
        return false;
    }
    insert_mode(e);
    return true;
}

static void simple(struct editor *e, char c, unsigned count)
{
    struct line *l = &e->line;
    switch (c) {
    case 'x':
        remove_range(e, l->cursor, forward(l, count));
        break;
    case 'X':
        while (count-- > 0 && l->cursor > line_row_start(l, l->cursor))
            remove_range(e, line_prev(l, l->cursor), l->cursor);
        break;
    case 'D':
        remove_range(e, l->cursor, line_row_end(l, l->cursor));
        break;
    case '~':
        switch_case(e, count);
        break;
    case 'u':
        while (count-- > 0 && line_undo(l))
            ;
        break;
    case 'k':
        while (count-- > 0)
            recall_older(e);
        l->cursor = 0;
        break;
    case 'j':
        while (count-- > 0)
            recall_newer(e);
        l->cursor = 0;
        break;
    case '.':
        replay(e);
        return;
    default:
        break;
    }
}

/* --- putting a command together --- */

static void operate(struct editor *e, const struct vi_target *t)
{
    struct line *l = &e->line;
    size_t from = l->cursor;
    size_t to = t->at;
    if (t->inclusive && to >= from)
        to = line_next(l, to);
    else if (t->inclusive)
        from = line_next(l, from);
    bool change = e->vi.oper == 'c';
    remove_range(e, from, to);
    if (change)
        insert_mode(e);
    else
        finish(e);
}

/* The motion is known: go there, or let the operator work up to there. */
static void arrive(struct editor *e, bool reached, const struct vi_target *t)
{
    if (!reached) {
        finish(e);
    } else if (e->vi.oper) {
        operate(e, t);
    } else {
        e->line.cursor = t->at;
        finish(e);
    }
}

static unsigned total(const struct vi *v)
{
    unsigned a = v->count ? v->count : 1;
    unsigned b = v->op_count ? v->op_count : 1;
    return a > COUNT_MAX / b ? COUNT_MAX : a * b;
}

/* The key that f, t, r or g waited for. */
static void take_pending(struct editor *e, const struct press *k)
{
    struct vi *v = &e->vi;
    struct vi_target t = {0};
    char pending = v->pending;
    v->pending = 0;
    if (pending == 'r') {
        replace_characters(e, total(v), k);
        finish(e);
        return;
    }
    if (k->kind != KEY_TEXT) {
        finish(e);
        return;
    }
    if (pending == 'g') {
        arrive(e, vi_back_end(&e->line, k->c, total(v), &t), &t);
        return;
    }
    v->find = pending;
    buf_clear(&v->find_text);
    buf_add(&v->find_text, k->text, k->len);
    arrive(e, vi_find(&e->line, pending, &v->find_text, total(v), false, &t), &t);
}

static void repeat_find(struct editor *e, bool reversed)
{
    struct vi *v = &e->vi;
    struct vi_target t = {0};
    static const char *const pairs = "fFtT";
    if (!v->find) {
        finish(e);
        return;
    }
    char kind = v->find;
    if (reversed)
        kind = pairs[(strchr(pairs, kind) - pairs) ^ 1];
    arrive(e, vi_find(&e->line, kind, &v->find_text, total(v), true, &t), &t);
}

static void operator_key(struct editor *e, char c)
{
    struct vi *v = &e->vi;
    if (!v->oper) {
        v->oper = c;
        v->op_count = v->count;
        v->count = 0;
        return;
    }
    bool doubled = v->oper == c;
    if (!doubled) {
        finish(e);
        return;
    }
    clear_row(e);
    if (c == 'c')
        insert_mode(e);
    else
        finish(e);
}

static bool is_motion(char c)
{
    return c && strchr("hl 0^$wWbBeE", c);
}

static void command_key(struct editor *e, char c)
{
    struct vi *v = &e->vi;
    struct vi_target t = {0};
    if ((c >= '1' && c <= '9') || (c == '0' && v->count > 0)) {
        v->count = v->count * 10 + (unsigned)(c - '0');
        v->count = v->count > COUNT_MAX ? COUNT_MAX : v->count;
    } else if (c && strchr("gfFtTr", c)) {
        v->pending = c;
    } else if (c == 'd' || c == 'c') {
        operator_key(e, c);
    } else if (c == ';' || c == ',') {
        repeat_find(e, c == ',');
    } else if (is_motion(c)) {
        /* `cw` changes to the end of the word and leaves the blank. */
        bool word = v->oper == 'c' && (c == 'w' || c == 'W');
        if (word && e->line.cursor < e->line.text.len && e->line.text.text[e->line.cursor] != ' ')
            c = c == 'w' ? 'e' : 'E';
        arrive(e, vi_motion(&e->line, c, total(v), v->oper != 0, &t), &t);
    } else if (v->oper || !start_insert(e, c, total(v))) {
        if (!v->oper)
            simple(e, c, total(v));
        finish(e);
    }
}

/* The command that a key of its own stands for; 0 for none. */
static char command_of(const struct press *k)
{
    switch (k->kind) {
    case KEY_TEXT:
        return k->len == 1 ? k->c : 0;
    case KEY_LEFT:
    case KEY_BACKSPACE:
        return 'h';
    case KEY_RIGHT:
        return 'l';
    case KEY_WORD_LEFT:
        return 'b';
    case KEY_WORD_RIGHT:
        return 'w';
    case KEY_HOME:
        return '0';
    case KEY_END:
        return '$';
    case KEY_DELETE:
        return 'x';
    case KEY_UP:
        return 'k';
    case KEY_DOWN:
        return 'j';
    default:
        return 0;
    }
}

/* In normal mode the cursor is on a character, not behind the last one. */
static void keep_on_character(struct line *l)
{
    if (l->cursor == line_row_end(l, l->cursor) && l->cursor > line_row_start(l, l->cursor))
        l->cursor = line_prev(l, l->cursor);
}

static enum step normal_key(struct editor *e, const struct press *k)
{
    struct vi *v = &e->vi;
    bool taken = true;
    if (k->kind == KEY_ENTER)
        return edit_enter(e);
    if (k->kind == KEY_CTRL) {
        finish(e);
        return edit_common(e, k, &taken);
    }
    if (k->kind == KEY_ESCAPE) {
        finish(e);
        return STEP_ON;
    }
    record(v, k);
    if (v->pending)
        take_pending(e, k);
    else if (command_of(k))
        command_key(e, command_of(k));
    else
        finish(e);
    if (v->normal)
        keep_on_character(&e->line);
    return STEP_ON;
}

static enum step insert_key(struct editor *e, const struct press *k)
{
    struct line *l = &e->line;
    bool taken = false;
    if (e->vi.changing)
        record(&e->vi, k);
    if (k->kind == KEY_ESCAPE) {
        e->vi.normal = true;
        if (l->cursor > line_row_start(l, l->cursor))
            l->cursor = line_prev(l, l->cursor);
        l->typing = false;
        finish(e);
        return STEP_ON;
    }
    enum step step = edit_common(e, k, &taken);
    if (taken)
        return step;
    if (k->kind == KEY_TEXT)
        line_insert(l, k->text, k->len, true);
    else if (k->kind == KEY_BACKSPACE)
        line_remove(l, line_prev(l, l->cursor), l->cursor);
    else
        return emacs_key(e, k);
    return STEP_ON;
}

enum step vi_key(struct editor *e, const struct press *k)
{
    return e->vi.normal ? normal_key(e, k) : insert_key(e, k);
}
