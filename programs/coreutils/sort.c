/*
 * sort: lines in order. All input is read into one block; an array of lines points into it and is
 * merge-sorted, so that equal lines keep their order; or, where only the bytes of the lines count,
 * sorted by sort_text.
 */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/sort_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: sort [OPTION]... [FILE]...\nWrite the lines of all FILEs in order.\n"
    "  -b  ignore leading blanks    -c  only check    -C  check in silence\n"
    "  -d  letters, digits and blanks only    -f  ignore case    -g, -n  by number\n"
    "  -h  by number with a unit (2K, 1G)     -i  printing characters only\n"
    "  -k FIELD[.CHAR][bdfginr][,FIELD[.CHAR][...]]  by part of the line\n"
    "  -m  merge (sorts)    -M  by month    -o FILE  write to FILE    -r  reverse\n"
    "  -R  in random order  -s  keep the order of equal lines    -t CHAR  field separator\n"
    "  -u  equal lines once    -V  by version    -z  NUL ends lines\n";

static struct key global;
static struct key *keys;
static size_t key_count;
static size_t key_cap;
static char delim = '\n';
static bool unique;
static bool stable;

/* --- comparing --- */

/* The first key's part is known already. */
static int compare(const struct line *x, const struct line *y)
{
    int c = key_compare(&keys[0], x->key, x->key_len, y->key, y->key_len);
    for (size_t i = 1; c == 0 && i < key_count; i++) {
        size_t x_len;
        size_t y_len;
        const char *a = key_find(&keys[i], x->text, x->len, &x_len);
        const char *b = key_find(&keys[i], y->text, y->len, &y_len);
        c = key_compare(&keys[i], a, x_len, b, y_len);
    }
    if (c || unique || stable)
        return c;
    c = text_compare(x->text, x->len, y->text, y->len);
    return global.reverse ? -c : c;
}

static void merge_sort(struct line *v, struct line *tmp, size_t n)
{
    if (n < 12) {
        for (size_t i = 1; i < n; i++) {
            struct line x = v[i];
            size_t k = i;
            for (; k > 0 && compare(&v[k - 1], &x) > 0; k--)
                v[k] = v[k - 1];
            v[k] = x;
        }
        return;
    }
    size_t half = n / 2;
    merge_sort(v, tmp, half);
    merge_sort(v + half, tmp, n - half);
    if (compare(&v[half - 1], &v[half]) <= 0)
        return;
    memcpy(tmp, v, half * sizeof *v);
    size_t a = 0;
    size_t b = half;
    for (size_t out = 0; a < half; out++) {
        if (b < n && compare(&v[b], &tmp[a]) < 0)
            v[out] = v[b++];
        else
            v[out] = tmp[a++];
    }
}

/* --- options --- */

static bool order_letter(struct key *k, char c, bool end)
{
    switch (c) {
    case 'b':
        *(end ? &k->skip_end : &k->skip_start) = true;
        return true;
    case 'd':
        k->dictionary = true;
        break;
    case 'f':
        k->fold = true;
        break;
    case 'g':
        k->how = BY_FLOAT;
        break;
    case 'h':
        k->how = BY_HUMAN;
        break;
    case 'i':
        k->printing = true;
        break;
    case 'M':
        k->how = BY_MONTH;
        break;
    case 'n':
        k->how = BY_NUMBER;
        break;
    case 'r':
        k->reverse = true;
        break;
    case 'V':
        k->how = BY_VERSION;
        break;
    default:
        return false;
    }
    return true;
}

static size_t take_number(const char **p, const char *whole)
{
    char *end;
    unsigned long n = strtoul(*p, &end, 10);
    if (end == *p)
        die(2, "invalid number at field start: invalid count at start of '%s'", whole);
    *p = end;
    return n;
}

static void add_key(const char *text)
{
    struct key k = {0};
    const char *p = text;
    k.start_field = take_number(&p, text);
    if (k.start_field-- == 0)
        die(2, "-: invalid field specification '%s'", text);
    if (*p == '.') {
        p++;
        k.start_char = take_number(&p, text);
        if (k.start_char-- == 0)
            die(2, "character offset is zero: invalid field specification '%s'", text);
    }
    for (; *p && *p != ','; p++) {
        if (!order_letter(&k, *p, false))
            die(2, "stray character in field spec: invalid field specification '%s'", text);
        k.has_order = true;
    }
    if (*p == ',') {
        p++;
        k.has_end = true;
        k.end_field = take_number(&p, text);
        if (k.end_field-- == 0)
            die(2, "field number is zero: invalid field specification '%s'", text);
        if (*p == '.') {
            p++;
            k.end_char = take_number(&p, text);
        }
        for (; *p; p++) {
            if (!order_letter(&k, *p, true))
                die(2, "stray character in field spec: invalid field specification '%s'", text);
            k.has_order = true;
        }
    }
    keys = xgrow(keys, &key_cap, key_count + 1, sizeof *keys);
    keys[key_count++] = k;
}

/* Keys without letters of their own take the global ones; without keys the line is the key. */
static void finish_keys(void)
{
    for (size_t i = 0; i < key_count; i++) {
        struct key *k = &keys[i];
        if (k->has_order)
            continue;
        k->how = global.how;
        k->skip_start = k->skip_end = global.skip_start;
        k->dictionary = global.dictionary;
        k->fold = global.fold;
        k->printing = global.printing;
        k->reverse = global.reverse;
    }
    if (key_count == 0) {
        keys = xgrow(keys, &key_cap, 1, sizeof *keys);
        keys[key_count++] = global;
    }
}

/* --- input and output --- */

static struct line *split(const struct bytes *all, size_t *count)
{
    struct line *lines = NULL;
    size_t cap = 0;
    const char *p = all->data;
    const char *end = all->data + all->len;
    while (p < end) {
        const char *stop = memchr(p, delim, (size_t)(end - p));
        size_t len = stop ? (size_t)(stop - p) : (size_t)(end - p);
        lines = xgrow(lines, &cap, *count + 1, sizeof *lines);
        struct line line = {.text = p, .len = len};
        line.key = key_find(&keys[0], p, len, &line.key_len);
        lines[(*count)++] = line;
        p += len + 1;
    }
    return lines;
}

static int check(const struct line *lines, size_t count, const char *name, bool silent)
{
    for (size_t i = 1; i < count; i++) {
        int c = compare(&lines[i - 1], &lines[i]);
        if (c < 0 || (c == 0 && !unique))
            continue;
        if (!silent)
            warn_text("%s:%zu: disorder: %.*s", name, i + 1, (int)lines[i].len, lines[i].text);
        return 1;
    }
    return 0;
}

static void write_lines(const struct line *lines, size_t count, const char *name)
{
    int fd = name ? open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666) : STDOUT_FILENO;
    struct writer out = {.fd = fd};
    if (fd < 0)
        die_errno(2, "open failed: %s", name);
    for (size_t i = 0; i < count; i++) {
        if (unique && i > 0 && compare(&lines[i - 1], &lines[i]) == 0)
            continue;
        writer_add(&out, lines[i].text, lines[i].len);
        writer_put(&out, delim);
    }
    if (!writer_end(&out) || (name && close(fd) < 0))
        die_errno(2, "write failed: %s", name ? name : "standard output");
}

/* By the bytes of the lines alone there is a faster way. */
static void sort_lines(struct line *lines, size_t n)
{
    if (key_count == 1 && key_is_plain(&keys[0]) && sort_text(lines, n) == 0) {
        if (!keys[0].reverse)
            return;
        for (size_t i = 0; i < n / 2; i++) {
            struct line swap = lines[i];
            lines[i] = lines[n - 1 - i];
            lines[n - 1 - i] = swap;
        }
        return;
    }
    merge_sort(lines, xmalloc((n / 2 + 1) * sizeof *lines), n);
}

static void shuffle(struct line *lines, size_t count)
{
    srandom((unsigned)getpid());
    for (size_t i = count; i > 1; i--) {
        size_t k = (size_t)random() % i;
        struct line x = lines[i - 1];
        lines[i - 1] = lines[k];
        lines[k] = x;
    }
}

static void set_separator(const char *text)
{
    if (strcmp(text, "\\0") == 0)
        key_separator = 0;
    else if (text[0] == '\0' || text[1] != '\0')
        die(2, text[0] ? "multi-character tab '%s'" : "empty tab%s", text);
    else
        key_separator = (unsigned char)text[0];
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"ignore-leading-blanks", OPT_NONE, 'b'},
                                            {"check", OPT_OPTIONAL, 'c'},
                                            {"dictionary-order", OPT_NONE, 'd'},
                                            {"ignore-case", OPT_NONE, 'f'},
                                            {"general-numeric-sort", OPT_NONE, 'g'},
                                            {"human-numeric-sort", OPT_NONE, 'h'},
                                            {"ignore-nonprinting", OPT_NONE, 'i'},
                                            {"key", OPT_REQUIRED, 'k'},
                                            {"merge", OPT_NONE, 'm'},
                                            {"month-sort", OPT_NONE, 'M'},
                                            {"numeric-sort", OPT_NONE, 'n'},
                                            {"output", OPT_REQUIRED, 'o'},
                                            {"random-sort", OPT_NONE, 'R'},
                                            {"reverse", OPT_NONE, 'r'},
                                            {"stable", OPT_NONE, 's'},
                                            {"field-separator", OPT_REQUIRED, 't'},
                                            {"unique", OPT_NONE, 'u'},
                                            {"version-sort", OPT_NONE, 'V'},
                                            {"zero-terminated", OPT_NONE, 'z'},
                                            {"buffer-size", OPT_REQUIRED, 'S'},
                                            {"temporary-directory", OPT_REQUIRED, 'T'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "bcCdfghik:mMno:rRsS:t:T:uVz",
                     .longs = longs,
                     .usage = usage,
                     .fail = 2};
    bool checks = false;
    bool silent = false;
    bool random_order = false;
    const char *output = NULL;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'c' || c == 'C') {
            checks = true;
            silent = c == 'C' || (o.arg && *o.arg != 'd');
        } else if (c == 'k') {
            add_key(o.arg);
        } else if (c == 'o') {
            output = o.arg;
        } else if (c == 't') {
            set_separator(o.arg);
        } else if (c == 'z') {
            delim = '\0';
        } else if (c == 'u') {
            unique = true;
        } else if (c == 's') {
            stable = true;
        } else if (c == 'R') {
            random_order = true;
        } else {
            order_letter(&global, (char)c, false);
        }
    }
    finish_keys();
    struct bytes all = {0};
    int count = opt_count(&o);
    for (int i = 0; i < (count ? count : 1); i++) {
        const char *name = count ? opt_operands(&o)[i] : "-";
        int fd = strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
        if (fd < 0)
            die_errno(2, "cannot read: %s", name);
        if (!read_everything(fd, &all))
            die_errno(2, "read failed: %s", name);
        close_operand(fd);
        if (all.len > 0 && all.data[all.len - 1] != delim)
            bytes_put(&all, delim);
    }
    size_t n = 0;
    struct line *lines = split(&all, &n);
    if (checks)
        return check(lines, n, count ? opt_operands(&o)[0] : "-", silent);
    if (random_order)
        shuffle(lines, n);
    else if (n > 1)
        sort_lines(lines, n);
    write_lines(lines, n, output);
    return finish(0);
}
