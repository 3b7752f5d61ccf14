/* Moving and painting; see view.h. */
#include "view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Columns that line numbers take. */
#define NUMBER_COLUMNS 8

void view_set_size(struct view *v, size_t rows, size_t columns)
{
    size_t numbers = v->numbers ? NUMBER_COLUMNS : 0;
    v->rows = rows;
    v->columns = columns;
    v->style.columns = columns > numbers + 1 ? columns - numbers : 1;
    view_changed(v);
}

void view_changed(struct view *v)
{
    v->painted = false;
    v->has_known = false;
}

/* --- rows --- */

/* Where the rows of a line begin goes to v->starts; there is one at least. */
static void know(struct view *v, size_t line)
{
    size_t len, at = 0;
    off_t end = text_offset(v->text, line + 1);
    /* the last line may have grown */
    if (v->has_known && v->known == line && v->known_end == end)
        return;
    const char *text = text_line(v->text, line, &len);
    v->count = 0;
    do {
        v->starts = xgrow(v->starts, &v->cap, v->count + 1, sizeof *v->starts);
        v->starts[v->count++] = at;
        at = row_end(&v->style, text, len, at);
    } while (at < len);
    v->known = line;
    v->known_end = end;
    v->has_known = true;
}

/* The index in v->starts of the row that holds the byte. */
static size_t row_of(const struct view *v, size_t byte)
{
    size_t low = 0, high = v->count;
    while (high - low > 1) {
        size_t half = low + (high - low) / 2;
        if (v->starts[half] <= byte)
            low = half;
        else
            high = half;
    }
    return low;
}

static bool is_blank(struct view *v, size_t line)
{
    size_t len;
    text_line(v->text, line, &len);
    return len == 0;
}

static bool is_squeezed(struct view *v, size_t line)
{
    return v->squeeze && line > 0 && is_blank(v, line) && is_blank(v, line - 1);
}

static bool next_place(struct view *v, struct place *p)
{
    know(v, p->line);
    size_t row = row_of(v, p->byte);
    if (row + 1 < v->count) {
        p->byte = v->starts[row + 1];
        return true;
    }
    size_t line = p->line + 1;
    while (text_has(v->text, line) && is_squeezed(v, line))
        line++;
    if (!text_has(v->text, line))
        return false;
    *p = (struct place){line, 0};
    return true;
}

static bool previous_place(struct view *v, struct place *p)
{
    if (p->byte > 0) {
        know(v, p->line);
        size_t row = row_of(v, p->byte);
        p->byte = v->starts[row > 0 ? row - 1 : 0];
        return true;
    }
    if (p->line == 0)
        return false;
    p->line--;
    while (is_squeezed(v, p->line))
        p->line--;
    know(v, p->line);
    p->byte = v->starts[v->count - 1];
    return true;
}

/* --- moving --- */

/* The place so many rows below the top, or the last there is; how many rows below it is. */
static size_t below_top(struct view *v, size_t rows, struct place *p)
{
    size_t n = 0;
    *p = v->top;
    if (!text_has(v->text, p->line))
        return 0;
    while (n < rows && next_place(v, p))
        n++;
    return n;
}

bool view_has_room(struct view *v)
{
    struct place p;
    return below_top(v, v->rows - 2, &p) < v->rows - 2 || !text_has(v->text, v->top.line);
}

bool view_at_end(struct view *v)
{
    struct place p;
    below_top(v, v->rows - 2, &p);
    return !text_has(v->text, p.line) || !next_place(v, &p);
}

size_t view_forward(struct view *v, size_t rows)
{
    struct place bottom;
    size_t n = 0;
    if (below_top(v, v->rows - 2, &bottom) < v->rows - 2)
        return 0;
    for (; n < rows && next_place(v, &bottom); n++)
        next_place(v, &v->top);
    return n;
}

size_t view_back(struct view *v, size_t rows)
{
    size_t n = 0;
    while (n < rows && previous_place(v, &v->top))
        n++;
    return n;
}

/* The end of the text does not leave the bottom of the screen. */
static void pull_back(struct view *v)
{
    struct place p;
    size_t filled = below_top(v, v->rows - 2, &p);
    if (filled < v->rows - 2)
        view_back(v, v->rows - 2 - filled);
}

void view_to_line(struct view *v, size_t line)
{
    text_has(v->text, line);
    if (!text_has(v->text, line))
        line = v->text->count > 0 ? v->text->count - 1 : 0;
    v->top = (struct place){line, 0};
    pull_back(v);
}

void view_to_end(struct view *v)
{
    size_t count = v->text->count;
    while (count > 0 && !text_has(v->text, count - 1))
        count--;
    if (count == 0)
        return;
    know(v, count - 1);
    v->top = (struct place){count - 1, v->starts[v->count - 1]};
    pull_back(v);
}

bool view_lines(struct view *v, size_t *first, size_t *behind)
{
    struct place p;
    below_top(v, v->rows - 2, &p);
    *first = v->top.line;
    *behind = p.line + 1;
    return text_has(v->text, v->top.line);
}

/* --- painting --- */

static void put_text(struct bytes *out, const char *text)
{
    bytes_add(out, text, strlen(text));
}

static void put_row(struct view *v, struct place p, struct bytes *out)
{
    size_t len, marks[SEARCH_MARKS_MAX][2];
    char number[32];
    const char *line = text_line(v->text, p.line, &len);
    size_t end = row_end(&v->style, line, len, p.byte);
    struct row_marks m = {.at = (const size_t(*)[2])marks};
    if (v->numbers && p.byte == 0)
        snprintf(number, sizeof number, "%*zu ", NUMBER_COLUMNS - 1, p.line + 1);
    else
        snprintf(number, sizeof number, "%*s", NUMBER_COLUMNS, "");
    if (v->numbers)
        put_text(out, number);
    if (v->highlight)
        m.count = search_marks(v->search, &v->style, line, len, p.byte, end, marks);
    row_paint(&v->style, line, end, p.byte, &m, out);
    put_text(out, "\033[K\r\n");
}

/* Rows that came in below those that are still on the screen; 0 when it must be painted anew. */
static size_t rows_to_scroll(struct view *v)
{
    struct place p = v->painted_top;
    size_t n = 0;
    if (!v->painted || v->painted_rows < v->rows - 1)
        return 0;
    for (; n < v->rows - 1; n++) {
        if (p.line == v->top.line && p.byte == v->top.byte)
            return n;
        if (!next_place(v, &p))
            break;
    }
    return 0;
}

/* All rows from the top down, but for those that are there already; how many the screen has. */
static size_t put_rows(struct view *v, size_t there, struct bytes *out)
{
    struct place p = v->top;
    size_t n = 0;
    bool more = text_has(v->text, p.line);
    for (; more && n < v->rows - 1; n++) {
        if (n >= there)
            put_row(v, p, out);
        more = next_place(v, &p);
    }
    return n;
}

static void put_prompt(struct view *v, const char *prompt, bool reverse, struct bytes *out)
{
    size_t columns = 0, len = 0;
    /* one row of it, by characters */
    for (; prompt[len] && columns + 1 < v->columns; len++)
        columns += ((unsigned char)prompt[len + 1] & 0xc0) != 0x80;
    put_text(out, reverse ? "\r\033[7m" : "\r");
    bytes_add(out, prompt, len);
    put_text(out, reverse ? "\033[27m\033[K" : "\033[K");
}

void view_paint(struct view *v, const char *prompt, bool reverse)
{
    struct bytes out = {0};
    bool same = v->painted && v->painted_top.line == v->top.line &&
                v->painted_top.byte == v->top.byte && v->painted_rows == v->rows - 1;
    size_t fresh = same ? 0 : rows_to_scroll(v);
    put_text(&out, "\r\033[K");
    if (!same && fresh == 0) {
        if (!v->scrolls || v->painted_rows > 0)
            put_text(&out, "\033[H\033[J");
        v->painted_rows = put_rows(v, 0, &out);
        for (size_t n = v->painted_rows; !v->scrolls && n < v->rows - 1; n++)
            put_text(&out, "~\033[K\r\n");
    } else if (!same) {
        v->painted_rows = put_rows(v, v->rows - 1 - fresh, &out);
    }
    put_prompt(v, prompt, reverse, &out);
    write_all(STDOUT_FILENO, out.data, out.len);
    free(out.data);
    v->painted = true;
    v->painted_top = v->top;
}
