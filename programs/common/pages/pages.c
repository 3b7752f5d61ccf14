/*
 * Pages, see pages.h. The body of a page is a grid of cells, each a line of input, filled
 * downwards, across, or with a column for each file; then the page is printed. A form feed in the
 * input ends its page, or with a column for each file that file's part of the page.
 */
#include "pages.h"

#include "../error.h"
#include "../io.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

struct pages_options pages = {.first = 1,
                              .last = UINT64_MAX,
                              .columns = 1,
                              .length = 66,
                              .width = 72,
                              .digits = 5,
                              .in_tab = 8,
                              .out_tab = 8,
                              .headers = true,
                              .in_char = '\t',
                              .out_char = '\t',
                              .number_end = '\t',
                              .number = 1,
                              .separator = "",
                              .date = "%Y-%m-%d %H:%M"};

struct source {
    FILE *f;
    const char *name;
    bool closed;
    bool held; /* a form feed: no more of it on this page */
};

struct cell {
    struct bytes text;
    uint64_t width;
    bool there;
};

static uint64_t body;         /* lines of text a page has */
static uint64_t column_width; /* of each column's text */
static uint64_t number_width; /* of a number with what follows it */
static uint64_t page;
static int64_t line_number;
static bool feed_due; /* with -t: a form feed of the input is still to be printed */
static struct source *sources;
static size_t source_count;
static struct cell *cells; /* rows of pages.columns each */
static uint64_t last_end;  /* with -m: where the page's last row ends; the others are whole */

/* --- output, with blanks held back until something follows them --- */

static uint64_t position, blanks;

static void put_blanks(void)
{
    uint64_t goal = position + blanks, here = position;
    while (pages.tabify && goal - here > 1 && here + pages.out_tab - here % pages.out_tab <= goal) {
        putchar(pages.out_char);
        here += pages.out_tab - here % pages.out_tab;
    }
    for (; here < goal; here++)
        putchar(' ');
    position = goal;
    blanks = 0;
}

static void put(char c)
{
    if (pages.tabify && c == ' ') {
        blanks++;
        return;
    }
    put_blanks();
    if (c == '\b')
        position -= position > 0;
    else
        position += isprint((unsigned char)c) != 0;
    putchar(c);
}

/* --- cells --- */

/* One character as it is shown at a column; its width, which may be -1. */
static int show(struct bytes *out, char c, uint64_t column)
{
    unsigned char u = (unsigned char)c;
    uint64_t step = c == pages.in_char ? pages.in_tab : 8;
    char text[8];
    if (c == pages.in_char || c == '\t') {
        uint64_t width = step - column % step;
        for (uint64_t i = 0; pages.expand && i < width; i++)
            bytes_put(out, ' ');
        if (!pages.expand)
            bytes_put(out, c);
        return (int)width;
    }
    if (isprint(u) || (!pages.escapes && !pages.carets)) {
        bytes_put(out, c);
        return isprint(u) ? 1 : c == '\b' ? -1 : 0;
    }
    if (pages.carets && !pages.escapes && u < 0x80)
        snprintf(text, sizeof text, "^%c", u ^ 64);
    else
        snprintf(text, sizeof text, "\\%03o", u);
    bytes_add(out, text, strlen(text));
    return (int)strlen(text);
}

static void add_number(struct bytes *out)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%*lld", (int)pages.digits, (long long)line_number++);
    bytes_add(out, text + n - pages.digits, pages.digits);
    if (pages.columns > 1 && pages.number_end == '\t') {
        for (uint64_t i = pages.digits; i < number_width; i++)
            bytes_put(out, ' ');
    } else {
        bytes_put(out, pages.number_end);
    }
}

static int next_char(struct source *s)
{
    int c = getc(s->f);
    if (c != EOF)
        return c;
    if (ferror(s->f))
        warn_errno("%s", s->name);
    s->closed = true;
    return EOF;
}

/* One line of a source becomes a cell. False when the source has none for this page. */
static bool read_cell(struct source *s, struct cell *cell, bool numbered)
{
    uint64_t column = 0, limit = pages.truncate ? column_width : UINT64_MAX;
    cell->text.len = 0;
    cell->there = false;
    cell->width = 0;
    if (s->closed || s->held)
        return false;
    int c = next_char(s);
    if (c == EOF)
        return false;
    /* A form feed right behind a line's end belongs to that line. */
    if (c == '\f') {
        s->held = true;
        c = next_char(s);
        if (c != '\n' && c != EOF)
            ungetc(c, s->f);
        return false;
    }
    cell->there = true;
    if (numbered)
        add_number(&cell->text);
    bool cut = false, first = true;
    for (; c != '\n' && c != EOF && c != '\f'; c = next_char(s)) {
        size_t before = cell->text.len;
        int width = cut ? 0 : show(&cell->text, (char)c, column);
        if (width < 0 && column == 0)
            cell->text.len = before;
        column = width < 0 ? column - (column > 0) : column + (uint64_t)width;
        if (first && numbered && pages.truncate && !pages.merge)
            column += number_width; /* it counts, but not for a tab that begins the line */
        first = false;
        cut |= column > limit;
        if (cut)
            cell->text.len = before;
        else
            cell->width = column;
    }
    if (c == '\f') {
        s->held = true;
        c = next_char(s);
        if (c != '\n' && c != EOF)
            ungetc(c, s->f);
    }
    return true;
}

static struct cell *cell_at(uint64_t row, uint64_t column)
{
    return &cells[row * pages.columns + column];
}

/* Downwards: the lines of a page in order, then in columns that differ by one line at most. */
static uint64_t fill_down(void)
{
    uint64_t n = 0, most = body * pages.columns, rows = 0;
    struct cell *read = xcalloc(most, sizeof *read);
    while (n < most && read_cell(&sources[0], &read[n], pages.numbers))
        n++;
    uint64_t from = 0;
    for (uint64_t col = 0; col < pages.columns; col++) {
        uint64_t lines = n / pages.columns + (col < n % pages.columns);
        rows = col == 0 ? lines : rows;
        for (uint64_t row = 0; row < lines; row++, from++) {
            free(cell_at(row, col)->text.data);
            *cell_at(row, col) = read[from];
            read[from] = (struct cell){0};
        }
    }
    for (uint64_t i = 0; i < most; i++)
        free(read[i].text.data);
    free(read);
    return rows;
}

static uint64_t fill_across(void)
{
    for (uint64_t n = 0; n < body * pages.columns; n++) {
        if (!read_cell(&sources[0], &cells[n], pages.numbers))
            return (n + pages.columns - 1) / pages.columns;
    }
    return body;
}

static bool any_ready(void)
{
    for (size_t i = 0; i < source_count; i++) {
        if (!sources[i].closed && !sources[i].held)
            return true;
    }
    return false;
}

static uint64_t fill_merged(void)
{
    last_end = pages.columns;
    for (uint64_t row = 0; row < body; row++) {
        bool any = false;
        for (uint64_t col = 0; col < pages.columns; col++) {
            struct cell *cell = cell_at(row, col);
            bool there = read_cell(&sources[col], cell, pages.numbers && col == 0);
            any |= there;
            if (there && !any_ready()) {
                last_end = col + 1;
                return row + 1;
            }
        }
        if (!any)
            return row;
        /* the row's number stands in front of the first file, also when that has ended */
        if (pages.numbers && !cell_at(row, 0)->there)
            add_number(&cell_at(row, 0)->text);
    }
    return body;
}

/* --- pages --- */

static void put_header(const char *date, const char *name)
{
    char number[32];
    int n = snprintf(number, sizeof number, "Page %llu", (unsigned long long)page);
    int64_t room = (int64_t)pages.width - (int64_t)strlen(date) - (int64_t)strlen(name) - n;
    room = room > 0 ? room : 0;
    printf("%*s\n\n%*s%s%*s%s%*s%s\n\n\n", (int)pages.margin, "", (int)pages.margin, "", date,
           (int)(room / 2), " ", name, (int)(room - room / 2), " ", number);
}

static void put_separator(void)
{
    for (const char *p = pages.separator; *p; p++) {
        if (*p == ' ') {
            blanks++;
            continue;
        }
        put_blanks();
        putchar(*p);
        position++;
    }
    put_blanks();
}

static void put_cell(const struct cell *cell, bool numbered)
{
    for (size_t i = 0; i < cell->text.len; i++) {
        put(cell->text.data[i]);
        if (numbered && i == pages.digits && pages.columns == 1 && pages.number_end == '\t')
            position += pages.out_tab - position % pages.out_tab;
    }
}

/* Up to the last cell, with -m to the last column: those that have ended take their place. */
static void put_row(uint64_t row, uint64_t end)
{
    uint64_t start = pages.margin;
    while (!pages.merge && end > 0 && !cell_at(row, end - 1)->there)
        end--;
    position = blanks = 0;
    for (uint64_t col = 0; col < end; col++) {
        const struct cell *cell = cell_at(row, col);
        if (col == 0 || pages.truncate)
            blanks = start > position ? start - position : 0;
        if (col == 0)
            put_blanks();
        else if (pages.separate)
            put_separator();
        put_cell(cell, pages.numbers && (!pages.merge || col == 0));
        /* columns that are not aligned begin at 0, for tabs */
        if (!pages.truncate && pages.columns > 1 && !pages.merge && !pages.across && blanks == 0)
            position = (col == 0 ? pages.margin : 0) + cell->width;
        start += column_width + (col == 0 && pages.merge && pages.numbers ? number_width : 0);
        start += col == 0 ? 0 : strlen(pages.separator);
    }
    putchar('\n');
}

/* What is left of a page, and its trailer. */
static void end_page(uint64_t used)
{
    bool held = false;
    for (size_t i = 0; i < source_count; i++)
        held |= sources[i].held;
    if (!pages.headers) {
        feed_due = held && pages.keep_feeds;
        if (feed_due)
            putchar('\f');
        return;
    }
    if (pages.form_feeds) {
        putchar('\f');
        return;
    }
    uint64_t lines = body * (pages.double_space ? 2 : 1);
    for (uint64_t i = used; i < lines + 5; i++)
        putchar('\n');
}

/* False when there was nothing for another page. */
static bool print_page(const char *date, const char *name)
{
    bool wanted = page >= pages.first, open = false;
    for (size_t i = 0; i < source_count; i++) {
        open |= !sources[i].closed;
        sources[i].held = false;
    }
    for (uint64_t i = 0; i < body * pages.columns; i++)
        cells[i].there = false;
    uint64_t rows = pages.merge ? fill_merged() : pages.across ? fill_across() : fill_down();
    bool held = false;
    for (size_t i = 0; i < source_count; i++)
        held |= sources[i].held;
    if (!open || (rows == 0 && !held))
        return false;
    if (!wanted || page > pages.last)
        return page <= pages.last;
    if (pages.headers)
        put_header(date, name);
    uint64_t used = 0, lines = body * (pages.double_space ? 2 : 1);
    for (uint64_t row = 0; row < rows; row++) {
        put_row(row, pages.merge && row + 1 == rows ? last_end : pages.columns);
        used++;
        if (pages.double_space && used < lines) {
            putchar('\n');
            used++;
        }
    }
    end_page(used);
    return true;
}

static void print_sources(const char *name)
{
    struct stat st;
    char date[128];
    struct tm tm;
    time_t when = time(NULL);
    if (sources[0].f != stdin && !pages.merge && fstat(fileno(sources[0].f), &st) == 0)
        when = st.st_mtime;
    if (strftime(date, sizeof date, pages.date, localtime_r(&when, &tm)) == 0)
        date[0] = '\0';
    line_number = pages.number;
    if (pages.merge && !pages.header)
        name = "";
    for (page = 1; print_page(date, pages.header ? pages.header : name); page++)
        ;
    if (page <= pages.first && pages.first > 1)
        warn_text("starting page number %llu exceeds page count %llu",
                  (unsigned long long)pages.first, (unsigned long long)page - 1);
}

/* --- settling how it all is laid out --- */

static void settle_old_options(void)
{
    bool many = pages.merge || pages.explicit_columns;
    if (!pages.old_options)
        return;
    if (pages.old_w && many) {
        pages.truncate = true;
        pages.separate |= pages.old_s;
    } else if (pages.old_w) {
        pages.join = true;
    } else if (!pages.separate && pages.old_s && many) {
        pages.join |= !pages.truncate;
        pages.separate |= pages.truncate || *pages.separator;
    }
}

static void settle(void)
{
    const uint64_t around = 10; /* lines of header and trailer */
    settle_old_options();
    if (pages.headers && pages.length <= around) {
        pages.headers = false;
        pages.keep_feeds = true;
    }
    body = pages.headers ? pages.length - around : pages.length;
    if (pages.double_space)
        body /= 2;
    body = body ? body : 1;
    if (pages.columns > 1) {
        if (!pages.separate)
            pages.separator = pages.join ? "\t" : " ";
        else if (!pages.join && strcmp(pages.separator, "\t") == 0)
            pages.separator = " ";
        pages.separate = true;
        pages.truncate = true;
        pages.expand |= strcmp(pages.separator, "\t") != 0;
        pages.tabify = true;
    }
    if (pages.join)
        pages.truncate = false;
    number_width = pages.digits + (pages.number_end == '\t' ? 8 - pages.digits % 8 : 1);
    uint64_t taken = (pages.columns - 1) * strlen(pages.separator);
    taken += pages.merge && pages.numbers ? number_width : 0;
    column_width = pages.width > taken ? (pages.width - taken) / pages.columns : 0;
    if (column_width == 0)
        die(1, "page width too narrow");
    uint64_t count;
    if (__builtin_mul_overflow(body, pages.columns, &count) || count > 100000000)
        die(1, "page too large");
    cells = xcalloc(count, sizeof *cells);
}

/* --- files --- */

static bool open_source(struct source *s, const char *name)
{
    FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    if (!f && !pages.quiet)
        warn_errno("%s", name);
    if (f)
        *s = (struct source){.f = f, .name = name};
    return f != NULL;
}

bool pages_merged(char **names, size_t count)
{
    sources = xcalloc(count, sizeof *sources);
    for (size_t i = 0; i < count; i++)
        source_count += open_source(&sources[source_count], names[i]);
    pages.columns = count;
    if (count == 0 || source_count == 0)
        return false;
    settle();
    pages.columns = source_count;
    print_sources("");
    return source_count == count;
}

bool pages_of_each(char **names, size_t count)
{
    sources = xcalloc(count, sizeof *sources);
    bool ok = true;
    settle();
    source_count = 1;
    for (size_t i = 0; i < count; i++) {
        if (!open_source(&sources[0], names[i])) {
            ok = false;
            continue;
        }
        print_sources(sources[0].f == stdin ? "" : names[i]);
        fclose_operand(sources[0].f);
    }
    return ok;
}
