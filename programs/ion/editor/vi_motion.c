/* vi's motions, see vi_motion.h. */
#include "vi_motion.h"

#include <string.h>

/* 0: a blank; words are of one class each: letters, digits and _, or other characters. */
static int class_at(const struct line *l, size_t at, bool big)
{
    unsigned char c = (unsigned char)l->text.text[at];
    if (c == ' ' || c == '\t' || c == '\n')
        return 0;
    bool word = c >= 0x80 || c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                (c >= 'A' && c <= 'Z');
    return big || word ? 1 : 2;
}

static size_t next_word(const struct line *l, size_t at, bool big)
{
    size_t len = l->text.len;
    if (at >= len)
        return len;
    int class = class_at(l, at, big);
    while (at < len && class != 0 && class_at(l, at, big) == class)
        at = line_next(l, at);
    while (at < len && class_at(l, at, big) == 0)
        at = line_next(l, at);
    return at;
}

static size_t word_end(const struct line *l, size_t at, bool big)
{
    size_t len = l->text.len;
    at = line_next(l, at);
    while (at < len && class_at(l, at, big) == 0)
        at = line_next(l, at);
    if (at >= len)
        return len > 0 ? line_prev(l, len) : 0;
    int class = class_at(l, at, big);
    for (;;) {
        size_t next = line_next(l, at);
        if (next >= len || class_at(l, next, big) != class)
            return at;
        at = next;
    }
}

static size_t word_start(const struct line *l, size_t at, bool big)
{
    while (at > 0 && class_at(l, line_prev(l, at), big) == 0)
        at = line_prev(l, at);
    if (at == 0)
        return 0;
    int class = class_at(l, line_prev(l, at), big);
    while (at > 0 && class_at(l, line_prev(l, at), big) == class)
        at = line_prev(l, at);
    return at;
}

static size_t back_end(const struct line *l, size_t at, bool big)
{
    int class = at < l->text.len ? class_at(l, at, big) : 0;
    while (at > 0 && class != 0 && class_at(l, at, big) == class)
        at = line_prev(l, at);
    while (at > 0 && class_at(l, at, big) == 0)
        at = line_prev(l, at);
    return at;
}

size_t vi_first_nonblank(const struct line *l)
{
    size_t at = line_row_start(l, l->cursor);
    while (at < l->text.len && (l->text.text[at] == ' ' || l->text.text[at] == '\t'))
        at++;
    return at;
}

static size_t sideways(const struct line *l, bool right, unsigned count, bool for_operator)
{
    size_t at = l->cursor;
    size_t start = line_row_start(l, at);
    size_t end = line_row_end(l, at);
    if (!for_operator && end > start)
        end = line_prev(l, end);
    for (; count > 0 && (right ? at < end : at > start); count--)
        at = right ? line_next(l, at) : line_prev(l, at);
    return at;
}

static size_t repeated(const struct line *l, size_t (*step)(const struct line *, size_t, bool),
                       bool big, unsigned count)
{
    size_t at = l->cursor;
    for (; count > 0; count--)
        at = step(l, at, big);
    return at;
}

bool vi_motion(const struct line *l, char c, unsigned count, bool for_operator,
               struct vi_target *out)
{
    bool big = c == 'W' || c == 'B' || c == 'E';
    out->inclusive = false;
    switch (c) {
    case 'h':
    case 'l':
    case ' ':
        out->at = sideways(l, c != 'h', count, for_operator);
        return out->at != l->cursor;
    case '0':
        out->at = line_row_start(l, l->cursor);
        return true;
    case '^':
        out->at = vi_first_nonblank(l);
        return true;
    case '$':
        out->at = line_row_end(l, l->cursor);
        return true;
    case 'w':
    case 'W':
        out->at = repeated(l, next_word, big, count);
        return true;
    case 'b':
    case 'B':
        out->at = repeated(l, word_start, big, count);
        return true;
    case 'e':
    case 'E':
        out->at = repeated(l, word_end, big, count);
        out->inclusive = l->text.len > 0;
        return true;
    default:
        return false;
    }
}

bool vi_back_end(const struct line *l, char c, unsigned count, struct vi_target *out)
{
    if ((c != 'e' && c != 'E') || l->text.len == 0)
        return false;
    out->at = repeated(l, back_end, c == 'E', count);
    out->inclusive = true;
    return true;
}

static bool is_at(const struct line *l, size_t at, const struct buf *text)
{
    return l->text.len - at >= text->len && memcmp(l->text.text + at, text->text, text->len) == 0;
}

bool vi_find(const struct line *l, char kind, const struct buf *text, unsigned count, bool again,
             struct vi_target *out)
{
    bool right = kind == 'f' || kind == 't';
    bool before = kind == 't' || kind == 'T';
    size_t at = l->cursor;
    size_t start = line_row_start(l, at);
    size_t end = line_row_end(l, at);
    if (again && before)
        at = right ? line_next(l, at) : line_prev(l, at);
    while (count > 0) {
        if (right ? at >= end : at <= start)
            return false;
        at = right ? line_next(l, at) : line_prev(l, at);
        if (at >= end)
            return false;
        if (is_at(l, at, text))
            count--;
    }
    if (before)
        at = right ? line_prev(l, at) : line_next(l, at);
    out->at = at;
    out->inclusive = right;
    return true;
}
