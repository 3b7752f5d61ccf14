/* pr: lays text out in pages; common/pages does it. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/pages/pages.h"
#include "common/size.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: pr [OPTION]... [FILE]...\nLay FILEs out in pages.\n"
    "  +FIRST[:LAST]  these pages only    -COLUMNS  down    -a  across    -m  a column a file\n"
    "  -d  double space    -D FORMAT  of the date    -F, -f  form feeds between pages\n"
    "  -h TEXT  in the header    -l N  lines a page, 66    -o N  margin    -r  silence\n"
    "  -e[CHAR[N]]  expand tabs    -i[CHAR[N]]  blanks to tabs    -v, -c  show what is not text\n"
    "  -n[CHAR[N]]  number lines   -N N  the first number\n"
    "  -s[CHAR], -S[TEXT]  between columns    -J  whole lines    -w N, -W N  width, 72\n"
    "  -t  no headers    -T  nor form feeds\n";

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
    pages.first = number("invalid page range", copy, 1, UINT64_MAX);
    if (colon)
        pages.last = number("invalid page range", colon + 1, pages.first, UINT64_MAX);
    free(copy);
}

static void take_width(int c, const char *arg)
{
    uint64_t n = number("'-w PAGE_WIDTH' invalid number of characters", arg, 1, INT_MAX);
    pages.old_options |= c == 'w';
    pages.old_w = c == 'w';
    if (c == 'W' || !pages.truncate)
        pages.width = n;
    pages.truncate |= c == 'W';
}

static void take_separator(int c, const char *arg)
{
    pages.old_s = c == 's';
    pages.old_options |= c == 's';
    if (c == 'S') {
        pages.separator = arg ? arg : "";
        pages.separate = true;
    } else if (!pages.separate) {
        pages.separator = arg ? arg : "";
    }
}

static void take_option(int c, const char *arg)
{
    switch (c) {
    case 'D':
        pages.date = arg;
        break;
    case 'e':
        char_and_number(arg, &pages.in_char, &pages.in_tab, 1000000);
        pages.expand = true;
        break;
    case 'h':
        pages.header = arg;
        break;
    case 'i':
        char_and_number(arg, &pages.out_char, &pages.out_tab, 1000000);
        pages.tabify = true;
        break;
    case 'l':
        pages.length = number("'-l PAGE_LENGTH' invalid number of lines", arg, 1, 10000000);
        break;
    case 'n':
        pages.numbers = true;
        char_and_number(arg, &pages.number_end, &pages.digits, 32);
        break;
    case 'N':
        if (!signed_parse(arg, &pages.number))
            die(1, "'-N NUMBER' invalid starting line number: '%s'", arg);
        break;
    case 'o':
        pages.margin = number("'-o MARGIN' invalid line offset", arg, 0, 1000000);
        break;
    case 's':
    case 'S':
        take_separator(c, arg);
        break;
    case 't':
    case 'T':
        pages.headers = false;
        pages.keep_feeds = c == 't';
        break;
    case 'w':
    case 'W':
        take_width(c, arg);
        break;
    case 'f':
    case 'F':
        pages.form_feeds = true;
        break;
    default: {
        bool *flags[] = {&pages.across, &pages.carets, &pages.double_space, &pages.join,
                         &pages.merge,  &pages.quiet,  &pages.escapes};
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
            pages.columns = strtoul(word + 1, &end, 10);
            pages.explicit_columns = true;
            if (pages.columns == 0 || pages.columns > 10000)
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
    prog_start(argv);
    struct opts o = {.argc = take_numbers(argc, argv),
                     .argv = argv,
                     .shorts = "acdD:e::fFh:i::Jl:mn::N:o:rs::S::tTvw:W:",
                     .longs = longs,
                     .usage = usage};
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == COLUMNS) {
            pages.columns = number("invalid number of columns", o.arg, 1, 10000);
            pages.explicit_columns = true;
        } else if (c == PAGES) {
            take_pages(o.arg);
        } else {
            take_option(c, o.arg);
        }
    }
    if (pages.merge && (pages.explicit_columns || pages.across))
        die(1, "cannot print files in parallel in columns of each, or across");
    char **names = opt_operands(&o);
    size_t count = (size_t)opt_count(&o);
    pages.merge &= count > 0;
    if (count == 0) {
        names = only_stdin;
        count = 1;
    }
    bool ok = pages.merge ? pages_merged(names, count) : pages_of_each(names, count);
    return finish(ok ? 0 : 1);
}
