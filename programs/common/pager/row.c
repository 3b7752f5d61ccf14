/*
 * Rows of a line; see row.h. A line is taken apart into glyphs: a character with what combines with
 * it, a control character shown as ^X, a byte that is no text as <XX>, a colour sequence, or a
 * letter struck over with itself (bold) or an underscore (underlined), as manual pages have it.
 */
#include "row.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

enum kind { TEXT, SHOWN, TABULATOR, COLOUR, BOLD, UNDERLINED };

struct glyph {
    enum kind kind;
    size_t bytes; /* of the line */
    size_t width;
    size_t text, text_len; /* BOLD and UNDERLINED: the letter, from the glyph's start */
};

/* A character at p; its bytes, 0 when there is none. */
static size_t character(const char *p, size_t left, size_t *width)
{
    mbstate_t state = {0};
    wchar_t wide;
    if ((unsigned char)*p >= ' ' && (unsigned char)*p < 127) {
        *width = 1;
        return 1;
    }
    size_t n = mbrtowc(&wide, p, left < 8 ? left : 8, &state);
    if (n == 0 || n > 8)
        return 0;
    int columns = wcwidth(wide);
    *width = columns > 0 ? (size_t)columns : 0;
    return columns < 0 ? 0 : n;
}

/* ESC [ ... m; its bytes, 0 when it is none. */
static size_t colour(const char *p, size_t left)
{
    size_t n = 2;
    if (left < 3 || p[0] != '\033' || p[1] != '[')
        return 0;
    while (n < left && strchr("0123456789;:", p[n]) && p[n])
        n++;
    return n < left && p[n] == 'm' ? n + 1 : 0;
}

/* A letter struck over; false when p begins none. */
static bool overstruck(const char *p, size_t left, struct glyph *g)
{
    size_t first_width, width;
    size_t first = character(p, left, &first_width);
    if (first == 0 || first + 1 >= left || p[first] != '\b')
        return false;
    size_t second = character(p + first + 1, left - first - 1, &width);
    if (second == 0)
        return false;
    bool same = first == second && memcmp(p, p + first + 1, first) == 0;
    if (!same && *p != '_' && p[first + 1] != '_')
        return false;
    bool letter_first = p[first + 1] == '_' && *p != '_';
    *g = (struct glyph){.kind = same ? BOLD : UNDERLINED,
                        .bytes = first + 1 + second,
                        .width = letter_first ? first_width : width,
                        .text = letter_first ? 0 : first + 1,
                        .text_len = letter_first ? first : second};
    /* struck more than twice */
    while (g->bytes + 1 + second <= left && p[g->bytes] == '\b' &&
           memcmp(p + g->bytes + 1, p + first + 1, second) == 0)
        g->bytes += 1 + second;
    return true;
}

static struct glyph glyph_at(const struct row_style *s, const char *p, size_t left, size_t column)
{
    struct glyph g = {.kind = TEXT};
    size_t more, none;
    if (*p >= ' ' && *p < 127 && left > 1 && p[1] >= ' ' && p[1] < 127)
        return (struct glyph){TEXT, 1, 1, 0, 0};
    if (*p == '\t')
        return (struct glyph){TABULATOR, 1, s->tab - column % s->tab, 0, 0};
    if ((s->raw || s->all_raw) && (g.bytes = colour(p, left)) > 0)
        return (struct glyph){COLOUR, g.bytes, 0, 0, 0};
    if (left > 2 && overstruck(p, left, &g))
        return g;
    g.bytes = character(p, left, &g.width);
    if (g.bytes == 0 && s->all_raw)
        return (struct glyph){TEXT, 1, 0, 0, 0};
    if (g.bytes == 0) {
        bool control = (unsigned char)*p < ' ' || *p == 127;
        return (struct glyph){SHOWN, 1, control ? 2 : 4, 0, 0};
    }
    /* what combines with it, in the bounds of reason */
    while (g.bytes < left && g.bytes < 64 && (unsigned char)p[g.bytes] >= 0x80 &&
           (more = character(p + g.bytes, left - g.bytes, &none)) > 0 && none == 0)
        g.bytes += more;
    return g;
}

size_t row_end(const struct row_style *s, const char *line, size_t len, size_t from)
{
    size_t column = 0;
    if (s->chop)
        return len;
    while (from < len) {
        struct glyph g = glyph_at(s, line + from, len - from, column);
        if (column + g.width > s->columns && column > 0) {
            /* A tab at the end of a row does not begin the next one. */
            return g.kind == TABULATOR ? from + 1 : from;
        }
        column += g.width;
        from += g.bytes;
    }
    return len;
}

/* The colours that hold at byte `to`. */
static void colours_before(const struct row_style *s, const char *line, size_t to,
                           struct bytes *out)
{
    size_t start = out->len;
    for (const char *p = line; (s->raw || s->all_raw) && p < line + to; p++) {
        p = memchr(p, '\033', (size_t)(line + to - p));
        if (!p)
            return;
        size_t n = colour(p, (size_t)(line + to - p));
        if (n == 3 || (n == 4 && p[2] == '0') || out->len - start > 200)
            out->len = start; /* reset */
        else
            bytes_add(out, p, n);
    }
}

static void put_text(struct bytes *out, const char *text)
{
    bytes_add(out, text, strlen(text));
}

static void put_glyph(const struct glyph *g, const char *p, size_t visible, struct bytes *out)
{
    char shown[16];
    unsigned char c = (unsigned char)*p;
    switch (g->kind) {
    case TABULATOR:
        for (size_t i = 0; i < visible; i++)
            bytes_put(out, ' ');
        break;
    case SHOWN:
        snprintf(shown, sizeof shown,
                 c < ' ' || c == 127 ? "\033[7m^%c\033[27m" : "\033[7m<%02X>\033[27m",
                 c < ' ' || c == 127 ? c ^ 64 : c);
        put_text(out, shown);
        break;
    case BOLD:
    case UNDERLINED:
        put_text(out, g->kind == BOLD ? "\033[1m" : "\033[4m");
        bytes_add(out, p + g->text, g->text_len);
        put_text(out, g->kind == BOLD ? "\033[22m" : "\033[24m");
        break;
    default:
        bytes_add(out, p, g->bytes);
    }
}

void row_paint(const struct row_style *s, const char *line, size_t len, size_t from,
               const struct row_marks *marks, struct bytes *out)
{
    size_t left = s->chop ? s->shift : 0, column = 0, mark = 0;
    bool marked = false;
    colours_before(s, line, from, out);
    while (from < len && column < left + s->columns) {
        struct glyph g = glyph_at(s, line + from, len - from, column);
        if (column + g.width > left + s->columns && g.kind != TABULATOR)
            break;
        while (mark < marks->count && marks->at[mark][1] <= from)
            mark++;
        bool in_mark = mark < marks->count && marks->at[mark][0] <= from;
        if (in_mark != marked)
            put_text(out, in_mark ? "\033[7m" : "\033[27m");
        marked = in_mark;
        size_t end = column + g.width < left + s->columns ? column + g.width : left + s->columns;
        size_t begin = column > left ? column : left;
        if (column >= left || g.kind == COLOUR || g.kind == TABULATOR)
            put_glyph(&g, line + from, end > begin ? end - begin : 0, out);
        else
            for (; begin < end; begin++)
                bytes_put(out, ' '); /* half of a wide character */
        column += g.width;
        from += g.bytes;
    }
    if (out->len > 0 && memchr(out->data, '\033', out->len))
        put_text(out, "\033[0m");
}

size_t row_plain(const struct row_style *s, const char *line, size_t len, char *out)
{
    size_t n = 0;
    for (size_t at = 0; at < len;) {
        struct glyph g = glyph_at(s, line + at, len - at, 0);
        const char *from = line + at;
        size_t bytes = g.bytes;
        if (g.kind == BOLD || g.kind == UNDERLINED) {
            from += g.text;
            bytes = g.text_len;
        }
        if (g.kind != COLOUR) {
            memcpy(out + n, from, bytes);
            n += bytes;
        }
        at += g.bytes;
    }
    return n;
}
