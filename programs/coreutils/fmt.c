/*
 * fmt: fills paragraphs. A paragraph's words are read into one array; going back from its last
 * word, the cheapest way to break what follows each word is found from those found before, so that
 * the whole paragraph is broken as evenly as it can be. The costs are those of GNU's fmt, which
 * makes the output the same.
 */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: fmt [-WIDTH] [OPTION]... [FILE]...\nFill the paragraphs of FILEs to lines of 75.\n"
    "  -c  the first two lines keep their indents    -t  the same, and they must differ\n"
    "  -s  split long lines only    -u  one blank between words, two after sentences\n"
    "  -p TEXT  only lines that begin with TEXT    -w N  widest line    -g N  width to come near\n";

#define WIDTH_MAX 2500
#define TAB 8

static struct {
    bool crown, tagged, split, uniform;
    const char *prefix; /* without blanks around it */
    long lead;          /* blanks before the prefix, */
    long full;          /* and its length with those behind */
    long length;        /* of prefix */
    long width, goal;
} opt = {.prefix = "", .width = 75};

struct word {
    size_t at; /* in text */
    long length, space;
    bool opens;    /* begins with a bracket or quote */
    bool punct;    /* ends with punctuation, */
    bool period;   /* with that of a sentence, */
    bool sentence; /* and the sentence does end */
    /* The best way to break from here on: where the next line begins, how long this one is. */
    size_t next;
    long line;
    long cost;
};

static FILE *in;
static struct bytes text;
static struct word *words;
static size_t count, cap;
static bool tabs;       /* the input has some, so may the output */
static long column;     /* of the input */
static long out_column; /* of the output */
static long line_prefix, paragraph_prefix;
static long first_indent, other_indent;
static int next; /* the first character that is not read yet */

/* --- input --- */

static int skip_blanks(int c)
{
    for (; c == ' ' || c == '\t'; c = getc(in)) {
        tabs |= c == '\t';
        column = c == ' ' ? column + 1 : (column / TAB + 1) * TAB;
    }
    return c;
}

/* What begins a line, with the prefix where it stands; what comes behind. */
static int begin_line(void)
{
    column = 0;
    int c = skip_blanks(getc(in));
    line_prefix = column;
    if (opt.length == 0) {
        line_prefix = opt.lead < column ? opt.lead : column;
        return c;
    }
    for (const char *p = opt.prefix; *p; p++, column++) {
        if (c != (unsigned char)*p)
            return c;
        c = getc(in);
    }
    return skip_blanks(c);
}

static bool goes_on(int c)
{
    return line_prefix == paragraph_prefix && column >= line_prefix + opt.full && c != '\n' &&
           c != EOF;
}

static void look_at_ends(struct word *w)
{
    const char *start = text.data + w->at, *last = start + w->length - 1;
    w->opens = strchr("(['`\"", *start) != NULL;
    w->punct = ispunct((unsigned char)*last);
    while (last > start && strchr(")]'\"", *last))
        last--;
    w->period = strchr(".?!", *last) != NULL;
}

/* The words of one line; what comes behind its end, as begin_line has it. */
static int read_words(int c)
{
    do {
        words = xgrow(words, &cap, count + 2, sizeof *words);
        struct word *w = &words[count++];
        *w = (struct word){.at = text.len};
        do {
            bytes_put(&text, (char)c);
            c = getc(in);
        } while (c != EOF && !isspace(c));
        w->length = (long)(text.len - w->at);
        column += w->length;
        look_at_ends(w);
        long start = column;
        c = skip_blanks(c);
        w->space = column - start;
        w->sentence = c == EOF || (w->period && (c == '\n' || w->space > 1));
        if (c == '\n' || c == EOF || opt.uniform)
            w->space = w->sentence ? 2 : 1;
    } while (c != '\n' && c != EOF);
    return begin_line();
}

/* --- output --- */

static void put_blanks(long n)
{
    long target = out_column + n, stop = target / TAB * TAB;
    if (tabs && out_column + 1 < stop) {
        for (; out_column < stop; out_column = (out_column / TAB + 1) * TAB)
            putchar('\t');
    }
    for (; out_column < target; out_column++)
        putchar(' ');
}

/* A line that belongs to no paragraph, as it is. */
static int copy_line(int c)
{
    out_column = 0;
    if (column > line_prefix || (c != '\n' && c != EOF)) {
        put_blanks(line_prefix);
        for (const char *p = opt.prefix; out_column != column && *p; out_column++)
            putchar(*p++);
        if (c != EOF && c != '\n')
            put_blanks(column - out_column);
        if (c == EOF && column >= line_prefix + opt.length)
            putchar('\n');
    }
    for (; c != '\n' && c != EOF; c = getc(in))
        putchar(c);
    return c;
}

static void put_line(size_t from, long indent)
{
    out_column = 0;
    put_blanks(paragraph_prefix);
    fputs(opt.prefix, stdout);
    out_column += opt.length;
    put_blanks(indent - out_column);
    for (size_t i = from; i < words[from].next; i++) {
        fwrite(text.data + words[i].at, 1, (size_t)words[i].length, stdout);
        out_column += words[i].length;
        if (i + 1 < words[from].next)
            put_blanks(words[i].space);
    }
    putchar('\n');
}

/* --- breaking --- */

static long square(long n)
{
    /* Beyond this any line is bad enough, and the sum of two does not overflow. */
    const long most = 100000000;
    n = n > most ? most : n < -most ? -most : n;
    return n * n;
}

/* Of beginning a line with this word. */
static long begin_cost(size_t i)
{
    const struct word *w = &words[i];
    long cost = square(70);
    if (i > 0 && words[i - 1].period)
        cost += words[i - 1].sentence ? -square(50) : square(600);
    else if (i > 0 && words[i - 1].punct)
        cost -= square(40);
    else if (i > 1 && words[i - 2].sentence)
        cost += square(200) / (words[i - 1].length + 2);
    if (w->opens)
        cost -= square(40);
    else if (w->sentence)
        cost += square(150) / (w->length + 2);
    return cost;
}

/* Of a line that long before the word `after`. */
static long line_cost(size_t after, long length)
{
    if (after == count)
        return 0;
    long cost = square((opt.goal - length) * 10);
    if (words[after].next != count)
        cost += square((length - words[after].line) * 10) / 2;
    return cost;
}

static void break_paragraph(void)
{
    words[count].cost = 0;
    for (size_t i = count; i-- > 0;) {
        struct word *w = &words[i];
        long best = 0, length = (i == 0 ? first_indent : other_indent) + w->length;
        bool found = false;
        for (size_t after = i + 1;; after++) {
            long cost = line_cost(after, length) + words[after].cost;
            if (!found || cost < best) {
                best = cost;
                w->next = after;
                w->line = length;
                found = true;
            }
            if (after == count)
                break;
            length += words[after - 1].space + words[after].length;
            if (length >= opt.width)
                break;
        }
        w->cost = best + begin_cost(i);
    }
}

/* --- paragraphs --- */

/* The indent of a paragraph's second line and the others, known once the first line is read. */
static void set_other_indent(bool more)
{
    if (opt.crown && !opt.split)
        other_indent = more ? column : first_indent;
    else if (!opt.tagged || opt.split)
        other_indent = first_indent;
    else if (more && column != first_indent)
        other_indent = column;
    else if (other_indent == first_indent)
        other_indent = first_indent == 0 ? 3 : 0; /* so that it can be told from the first */
}

/* False at the end of the input. Lines that are none of a paragraph are copied. */
static bool read_paragraph(void)
{
    int c = next;
    while (c == '\n' || c == EOF || line_prefix < opt.lead || column < line_prefix + opt.full) {
        c = copy_line(c);
        if (c == EOF) {
            next = EOF;
            return false;
        }
        putchar('\n');
        c = begin_line();
    }
    paragraph_prefix = line_prefix;
    first_indent = column;
    text.len = 0;
    count = 0;
    c = read_words(c);
    set_other_indent(goes_on(c));
    /* with -c and -t the second line is one whose indent was just taken */
    bool more = !opt.split && (!opt.tagged || opt.crown || column != first_indent);
    while (more && goes_on(c) && column == other_indent)
        c = read_words(c);
    words[count - 1].period = words[count - 1].sentence = true;
    next = c;
    return true;
}

static void format(FILE *f)
{
    in = f;
    tabs = false;
    other_indent = 0;
    next = begin_line();
    while (read_paragraph()) {
        break_paragraph();
        put_line(0, first_indent);
        for (size_t i = words[0].next; i < count; i = words[i].next)
            put_line(i, other_indent);
    }
}

/* --- options --- */

static void set_prefix(const char *arg)
{
    size_t lead = strspn(arg, " "), full = strlen(arg + lead), length = full;
    while (length > 0 && arg[lead + length - 1] == ' ')
        length--;
    char *prefix = xstrdup(arg + lead);
    prefix[length] = '\0';
    opt.prefix = prefix;
    opt.lead = (long)lead;
    opt.full = (long)full;
    opt.length = (long)length;
}

static long width_of(const char *arg, long most)
{
    uint64_t n;
    if (!number_parse(arg, &n) || n > (uint64_t)most)
        die(1, "invalid width: '%s'", arg);
    return (long)n;
}

/* -WIDTH, which is allowed in the first place only, becomes -wWIDTH. */
static void take_old_width(char **argv)
{
    if (!argv[0] || !argv[1] || argv[1][0] != '-' || !isdigit((unsigned char)argv[1][1]))
        return;
    size_t len = strlen(argv[1]) + 2;
    char *fresh = xmalloc(len);
    snprintf(fresh, len, "-w%s", argv[1] + 1);
    argv[1] = fresh;
}

static void take_options(struct opts *o)
{
    const char *width = NULL, *goal = NULL;
    for (int c; (c = opt_next(o)) >= 0;) {
        if (c == 'p')
            set_prefix(o->arg);
        else if (c == 'w')
            width = o->arg;
        else if (c == 'g')
            goal = o->arg;
        else
            *(c == 'c'   ? &opt.crown
              : c == 's' ? &opt.split
              : c == 't' ? &opt.tagged
                         : &opt.uniform) = true;
    }
    if (width)
        opt.width = width_of(width, WIDTH_MAX);
    /* By itself 7 % of the width short of it, so that lines can be longer and shorter. */
    opt.goal =
        goal ? width_of(goal, width ? opt.width : 75) : opt.width * (2 * (100 - 7) + 1) / 200;
    if (goal && !width)
        opt.width = opt.goal + 10;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"crown-margin", OPT_NONE, 'c'},     {"goal", OPT_REQUIRED, 'g'},
        {"prefix", OPT_REQUIRED, 'p'},       {"split-only", OPT_NONE, 's'},
        {"tagged-paragraph", OPT_NONE, 't'}, {"uniform-spacing", OPT_NONE, 'u'},
        {"width", OPT_REQUIRED, 'w'},        {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "cg:p:stuw:", .longs = longs, .usage = usage};
    int status = 0;
    prog_start(argv);
    take_old_width(argv);
    take_options(&o);
    int files = opt_count(&o);
    for (int i = 0; i < (files ? files : 1); i++) {
        const char *name = files ? opt_operands(&o)[i] : "-";
        FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
        if (!f) {
            warn_errno("cannot open '%s' for reading", name);
            status = 1;
            continue;
        }
        format(f);
        if (ferror(f)) {
            warn_errno("%s", name);
            status = 1;
        }
        fclose_operand(f);
    }
    return finish(status);
}
