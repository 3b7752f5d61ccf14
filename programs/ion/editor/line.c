/* The text being edited, see line.h. */
#include "line.h"

#include "../utf8.h"

#include <stdlib.h>
#include <string.h>

/* As many states are remembered, and as many bytes of them. */
#define UNDO_MAX 200
#define UNDO_BYTES_MAX ((size_t)4 << 20)

struct line_state {
    char *text;
    size_t len;
    size_t cursor;
};

static void forget_oldest(struct line *l)
{
    l->undo_bytes -= l->undo[0].len;
    free(l->undo[0].text);
    l->undo_count--;
    memmove(l->undo, l->undo + 1, l->undo_count * sizeof *l->undo);
}

static void forget_all(struct line *l)
{
    while (l->undo_count > 0)
        forget_oldest(l);
}

void line_free(struct line *l)
{
    forget_all(l);
    free(l->undo);
    buf_free(&l->text);
    *l = (struct line){0};
}

void line_reset(struct line *l)
{
    forget_all(l);
    buf_clear(&l->text);
    l->cursor = 0;
    l->typing = false;
}

/* The state as it is goes to the past. */
static void remember(struct line *l)
{
    if (!l->undo)
        l->undo = mem_alloc(UNDO_MAX * sizeof *l->undo);
    while (l->undo_count > 0 &&
           (l->undo_count == UNDO_MAX || l->undo_bytes + l->text.len > UNDO_BYTES_MAX))
        forget_oldest(l);
    l->undo[l->undo_count++] =
        (struct line_state){mem_copy(buf_text(&l->text), l->text.len), l->text.len, l->cursor};
    l->undo_bytes += l->text.len;
    l->typing = false;
}

void line_set(struct line *l, const char *text, size_t len)
{
    if (len == l->text.len && memcmp(buf_text(&l->text), text, len) == 0)
        return;
    remember(l);
    buf_clear(&l->text);
    buf_add(&l->text, text, len);
    l->cursor = len;
}

void line_insert(struct line *l, const char *text, size_t len, bool typed)
{
    if (len == 0)
        return;
    if (!typed || !l->typing)
        remember(l);
    size_t behind = l->text.len - l->cursor;
    buf_add(&l->text, text, len);
    if (behind > 0) {
        char *at = l->text.text + l->cursor;
        memmove(at + len, at, behind);
        memcpy(at, text, len);
    }
    l->cursor += len;
    l->typing = typed;
}

void line_remove(struct line *l, size_t from, size_t to)
{
    if (from >= to)
        return;
    remember(l);
    memmove(l->text.text + from, l->text.text + to, l->text.len - to);
    l->text.len -= to - from;
    l->text.text[l->text.len] = '\0';
    l->cursor = from;
}

bool line_undo(struct line *l)
{
    if (l->undo_count == 0)
        return false;
    struct line_state *s = &l->undo[--l->undo_count];
    l->undo_bytes -= s->len;
    buf_clear(&l->text);
    buf_add(&l->text, s->text, s->len);
    l->cursor = s->cursor;
    l->typing = false;
    free(s->text);
    return true;
}

void line_revert(struct line *l)
{
    while (line_undo(l))
        ;
}

size_t line_next(const struct line *l, size_t at)
{
    if (at >= l->text.len)
        return l->text.len;
    return at + utf8_grapheme(l->text.text + at, l->text.len - at);
}

size_t line_prev(const struct line *l, size_t at)
{
    const char *text = buf_text(&l->text);
    /* A cluster surely begins at an ASCII byte behind another one; from there it goes forward. */
    size_t start = at > 0 ? at - 1 : 0;
    while (start > 0 && ((unsigned char)text[start] >= 0x80 || text[start] == '\n' ||
                         (unsigned char)text[start - 1] >= 0x80))
        start--;
    size_t here = start;
    while (here < at) {
        start = here;
        here += utf8_grapheme(text + here, l->text.len - here);
    }
    return start;
}

static bool is_gap(const struct line *l, size_t at)
{
    char c = l->text.text[at];
    if (c != ' ' && c != '\t' && c != '\n')
        return false;
    return at == 0 || l->text.text[at - 1] != '\\';
}

size_t line_word_next(const struct line *l, size_t at)
{
    while (at < l->text.len && is_gap(l, at))
        at++;
    while (at < l->text.len && !is_gap(l, at))
        at++;
    return at;
}

size_t line_word_prev(const struct line *l, size_t at)
{
    while (at > 0 && is_gap(l, at - 1))
        at--;
    while (at > 0 && !is_gap(l, at - 1))
        at--;
    return at;
}

size_t line_row_start(const struct line *l, size_t at)
{
    while (at > 0 && l->text.text[at - 1] != '\n')
        at--;
    return at;
}

size_t line_row_end(const struct line *l, size_t at)
{
    while (at < l->text.len && l->text.text[at] != '\n')
        at++;
    return at;
}
