/* Painting, see screen.h. */
#include "screen.h"

#include "../utf8.h"

#include <string.h>

#define GHOST_COLOR "\x1b[33m"
#define RESET "\x1b[0m"
#define TAB_COLUMNS 4

/* A place in the picture, in columns and rows of the terminal. */
struct place {
    unsigned row;
    unsigned column; /* == columns: the next character goes to the next row */
};

/* Length of the escape sequence at p (n > 0 bytes), 0 when there is none. */
static size_t escape_length(const char *p, size_t n)
{
    if (p[0] != 27 || n < 2)
        return 0;
    if (p[1] == ']') {
        for (size_t i = 2; i < n; i++) {
            if (p[i] == 7)
                return i + 1;
            if (p[i] == 27 && i + 1 < n && p[i + 1] == '\\')
                return i + 2;
        }
        return n;
    }
    if (p[1] != '[')
        return 2;
    for (size_t i = 2; i < n; i++) {
        if (p[i] >= 0x40 && p[i] <= 0x7e)
            return i + 1;
    }
    return n;
}

/* Columns of one cluster. */
static unsigned cluster_width(const char *p, size_t len)
{
    unsigned width = 0;
    for (size_t i = 0; i < len;) {
        size_t n;
        unsigned w = (unsigned)utf8_width(utf8_get(p + i, len - i, &n));
        width = w > width ? w : width;
        i += n;
    }
    return width;
}

size_t screen_width(const char *text, size_t len)
{
    size_t width = 0;
    for (size_t i = 0; i < len;) {
        size_t n = escape_length(text + i, len - i);
        if (n == 0) {
            n = utf8_grapheme(text + i, len - i);
            width += cluster_width(text + i, n);
        }
        i += n;
    }
    return width;
}

static void advance(struct place *at, unsigned columns, unsigned width)
{
    if (at->column + width > columns) {
        at->row++;
        at->column = 0;
    }
    at->column += width;
}

static void new_row(struct screen *s, struct place *at, unsigned indent)
{
    buf_puts(&s->out, "\r\n");
    at->row++;
    at->column = 0;
    for (; indent > 0; indent--) {
        buf_putc(&s->out, ' ');
        advance(at, s->size.columns, 1);
    }
}

/* A control character as ^X, a tab as blanks; anything else as it is. */
static void put_cluster(struct screen *s, struct place *at, const char *p, size_t len)
{
    unsigned char c = (unsigned char)*p;
    if (c == '\t') {
        for (int i = 0; i < TAB_COLUMNS; i++) {
            buf_putc(&s->out, ' ');
            advance(at, s->size.columns, 1);
        }
    } else if (c < 32 || c == 127) {
        buf_putc(&s->out, '^');
        buf_putc(&s->out, (char)(c ^ 0x40));
        advance(at, s->size.columns, 1);
        advance(at, s->size.columns, 1);
    } else {
        buf_add(&s->out, p, len);
        advance(at, s->size.columns, cluster_width(p, len));
    }
}

/* Text with rows of its own; where its byte `mark` stands goes to *marked. */
static void put_text(struct screen *s, struct place *at, const char *text, size_t len,
                     unsigned indent, size_t mark, struct place *marked)
{
    for (size_t i = 0; i <= len;) {
        if (i >= mark && marked) {
            *marked = *at;
            marked = NULL;
        }
        if (i == len)
            return;
        size_t n = utf8_grapheme(text + i, len - i);
        if (text[i] == '\n')
            new_row(s, at, indent);
        else
            put_cluster(s, at, text + i, n);
        i += n;
    }
}

/* A prompt or a list: escape sequences go through. */
static void put_styled(struct screen *s, struct place *at, const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        size_t n = escape_length(text + i, len - i);
        if (n > 0) {
            buf_add(&s->out, text + i, n);
        } else {
            n = utf8_grapheme(text + i, len - i);
            if (text[i] == '\n')
                new_row(s, at, 0);
            else
                put_cluster(s, at, text + i, n);
        }
        i += n;
    }
}

static const char *last_row(const char *prompt)
{
    const char *newline = strrchr(prompt, '\n');
    return newline ? newline + 1 : prompt;
}

/* Of a text that is larger than the screen, the part around the cursor. */
static void crop(const struct screen *s, struct picture *p)
{
    size_t most = (size_t)s->size.rows * s->size.columns / 2;
    if (p->len <= most)
        return;
    size_t from = p->cursor > most / 2 ? p->cursor - most / 2 : 0;
    while (from > 0 && ((unsigned char)p->text[from] & 0xc0) == 0x80)
        from--;
    p->text += from;
    p->cursor -= from;
    p->len -= from;
    if (p->len > most)
        p->len = most;
    while (p->len > p->cursor && ((unsigned char)p->text[p->len] & 0xc0) == 0x80)
        p->len--;
    p->ghost = NULL;
}

/* A cursor behind the last column stands, in truth, at the start of the next row. */
static struct place settled(struct place at, unsigned columns)
{
    if (at.column >= columns)
        return (struct place){at.row + 1, 0};
    return at;
}

/* Everything of the picture into s->out. Says where it ends and where the cursor belongs. */
static void compose(struct screen *s, const struct picture *whole, struct place *end,
                    struct place *cursor)
{
    struct picture p = *whole;
    struct place at = {0, 0};
    const char *prompt = last_row(p.prompt);
    crop(s, &p);
    if (p.above) {
        put_styled(s, &at, p.above, strlen(p.above));
        new_row(s, &at, 0);
    }
    put_styled(s, &at, prompt, strlen(prompt));
    unsigned indent = at.column;
    if (p.color)
        buf_puts(&s->out, p.color);
    put_text(s, &at, p.text, p.len, indent, p.cursor, cursor);
    if (p.color)
        buf_puts(&s->out, RESET);
    if (p.ghost) {
        buf_puts(&s->out, GHOST_COLOR);
        put_text(s, &at, p.ghost, strlen(p.ghost), indent, 0, NULL);
        buf_puts(&s->out, RESET);
    }
    if (p.below) {
        new_row(s, &at, 0);
        put_styled(s, &at, p.below, strlen(p.below));
    }
    if (at.column >= s->size.columns)
        buf_puts(&s->out, "\r\n");
    *end = settled(at, s->size.columns);
    *cursor = settled(*cursor, s->size.columns);
}

static void move_up(struct screen *s, unsigned rows)
{
    if (rows > 0)
        buf_printf(&s->out, "\x1b[%uA", rows);
}

/* To the first column of the picture's first row, with everything from there on gone. */
static void erase(struct screen *s)
{
    unsigned most = s->size.rows > 0 ? s->size.rows - 1 : 0;
    buf_putc(&s->out, '\r');
    move_up(s, s->cursor_row < most ? s->cursor_row : most);
    buf_puts(&s->out, "\x1b[J");
    s->cursor_row = 0;
}

static void flush(struct screen *s)
{
    terminal_write(buf_text(&s->out), s->out.len);
    buf_clear(&s->out);
}

void screen_start(struct screen *s, const char *prompt)
{
    static const char mark[] = "\x1b[7m\xe2\x8f\x8e\x1b[0m";
    s->size = terminal_size();
    s->cursor_row = 0;
    /*
     * The mark and blanks up to the last column: if the row was empty they fit, and are written
     * over; else they reach into the next row, where the prompt then begins.
     */
    buf_puts(&s->out, mark);
    for (unsigned i = 1; i < s->size.columns; i++)
        buf_putc(&s->out, ' ');
    buf_puts(&s->out, "\r\x1b[J");
    const char *row = last_row(prompt);
    buf_add(&s->out, prompt, (size_t)(row - prompt));
    flush(s);
}

void screen_paint(struct screen *s, const struct picture *p)
{
    struct place end = {0, 0};
    struct place cursor = {0, 0};
    erase(s);
    compose(s, p, &end, &cursor);
    move_up(s, end.row - cursor.row);
    if (end.row != cursor.row || end.column != cursor.column)
        buf_printf(&s->out, "\x1b[%uG", cursor.column + 1);
    s->cursor_row = cursor.row;
    flush(s);
}

void screen_finish(struct screen *s, const struct picture *p)
{
    struct place end = {0, 0};
    struct place cursor = {0, 0};
    erase(s);
    compose(s, p, &end, &cursor);
    if (end.column > 0 || end.row == 0)
        buf_puts(&s->out, "\r\n");
    s->cursor_row = 0;
    flush(s);
}

void screen_hide(struct screen *s)
{
    erase(s);
    flush(s);
}

void screen_resize(struct screen *s, const struct picture *p)
{
    struct place end = {0, 0};
    struct place cursor = {0, 0};
    s->size = terminal_size();
    /* Terminals break what they show anew; so does this, to know which row the cursor is in. */
    compose(s, p, &end, &cursor);
    buf_clear(&s->out);
    s->cursor_row = cursor.row;
    screen_paint(s, p);
}

void screen_clear(struct screen *s)
{
    buf_puts(&s->out, "\x1b[H\x1b[2J");
    s->cursor_row = 0;
    flush(s);
}

void screen_free(struct screen *s)
{
    buf_free(&s->out);
}
