/*
 * Completion. One candidate is inserted; what all candidates have in common is inserted; else they
 * are listed above the prompt and Tab walks through them. Any other key leaves the list.
 */
#include "state.h"

#include <stdlib.h>
#include <string.h>

static void free_choices(struct choices *c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->items[i]);
    free(c->items);
    *c = (struct choices){0};
}

void menu_close(struct editor *e)
{
    free_choices(&e->menu.choices);
    e->menu.active = e->menu.chosen = false;
}

/* Puts a text in the place of the word. */
static void put_word(struct editor *e, const char *text, size_t len)
{
    struct menu *m = &e->menu;
    line_remove(&e->line, m->choices.start, m->end);
    e->line.cursor = m->choices.start;
    line_insert(&e->line, text, len, false);
    m->end = e->line.cursor;
}

/* Bytes that all candidates begin with, whole characters. */
static size_t common_prefix(const struct choices *c)
{
    size_t len = strlen(c->items[0]);
    for (size_t i = 1; i < c->count; i++) {
        size_t n = 0;
        while (n < len && c->items[i][n] == c->items[0][n])
            n++;
        len = n;
    }
    while (len > 0 && ((unsigned char)c->items[0][len] & 0xc0) == 0x80)
        len--;
    return len;
}

static void insert_only(struct editor *e)
{
    const char *text = e->menu.choices.items[0];
    size_t len = strlen(text);
    put_word(e, text, len);
    bool goes_on = len > 0 && text[len - 1] == '/';
    if (!goes_on && e->line.cursor == e->line.text.len)
        line_insert(&e->line, " ", 1, false);
}

void menu_complete(struct editor *e)
{
    struct menu *m = &e->menu;
    menu_close(e);
    e->source.complete(e->source.arg, buf_text(&e->line.text), e->line.cursor, &m->choices);
    m->end = e->line.cursor;
    if (m->choices.count == 0)
        return;
    size_t typed = m->end - m->choices.start;
    size_t common = common_prefix(&m->choices);
    if (m->choices.count == 1) {
        insert_only(e);
        menu_close(e);
    } else if (common > typed) {
        put_word(e, m->choices.items[0], common);
        menu_close(e);
    } else {
        m->active = true;
    }
}

static void choose(struct editor *e, size_t at)
{
    e->menu.chosen = true;
    e->menu.at = at;
    put_word(e, e->menu.choices.items[at], strlen(e->menu.choices.items[at]));
}

enum step menu_key(struct editor *e, const struct press *k, bool *taken)
{
    struct menu *m = &e->menu;
    size_t count = m->choices.count;
    *taken = true;
    if (k->kind == KEY_TAB) {
        choose(e, m->chosen ? (m->at + 1) % count : 0);
    } else if (k->kind == KEY_BACKTAB) {
        choose(e, m->chosen ? (m->at + count - 1) % count : count - 1);
    } else if (k->kind == KEY_ENTER && m->chosen) {
        menu_close(e);
    } else if (k->kind != KEY_UNKNOWN) {
        menu_close(e);
        *taken = k->kind == KEY_ESCAPE;
    }
    return STEP_ON;
}

/* What is shown of a candidate: of a path, its last component. */
static const char *shown(const char *text)
{
    const char *at = text;
    for (const char *p = text; *p; p++) {
        if (*p == '/' && p[1])
            at = p + 1;
    }
    return at;
}

void menu_rows(const struct editor *e, struct buf *out)
{
    const struct menu *m = &e->menu;
    size_t widest = 0;
    for (size_t i = 0; i < m->choices.count; i++) {
        const char *text = shown(m->choices.items[i]);
        size_t width = screen_width(text, strlen(text));
        widest = width > widest ? width : widest;
    }
    size_t columns = e->screen.size.columns / (widest + 2);
    if (columns == 0)
        columns = 1;
    size_t rows = (m->choices.count + columns - 1) / columns;
    size_t room = e->screen.size.rows > 4 ? e->screen.size.rows - 4 : 1;
    size_t first = 0;
    if (rows > room && m->chosen && m->at % rows >= room)
        first = m->at % rows - room + 1;
    for (size_t row = first; row < rows && row < first + room; row++) {
        buf_puts(out, row > first ? "\n" : "");
        for (size_t i = row; i < m->choices.count; i += rows) {
            const char *text = shown(m->choices.items[i]);
            bool lit = m->chosen && i == m->at;
            size_t width = screen_width(text, strlen(text));
            buf_printf(out, "%s%s%s", lit ? "\x1b[7m" : "", text, lit ? "\x1b[0m" : "");
            for (; i + rows < m->choices.count && width < widest + 2; width++)
                buf_putc(out, ' ');
        }
    }
    if (rows > room)
        buf_printf(out, "\n(%zu of %zu rows)", room, rows);
}
