/* Keys as in emacs, and what every insertion does. */
#include "state.h"

static enum step control(struct editor *e, char c)
{
    struct line *l = &e->line;
    size_t start = line_row_start(l, l->cursor);
    size_t end = line_row_end(l, l->cursor);
    switch (c) {
    case 'a':
        l->cursor = start;
        break;
    case 'e':
        l->cursor = end;
        break;
    case 'b':
        l->cursor = line_prev(l, l->cursor);
        break;
    case 'u':
        line_remove(l, start, l->cursor);
        break;
    case 'k':
        line_remove(l, l->cursor, end == l->cursor ? line_next(l, end) : end);
        break;
    case 'w':
        line_remove(l, line_word_prev(l, l->cursor), l->cursor);
        break;
    case 'p':
        recall_older(e);
        break;
    case 'n':
        recall_newer(e);
        break;
    case 'x':
    case '_':
        line_undo(l);
        break;
    default:
        break;
    }
    return STEP_ON;
}

static enum step meta(struct editor *e, char c)
{
    struct line *l = &e->line;
    switch (c) {
    case 'b':
        l->cursor = line_word_prev(l, l->cursor);
        break;
    case 'f':
        l->cursor = line_word_next(l, l->cursor);
        break;
    case 'd':
        line_remove(l, l->cursor, line_word_next(l, l->cursor));
        break;
    case 'r':
        line_revert(l);
        break;
    case '<':
        recall_oldest(e);
        break;
    case '>':
        recall_newest(e);
        break;
    case '.':
        recall_last_word(e);
        break;
    default:
        break;
    }
    return STEP_ON;
}

enum step emacs_key(struct editor *e, const struct press *k)
{
    switch (k->kind) {
    case KEY_CTRL:
        return control(e, k->c);
    case KEY_ALT:
        return meta(e, k->c);
    case KEY_ALT_BACKSPACE:
        return control(e, 'w');
    default:
        return STEP_ON;
    }
}
