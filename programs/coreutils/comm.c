/* comm: compares two sorted files line by line. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: comm [OPTION]... FILE1 FILE2\nCompare sorted files: lines only in FILE1, only in "
    "FILE2, "
    "in both.\n  -1, -2, -3  leave out a column    -z  lines end with NUL\n"
    "  --output-delimiter=TEXT  between columns    --check-order  --nocheck-order\n";

static struct {
    bool hide[3];
    const char *between;
    int end;
    enum { ORDER_IF_UNPAIRED, ORDER_ALWAYS, ORDER_NEVER } order;
} opt = {.between = "\t", .end = '\n'};

struct input {
    FILE *file;
    struct bytes line, last;
    bool more, disordered;
    int number;
};

static bool unpaired, wrong;

/* Without the line's end. */
static size_t text_len(const struct bytes *b)
{
    return b->len - (b->len && b->data[b->len - 1] == (char)opt.end);
}

static int compare(const struct bytes *a, const struct bytes *b)
{
    size_t n = text_len(a), m = text_len(b);
    int r = memcmp(a->data, b->data, n < m ? n : m);
    return r ? r : (n > m) - (n < m);
}

static void check_order(struct input *in)
{
    bool matters = opt.order == ORDER_ALWAYS || (opt.order == ORDER_IF_UNPAIRED && unpaired);
    if (!matters || in->disordered || !in->last.len || compare(&in->last, &in->line) <= 0)
        return;
    in->disordered = wrong = true;
    warn_text("file %d is not in sorted order", in->number);
    if (opt.order == ORDER_ALWAYS)
        exit(finish(1));
}

static void advance(struct input *in)
{
    struct bytes spare = in->last;
    in->last = in->line;
    in->line = spare;
    in->line.len = 0;
    in->more = read_record(in->file, &in->line, opt.end);
    if (in->more)
        check_order(in);
}

static void show(int column, const struct bytes *line)
{
    if (opt.hide[column])
        return;
    for (int i = 0; i < column; i++) {
        if (!opt.hide[i])
            fputs(opt.between, stdout);
    }
    fwrite(line->data, 1, text_len(line), stdout);
    putchar(opt.end);
}

static void merge(struct input *a, struct input *b)
{
    advance(a);
    advance(b);
    while (a->more || b->more) {
        int r = !a->more ? 1 : !b->more ? -1 : compare(&a->line, &b->line);
        unpaired |= r != 0;
        show(r < 0 ? 0 : r > 0 ? 1 : 2, r <= 0 ? &a->line : &b->line);
        if (r <= 0)
            advance(a);
        if (r >= 0)
            advance(b);
    }
}

int main(int argc, char **argv)
{
    enum { DELIMITER = 256, CHECK, NO_CHECK };
    static const struct opt_long longs[] = {{"output-delimiter", OPT_REQUIRED, DELIMITER},
                                            {"check-order", OPT_NONE, CHECK},
                                            {"nocheck-order", OPT_NONE, NO_CHECK},
                                            {"zero-terminated", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "123z", .longs = longs, .usage = usage};
    struct input in[2] = {{.number = 1}, {.number = 2}};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == DELIMITER)
            opt.between = o.arg;
        else if (c == CHECK || c == NO_CHECK)
            opt.order = c == CHECK ? ORDER_ALWAYS : ORDER_NEVER;
        else if (c == 'z')
            opt.end = '\0';
        else
            opt.hide[c - '1'] = true;
    }
    if (opt_count(&o) < 2)
        die_usage(1, opt_count(&o) ? "missing operand after '%s'" : "missing operand",
                  opt_operands(&o)[0]);
    if (opt_count(&o) > 2)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[2]);
    for (int i = 0; i < 2; i++) {
        in[i].file = fopen_operand(opt_operands(&o)[i]);
        if (!in[i].file)
            return 1;
    }
    merge(&in[0], &in[1]);
    if (wrong && opt.order == ORDER_IF_UNPAIRED)
        warn_text("input is not in sorted order");
    return finish(wrong ? 1 : 0);
}
