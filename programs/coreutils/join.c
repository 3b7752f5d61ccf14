/* join: joins the lines of two sorted files that have the same key. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char usage[] =
    "Usage: join [OPTION]... FILE1 FILE2\nJoin lines of sorted files with the same key.\n"
    "  -1 N, -2 N, -j N  the key is field N (1)     -t C     fields are separated by C\n"
    "  -a N, -v N  also, or only, lines of file N without a partner\n"
    "  -o LIST     fields N.M and 0 (the key)       -e TEXT  for missing fields\n"
    "  -i  upper and lower case are the same        --nocheck-order\n";

struct span {
    const char *p;
    size_t len;
};

struct line {
    struct bytes text;
    struct span *fields;
    size_t count, cap;
};

struct input {
    FILE *file;
    const char *name;
    uint64_t key; /* from 0 */
    bool also;    /* lines without a partner */
    struct line line;
    char *last; /* key of the line before */
    size_t last_len;
    bool more, disordered;
};

struct column {
    int file; /* 0: the key */
    uint64_t field;
};

static struct {
    int separator;
    bool pairs, fold, no_check;
    const char *missing;
    struct column *columns;
    size_t count, cap;
} opt = {.separator = -1, .pairs = true, .missing = ""};

static struct input in[2];
static bool unpaired, wrong;

static void add_field(struct line *l, const char *p, size_t len)
{
    l->fields = xgrow(l->fields, &l->cap, l->count + 1, sizeof *l->fields);
    l->fields[l->count++] = (struct span){p, len};
}

static void cut_fields(struct line *l)
{
    const char *p = l->text.data;
    size_t len = l->text.len;
    len -= len && p[len - 1] == '\n';
    const char *end = p + len;
    l->count = 0;
    if (opt.separator >= 0) {
        for (const char *at; (at = memchr(p, opt.separator, (size_t)(end - p))); p = at + 1)
            add_field(l, p, (size_t)(at - p));
        add_field(l, p, (size_t)(end - p));
        return;
    }
    while (p < end && isblank((unsigned char)*p))
        p++;
    while (p < end) {
        const char *start = p;
        while (p < end && !isblank((unsigned char)*p))
            p++;
        add_field(l, start, (size_t)(p - start));
        while (p < end && isblank((unsigned char)*p))
            p++;
    }
}

/* Empty where there is no line, or no such field. */
static struct span key_of(const struct line *l, uint64_t key)
{
    return l && key < l->count ? l->fields[key] : (struct span){"", 0};
}

static int compare(struct span a, struct span b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int r = opt.fold ? strncasecmp(a.p, b.p, n) : memcmp(a.p, b.p, n);
    return r ? r : (a.len > b.len) - (a.len < b.len);
}

static void advance(struct input *f)
{
    struct span old = key_of(&f->line, f->key);
    if (f->more) {
        f->last = xrealloc(f->last, old.len + 1);
        memcpy(f->last, old.p, old.len);
        f->last_len = old.len;
    }
    bool first = !f->more;
    f->line.text.len = 0;
    f->more = read_record(f->file, &f->line.text, '\n');
    if (!f->more)
        return;
    cut_fields(&f->line);
    if (first || opt.no_check || f->disordered || !unpaired)
        return;
    if (compare((struct span){f->last, f->last_len}, key_of(&f->line, f->key)) > 0) {
        f->disordered = wrong = true;
        warn_text("%s: is not sorted", f->name);
    }
}

static void put_field(bool *first, struct span s, bool missing)
{
    if (!*first)
        putchar(opt.separator >= 0 ? opt.separator : ' ');
    *first = false;
    if (missing || s.len == 0)
        fputs(opt.missing, stdout);
    else
        fwrite(s.p, 1, s.len, stdout);
}

static void put_others(bool *first, const struct line *l, uint64_t key)
{
    for (size_t i = 0; l && i < l->count; i++) {
        if (i != key)
            put_field(first, l->fields[i], false);
    }
}

/* Either may be null: a line without a partner. */
static void put_joined(const struct line *a, const struct line *b)
{
    const struct line *lines[] = {a, b};
    struct span key = a ? key_of(a, in[0].key) : key_of(b, in[1].key);
    bool first = true;
    for (size_t i = 0; i < opt.count; i++) {
        const struct column *c = &opt.columns[i];
        const struct line *l = c->file ? lines[c->file - 1] : NULL;
        if (c->file == 0)
            put_field(&first, key, false);
        else
            put_field(&first, key_of(l, c->field), !l);
    }
    if (opt.count == 0) {
        put_field(&first, key, false);
        put_others(&first, a, in[0].key);
        put_others(&first, b, in[1].key);
    }
    putchar('\n');
}

static void put_alone(int i)
{
    if (in[i].also)
        put_joined(i ? NULL : &in[i].line, i ? &in[i].line : NULL);
    advance(&in[i]);
}

static void copy_line(struct line *to, const struct line *from)
{
    *to = (struct line){0};
    bytes_add(&to->text, from->text.data, from->text.len);
    cut_fields(to);
}

/* All lines of file 2 with this key are kept, and each of file 1 is joined with each of them. */
static void put_pairs(void)
{
    struct line *group = NULL, key = {0};
    size_t count = 0, cap = 0;
    copy_line(&key, &in[0].line);
    struct span k = key_of(&key, in[0].key);
    for (; in[1].more && compare(k, key_of(&in[1].line, in[1].key)) == 0; advance(&in[1])) {
        group = xgrow(group, &cap, count + 1, sizeof *group);
        copy_line(&group[count++], &in[1].line);
    }
    for (; in[0].more && compare(k, key_of(&in[0].line, in[0].key)) == 0; advance(&in[0])) {
        for (size_t i = 0; opt.pairs && i < count; i++)
            put_joined(&in[0].line, &group[i]);
    }
    for (size_t i = 0; i < count; i++) {
        free(group[i].text.data);
        free(group[i].fields);
    }
    free(group);
    free(key.text.data);
    free(key.fields);
}

static void join(void)
{
    advance(&in[0]);
    advance(&in[1]);
    while (in[0].more && in[1].more) {
        int r = compare(key_of(&in[0].line, in[0].key), key_of(&in[1].line, in[1].key));
        unpaired |= r != 0;
        if (r == 0)
            put_pairs();
        else
            put_alone(r > 0);
    }
    /* as GNU has it: against an empty file no order is expected */
    bool lines[2] = {in[0].more || in[0].last, in[1].more || in[1].last};
    for (int i = 0; i < 2; i++) {
        unpaired |= in[i].more && lines[!i];
        while (in[i].more)
            put_alone(i);
    }
}

static uint64_t need_field(const char *text)
{
    uint64_t n;
    if (!number_parse(text, &n) || n == 0)
        die(1, "invalid field number: '%s'", text);
    return n - 1;
}

static void parse_columns(const char *list)
{
    char *copy = xstrdup(list), *rest = copy;
    for (char *word; (word = strsep(&rest, ", \t"));) {
        struct column c = {0};
        if (strcmp(word, "0") != 0) {
            if ((word[0] != '1' && word[0] != '2') || word[1] != '.')
                die(1, "invalid field specifier: '%s'", word);
            c = (struct column){word[0] - '0', need_field(word + 2)};
        }
        opt.columns = xgrow(opt.columns, &opt.cap, opt.count + 1, sizeof *opt.columns);
        opt.columns[opt.count++] = c;
    }
    free(copy);
}

static void take_option(int c, const char *arg)
{
    if (c == 'i') {
        opt.fold = true;
    } else if (c == 'N') {
        opt.no_check = true;
    } else if (c == 'e') {
        opt.missing = arg;
    } else if (c == 'o') {
        parse_columns(arg);
    } else if (c == 't') {
        if (arg[0] && arg[1] && strcmp(arg, "\\0") != 0)
            die(1, "multi-character tab '%s'", arg);
        opt.separator = !arg[0] ? '\n' : arg[1] ? 0 : (unsigned char)arg[0];
    } else if (c == 'a' || c == 'v') {
        if (strcmp(arg, "1") != 0 && strcmp(arg, "2") != 0)
            die(1, "invalid file number: '%s'", arg);
        in[arg[0] - '1'].also = true;
        opt.pairs &= c == 'a';
    } else {
        if (c != '2')
            in[0].key = need_field(arg);
        if (c != '1')
            in[1].key = need_field(arg);
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"ignore-case", OPT_NONE, 'i'}, {"nocheck-order", OPT_NONE, 'N'}, {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "1:2:j:t:a:v:o:e:i", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c, o.arg);
    if (opt_count(&o) < 2)
        die_usage(1, opt_count(&o) ? "missing operand after '%s'" : "missing operand",
                  opt_operands(&o)[0]);
    if (opt_count(&o) > 2)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[2]);
    for (int i = 0; i < 2; i++) {
        in[i].name = opt_operands(&o)[i];
        in[i].file = fopen_operand(in[i].name);
        if (!in[i].file)
            return 1;
    }
    join();
    if (wrong)
        warn_text("input is not in sorted order");
    return finish(wrong ? 1 : 0);
}
