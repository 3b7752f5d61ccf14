/*
 * pr: lays text out in pages. The body of a page is a grid of cells, each a line of input, filled
 * downwards (-COLUMN), across (-a), or with a column for each file (-m); then the page is printed.
 * A form feed in the input ends its page, or with -m its file's part of the page.
 */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static const char usage[] =
    "Usage: pr [OPTION]... [FILE]...\nLay FILEs out in pages.\n"
    "  +FIRST[:LAST]  these pages only    -COLUMNS  down    -a  across    -m  a column a file\n"
    "  -d  double space    -D FORMAT  of the date    -F, -f  form feeds between pages\n"
    "  -h TEXT  in the header    -l N  lines a page, 66    -o N  margin    -r  silence\n"
    "  -e[CHAR[N]]  expand tabs    -i[CHAR[N]]  blanks to tabs    -v, -c  show what is not text\n"
    "  -n[CHAR[N]]  number lines   -N N  the first number\n"
    "  -s[CHAR], -S[TEXT]  between columns    -J  whole lines    -w N, -W N  width, 72\n"
    "  -t  no headers    -T  nor form feeds\n";

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

static struct {
    uint64_t first, last, columns, length, margin, width, digits, in_tab, out_tab;
    bool across, merge, double_space, form_feeds, headers, keep_feeds, join, truncate, quiet;
    bool numbers, expand, tabify, escapes, carets, separate;
    bool old_s, old_w, explicit_columns, old_options;
    char in_char, out_char, number_end;
    int64_t number;
    const char *header, *separator, *date;
} opt = {.first = 1,
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

static uint64_t body;         /* lines of text a page has */
static uint64_t column_width; /* of each column's text */
static uint64_t number_width; /* of a number with what follows it */
static uint64_t page;
static int64_t line_number;
static bool feed_due; /* with -t: a form feed of the input is still to be printed */
static struct source *sources;
static size_t source_count;
static struct cell *cells; /* rows of opt.columns each */
static uint64_t last_end;  /* with -m: where the page's last row ends; the others are whole */

/* --- output, with blanks held back until something follows them --- */

static uint64_t position, blanks;

static void put_blanks(void)
{
    uint64_t goal = position + blanks, here = position;
    while (opt.tabify && goal - here > 1 && here + opt.out_tab - here % opt.out_tab <= goal) {
        putchar(opt.out_char);
        here += opt.out_tab - here % opt.out_tab;
    }
    for (; here < goal; here++)
        putchar(' ');
    position = goal;
    blanks = 0;
}

static void put(char c)
{
    if (opt.tabify && c == ' ') {
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
    uint64_t step = c == opt.in_char ? opt.in_tab : 8;
    char text[8];
    if (c == opt.in_char || c == '\t') {
        uint64_t width = step - column % step;
        for (uint64_t i = 0; opt.expand && i < width; i++)
            bytes_put(out, ' ');
        if (!opt.expand)
            bytes_put(out, c);
        return (int)width;
    }
    if (isprint(u) || (!opt.escapes && !opt.carets)) {
        bytes_put(out, c);
        return isprint(u) ? 1 : c == '\b' ? -1 : 0;
    }
    if (opt.carets && !opt.escapes && u < 0x80)
        snprintf(text, sizeof text, "^%c", u ^ 64);
    else
        snprintf(text, sizeof text, "\\%03o", u);
    bytes_add(out, text, strlen(text));
    return (int)strlen(text);
}

static void add_number(struct bytes *out)
{
    char text[64];
    int n = snprintf(text, sizeof text, "%*lld", (int)opt.digits, (long long)line_number++);
    bytes_add(out, text + n - opt.digits, opt.digits);
    if (opt.columns > 1 && opt.number_end == '\t') {
        for (uint64_t i = opt.digits; i < number_width; i++)
            bytes_put(out, ' ');
    } else {
        bytes_put(out, opt.number_end);
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
    uint64_t column = 0, limit = opt.truncate ? column_width : UINT64_MAX;
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
        if (first && numbered && opt.truncate && !opt.merge)
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
    return &cells[row * opt.columns + column];
}

/* Downwards: the lines of a page in order, then in columns that differ by one line at most. */
static uint64_t fill_down(void)
{
    uint64_t n = 0, most = body * opt.columns, rows = 0;
    struct cell *read = xcalloc(most, sizeof *read);
    while (n < most && read_cell(&sources[0], &read[n], opt.numbers))
        n++;
    uint64_t from = 0;
    for (uint64_t col = 0; col < opt.columns; col++) {
        uint64_t lines = n / opt.columns + (col < n % opt.columns);
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
    for (uint64_t n = 0; n < body * opt.columns; n++) {
        if (!read_cell(&sources[0], &cells[n], opt.numbers))
            return (n + opt.columns - 1) / opt.columns;
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
    last_end = opt.columns;
    for (uint64_t row = 0; row < body; row++) {
        bool any = false;
        for (uint64_t col = 0; col < opt.columns; col++) {
            struct cell *cell = cell_at(row, col);
            bool there = read_cell(&sources[col], cell, opt.numbers && col == 0);
            any |= there;
            if (there && !any_ready()) {
                last_end = col + 1;
                return row + 1;
            }
        }
        if (!any)
            return row;
        /* the row's number stands in front of the first file, also when that has ended */
        if (opt.numbers && !cell_at(row, 0)->there)
            add_number(&cell_at(row, 0)->text);
    }
    return body;
}

/* --- pages --- */

static void put_header(const char *date, const char *name)
{
    char number[32];
    int n = snprintf(number, sizeof number, "Page %llu", (unsigned long long)page);
    int64_t room = (int64_t)opt.width - (int64_t)strlen(date) - (int64_t)strlen(name) - n;
    room = room > 0 ? room : 0;
    printf("%*s\n\n%*s%s%*s%s%*s%s\n\n\n", (int)opt.margin, "", (int)opt.margin, "", date,
           (int)(room / 2), " ", name, (int)(room - room / 2), " ", number);
}

static void put_separator(void)
{
    for (const char *p = opt.separator; *p; p++) {
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
        if (numbered && i == opt.digits && opt.columns == 1 && opt.number_end == '\t')
            position += opt.out_tab - position % opt.out_tab;
    }
}

/* Up to the last cell, with -m to the last column: those that have ended take their place. */
static void put_row(uint64_t row, uint64_t end)
{
    uint64_t start = opt.margin;
    while (!opt.merge && end > 0 && !cell_at(row, end - 1)->there)
        end--;
    position = blanks = 0;
    for (uint64_t col = 0; col < end; col++) {
        const struct cell *cell = cell_at(row, col);
        if (col == 0 || opt.truncate)
            blanks = start > position ? start - position : 0;
        if (col == 0)
            put_blanks();
        else if (opt.separate)
            put_separator();
        put_cell(cell, opt.numbers && (!opt.merge || col == 0));
        /* columns that are not aligned begin at 0, for tabs */
        if (!opt.truncate && opt.columns > 1 && !opt.merge && !opt.across && blanks == 0)
            position = (col == 0 ? opt.margin : 0) + cell->width;
        start += column_width + (col == 0 && opt.merge && opt.numbers ? number_width : 0);
        start += col == 0 ? 0 : strlen(opt.separator);
    }
    putchar('\n');
}

/* What is left of a page, and its trailer. */
static void end_page(uint64_t used)
{
    bool held = false;
    for (size_t i = 0; i < source_count; i++)
        held |= sources[i].held;
    if (!opt.headers) {
        feed_due = held && opt.keep_feeds;
        if (feed_due)
            putchar('\f');
        return;
    }
    if (opt.form_feeds) {
        putchar('\f');
        return;
    }
    uint64_t lines = body * (opt.double_space ? 2 : 1);
    for (uint64_t i = used; i < lines + 5; i++)
        putchar('\n');
}

/* False when there was nothing for another page. */
static bool print_page(const char *date, const char *name)
{
    bool wanted = page >= opt.first, open = false;
    for (size_t i = 0; i < source_count; i++) {
        open |= !sources[i].closed;
        sources[i].held = false;
    }
    for (uint64_t i = 0; i < body * opt.columns; i++)
        cells[i].there = false;
    uint64_t rows = opt.merge ? fill_merged() : opt.across ? fill_across() : fill_down();
    bool held = false;
    for (size_t i = 0; i < source_count; i++)
        held |= sources[i].held;
    if (!open || (rows == 0 && !held))
        return false;
    if (!wanted || page > opt.last)
        return page <= opt.last;
    if (opt.headers)
        put_header(date, name);
    uint64_t used = 0, lines = body * (opt.double_space ? 2 : 1);
    for (uint64_t row = 0; row < rows; row++) {
        put_row(row, opt.merge && row + 1 == rows ? last_end : opt.columns);
        used++;
        if (opt.double_space && used < lines) {
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
    if (sources[0].f != stdin && !opt.merge && fstat(fileno(sources[0].f), &st) == 0)
        when = st.st_mtime;
    if (strftime(date, sizeof date, opt.date, localtime_r(&when, &tm)) == 0)
        date[0] = '\0';
    line_number = opt.number;
    if (opt.merge && !opt.header)
        name = "";
    for (page = 1; print_page(date, opt.header ? opt.header : name); page++)
        ;
    if (page <= opt.first && opt.first > 1)
        warn_text("starting page number %llu exceeds page count %llu",
                  (unsigned long long)opt.first, (unsigned long long)page - 1);
}

/* --- settling how it all is laid out --- */

static void settle_old_options(void)
{
    bool many = opt.merge || opt.explicit_columns;
    if (!opt.old_options)
        return;
    if (opt.old_w && many) {
        opt.truncate = true;
        opt.separate |= opt.old_s;
    } else if (opt.old_w) {
        opt.join = true;
    } else if (!opt.separate && opt.old_s && many) {
        opt.join |= !opt.truncate;
        opt.separate |= opt.truncate || *opt.separator;
    }
}

static void settle(void)
{
    const uint64_t around = 10; /* lines of header and trailer */
    settle_old_options();
    if (opt.headers && opt.length <= around) {
        opt.headers = false;
        opt.keep_feeds = true;
    }
    body = opt.headers ? opt.length - around : opt.length;
    if (opt.double_space)
        body /= 2;
    body = body ? body : 1;
    if (opt.columns > 1) {
        if (!opt.separate)
            opt.separator = opt.join ? "\t" : " ";
        else if (!opt.join && strcmp(opt.separator, "\t") == 0)
            opt.separator = " ";
        opt.separate = true;
        opt.truncate = true;
        opt.expand |= strcmp(opt.separator, "\t") != 0;
        opt.tabify = true;
    }
    if (opt.join)
        opt.truncate = false;
    number_width = opt.digits + (opt.number_end == '\t' ? 8 - opt.digits % 8 : 1);
    uint64_t taken = (opt.columns - 1) * strlen(opt.separator);
    taken += opt.merge && opt.numbers ? number_width : 0;
    column_width = opt.width > taken ? (opt.width - taken) / opt.columns : 0;
    if (column_width == 0)
        die(1, "page width too narrow");
    uint64_t count;
    if (__builtin_mul_overflow(body, opt.columns, &count) || count > 100000000)
        die(1, "page too large");
    cells = xcalloc(count, sizeof *cells);
}

/* --- options --- */

static uint64_t number(const char *what, const char *text, uint64_t least, uint64_t most)
{
    uint64_t n;
    if (!number_parse(text, &n) || n < least || n > most)
        die(1, "%s: '%s'", what, text);
    return n;
}

/* "[CHAR][N]", as -e, -i and -n have behind them. */
static void char_and_number(const char *text, char *c, uint64_t *n, uint64_t most)
{
    if (!text || !*text)
        return;
    if (!isdigit((unsigned char)*text))
        *c = *text++;
    if (*text)
        *n = number("invalid number", text, 1, most);
}

static void take_pages(const char *text)
{
    char *copy = xstrdup(text), *colon = strchr(copy, ':');
    if (colon)
        *colon = '\0';
    opt.first = number("invalid page range", copy, 1, UINT64_MAX);
    if (colon)
        opt.last = number("invalid page range", colon + 1, opt.first, UINT64_MAX);
    free(copy);
}

static void take_width(int c, const char *arg)
{
    uint64_t n = number("'-w PAGE_WIDTH' invalid number of characters", arg, 1, INT_MAX);
    opt.old_options |= c == 'w';
    opt.old_w = c == 'w';
    if (c == 'W' || !opt.truncate)
        opt.width = n;
    opt.truncate |= c == 'W';
}

static void take_separator(int c, const char *arg)
{
    opt.old_s = c == 's';
    opt.old_options |= c == 's';
    if (c == 'S') {
        opt.separator = arg ? arg : "";
        opt.separate = true;
    } else if (!opt.separate) {
        opt.separator = arg ? arg : "";
    }
}

static void take_option(int c, const char *arg)
{
    switch (c) {
    case 'D':
        opt.date = arg;
        break;
    case 'e':
        char_and_number(arg, &opt.in_char, &opt.in_tab, 1000000);
        opt.expand = true;
        break;
    case 'h':
        opt.header = arg;
        break;
    case 'i':
        char_and_number(arg, &opt.out_char, &opt.out_tab, 1000000);
        opt.tabify = true;
        break;
    case 'l':
        opt.length = number("'-l PAGE_LENGTH' invalid number of lines", arg, 1, 10000000);
        break;
    case 'n':
        opt.numbers = true;
        char_and_number(arg, &opt.number_end, &opt.digits, 32);
        break;
    case 'N':
        if (!signed_parse(arg, &opt.number))
            die(1, "'-N NUMBER' invalid starting line number: '%s'", arg);
        break;
    case 'o':
        opt.margin = number("'-o MARGIN' invalid line offset", arg, 0, 1000000);
        break;
    case 's':
    case 'S':
        take_separator(c, arg);
        break;
    case 't':
    case 'T':
        opt.headers = false;
        opt.keep_feeds = c == 't';
        break;
    case 'w':
    case 'W':
        take_width(c, arg);
        break;
    case 'f':
    case 'F':
        opt.form_feeds = true;
        break;
    default: {
        bool *flags[] = {&opt.across, &opt.carets, &opt.double_space, &opt.join,
                         &opt.merge,  &opt.quiet,  &opt.escapes};
        *flags[strchr("acdJmrv", c) - "acdJmrv"] = true;
    }
    }
}

/* +FIRST[:LAST] and -COLUMNS are no options for opt_next: it sees argv without them. */
static int take_numbers(int argc, char **argv)
{
    int kept = argc > 0;
    bool options = true;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        options &= strcmp(word, "--") != 0;
        if (options && word[0] == '+' && isdigit((unsigned char)word[1])) {
            take_pages(word + 1);
        } else if (options && word[0] == '-' && isdigit((unsigned char)word[1])) {
            char *end;
            opt.columns = strtoul(word + 1, &end, 10);
            opt.explicit_columns = true;
            if (opt.columns == 0 || opt.columns > 10000)
                die(1, "invalid number of columns: '%s'", word + 1);
            if (*end) { /* -3t */
                size_t size = strlen(end) + 2;
                char *rest = xmalloc(size);
                snprintf(rest, size, "-%s", end);
                argv[kept++] = rest;
            }
        } else {
            argv[kept++] = argv[i];
        }
    }
    return kept;
}

static bool open_source(struct source *s, const char *name)
{
    FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    if (!f && !opt.quiet)
        warn_errno("%s", name);
    if (f)
        *s = (struct source){.f = f, .name = name};
    return f != NULL;
}

int main(int argc, char **argv)
{
    enum { COLUMNS = 256, PAGES };
    static const struct opt_long longs[] = {{"across", OPT_NONE, 'a'},
                                            {"show-control-chars", OPT_NONE, 'c'},
                                            {"double-space", OPT_NONE, 'd'},
                                            {"date-format", OPT_REQUIRED, 'D'},
                                            {"expand-tabs", OPT_OPTIONAL, 'e'},
                                            {"form-feed", OPT_NONE, 'F'},
                                            {"header", OPT_REQUIRED, 'h'},
                                            {"output-tabs", OPT_OPTIONAL, 'i'},
                                            {"join-lines", OPT_NONE, 'J'},
                                            {"length", OPT_REQUIRED, 'l'},
                                            {"merge", OPT_NONE, 'm'},
                                            {"number-lines", OPT_OPTIONAL, 'n'},
                                            {"first-line-number", OPT_REQUIRED, 'N'},
                                            {"indent", OPT_REQUIRED, 'o'},
                                            {"no-file-warnings", OPT_NONE, 'r'},
                                            {"separator", OPT_OPTIONAL, 's'},
                                            {"sep-string", OPT_OPTIONAL, 'S'},
                                            {"omit-header", OPT_NONE, 't'},
                                            {"omit-pagination", OPT_NONE, 'T'},
                                            {"show-nonprinting", OPT_NONE, 'v'},
                                            {"width", OPT_REQUIRED, 'w'},
                                            {"page-width", OPT_REQUIRED, 'W'},
                                            {"columns", OPT_REQUIRED, COLUMNS},
                                            {"pages", OPT_REQUIRED, PAGES},
                                            {NULL, OPT_NONE, 0}};
    static char standard_input[] = "-", *only_stdin[] = {standard_input};
    int status = 0;
    prog_start(argv);
    struct opts o = {.argc = take_numbers(argc, argv),
                     .argv = argv,
                     .shorts = "acdD:e::fFh:i::Jl:mn::N:o:rs::S::tTvw:W:",
                     .longs = longs,
                     .usage = usage};
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == COLUMNS) {
            opt.columns = number("invalid number of columns", o.arg, 1, 10000);
            opt.explicit_columns = true;
        } else if (c == PAGES) {
            take_pages(o.arg);
        } else {
            take_option(c, o.arg);
        }
    }
    if (opt.merge && (opt.explicit_columns || opt.across))
        die(1, "cannot print files in parallel in columns of each, or across");
    char **names = opt_operands(&o);
    size_t count = (size_t)opt_count(&o);
    bool merge = opt.merge && count > 0;
    if (count == 0) {
        names = only_stdin;
        count = 1;
    }
    sources = xcalloc(count, sizeof *sources);
    for (size_t i = 0; merge && i < count; i++) {
        if (open_source(&sources[source_count], names[i]))
            source_count++;
        else
            status = 1;
    }
    opt.merge = merge;
    if (merge)
        opt.columns = count;
    if (merge && source_count == 0)
        return finish(1);
    settle();
    if (merge) {
        opt.columns = source_count;
        print_sources("");
    }
    source_count = merge ? source_count : 1;
    for (size_t i = 0; !merge && i < count; i++) {
        if (!open_source(&sources[0], names[i])) {
            status = 1;
            continue;
        }
        print_sources(sources[0].f == stdin ? "" : names[i]);
        fclose_operand(sources[0].f);
    }
    return finish(status);
}
