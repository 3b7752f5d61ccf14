/*
 * sort: lines in order. All input is read into one block; an array of lines points into it and is
 * merge-sorted, so that equal lines keep their order.
 */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"
#include "common/version.h"

#include <ctype.h>
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

struct line {
    const char *text;
    size_t len;
};

enum how { BY_TEXT, BY_NUMBER, BY_FLOAT, BY_HUMAN, BY_MONTH, BY_VERSION };

struct key {
    size_t start_field, start_char; /* from 0 */
    size_t end_field, end_char;     /* end_field 0: to the end of the line; chars from 1, 0 whole */
    bool has_end;
    enum how how;
    bool skip_start, skip_end, dictionary, fold, printing, reverse;
    bool has_order; /* own ordering letters: the global ones do not apply */
};

static struct key global;
static struct key *keys;
static size_t key_count;
static size_t key_cap;
static int separator = -1;
static char delim = '\n';
static bool unique;
static bool stable;

/* --- fields --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* End of the field that begins at p. */
static const char *skip_field(const char *p, const char *end)
{
    if (separator >= 0) {
        const char *s = memchr(p, separator, (size_t)(end - p));
        return s ? s : end;
    }
    while (p < end && is_blank(*p))
        p++;
    while (p < end && !is_blank(*p))
        p++;
    return p;
}

static const char *key_start(const struct key *k, const char *p, const char *end)
{
    for (size_t i = 0; i < k->start_field && p < end; i++) {
        p = skip_field(p, end);
        if (separator >= 0 && p < end)
            p++;
    }
    if (k->skip_start) {
        while (p < end && is_blank(*p))
            p++;
    }
    return k->start_char < (size_t)(end - p) ? p + k->start_char : end;
}

static const char *key_end(const struct key *k, const char *p, const char *end)
{
    if (!k->has_end)
        return end;
    /* Up to the end of field end_field, or end_char characters into it. */
    size_t fields = k->end_char == 0 ? k->end_field + 1 : k->end_field;
    for (size_t i = 0; i < fields && p < end; i++) {
        p = skip_field(p, end);
        if (separator >= 0 && p < end && (i + 1 < fields || k->end_char))
            p++;
    }
    if (k->end_char == 0)
        return p;
    if (k->skip_end) {
        while (p < end && is_blank(*p))
            p++;
    }
    return k->end_char < (size_t)(end - p) ? p + k->end_char : end;
}

/* --- comparing --- */

static int sign(long v)
{
    return v < 0 ? -1 : v > 0;
}

/* Decimal numbers as text, of any length. */
static int compare_numbers(const char *a, const char *a_end, const char *b, const char *b_end)
{
    while (a < a_end && is_blank(*a))
        a++;
    while (b < b_end && is_blank(*b))
        b++;
    bool a_minus = a < a_end && *a == '-';
    bool b_minus = b < b_end && *b == '-';
    a += a_minus;
    b += b_minus;
    while (a < a_end && *a == '0')
        a++;
    while (b < b_end && *b == '0')
        b++;
    const char *a_int = a;
    const char *b_int = b;
    while (a < a_end && isdigit((unsigned char)*a))
        a++;
    while (b < b_end && isdigit((unsigned char)*b))
        b++;
    size_t a_len = (size_t)(a - a_int);
    size_t b_len = (size_t)(b - b_int);
    int c = a_len != b_len ? (a_len < b_len ? -1 : 1) : memcmp(a_int, b_int, a_len);
    const char *a_frac = a < a_end && *a == '.' ? a + 1 : a_end;
    const char *b_frac = b < b_end && *b == '.' ? b + 1 : b_end;
    bool a_zero = a_len == 0;
    bool b_zero = b_len == 0;
    for (;;) {
        char x = a_frac < a_end && isdigit((unsigned char)*a_frac) ? *a_frac++ : '\0';
        char y = b_frac < b_end && isdigit((unsigned char)*b_frac) ? *b_frac++ : '\0';
        if (!x && !y)
            break;
        char xd = x ? x : '0';
        char yd = y ? y : '0';
        a_zero = a_zero && xd == '0';
        b_zero = b_zero && yd == '0';
        if (c == 0)
            c = xd - yd;
        if (!x)
            a_frac = a_end;
        if (!y)
            b_frac = b_end;
    }
    a_minus = a_minus && !a_zero;
    b_minus = b_minus && !b_zero;
    if (a_minus != b_minus)
        return a_minus ? -1 : 1;
    return a_minus ? -sign(c) : sign(c);
}

/* False when the text begins with no number. */
static bool to_float(const char *p, const char *end, double *out)
{
    char text[64];
    char *stop;
    size_t n = (size_t)(end - p) < sizeof text - 1 ? (size_t)(end - p) : sizeof text - 1;
    memcpy(text, p, n);
    text[n] = '\0';
    *out = strtod(text, &stop);
    return stop != text;
}

/* What is no number comes before all numbers. */
static int compare_floats(const char *a, const char *a_end, const char *b, const char *b_end)
{
    double x;
    double y;
    bool has_x = to_float(a, a_end, &x);
    bool has_y = to_float(b, b_end, &y);
    if (!has_x || !has_y)
        return has_x - has_y;
    return (x > y) - (x < y);
}

static int unit_of(const char *p, const char *end)
{
    static const char units[] = "KMGTPEZY";
    while (p < end && (is_blank(*p) || *p == '-'))
        p++;
    while (p < end && (isdigit((unsigned char)*p) || *p == '.'))
        p++;
    const char *u = p < end && *p ? strchr(units, *p == 'k' ? 'K' : *p) : NULL;
    return u ? (int)(u - units) + 1 : 0;
}

/* Of a decimal number only, as GNU's -h has it: no hexadecimal, no infinity. */
static int sign_of(const char *p, const char *end)
{
    bool minus;
    bool zero = true;
    while (p < end && is_blank(*p))
        p++;
    minus = p < end && *p == '-';
    for (p += minus; p < end && (isdigit((unsigned char)*p) || *p == '.'); p++)
        zero = zero && (*p == '0' || *p == '.');
    return zero ? 0 : minus ? -1 : 1;
}

static int compare_human(const char *a, const char *a_end, const char *b, const char *b_end)
{
    int sx = sign_of(a, a_end);
    int sy = sign_of(b, b_end);
    int ux = sx == 0 ? 0 : unit_of(a, a_end);
    int uy = sy == 0 ? 0 : unit_of(b, b_end);
    if (sx != sy)
        return sx < sy ? -1 : 1;
    if (ux != uy)
        return (ux < uy ? -1 : 1) * (sx < 0 ? -1 : 1);
    return compare_numbers(a, a_end, b, b_end);
}

static int month_of(const char *p, const char *end)
{
    static const char names[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    while (p < end && is_blank(*p))
        p++;
    if (end - p < 3)
        return 0;
    for (int m = 0; m < 12; m++) {
        if (toupper((unsigned char)p[0]) == names[m * 3] &&
            toupper((unsigned char)p[1]) == names[m * 3 + 1] &&
            toupper((unsigned char)p[2]) == names[m * 3 + 2])
            return m + 1;
    }
    return 0;
}

static bool ignored(const struct key *k, unsigned char c)
{
    if (k->dictionary && !isalnum(c) && !is_blank((char)c))
        return true;
    return k->printing && !isprint(c);
}

static int compare_text(const struct key *k, const char *a, const char *a_end, const char *b,
                        const char *b_end)
{
    if (!k->dictionary && !k->fold && !k->printing) {
        size_t n = (size_t)(a_end - a);
        size_t m = (size_t)(b_end - b);
        int c = memcmp(a, b, n < m ? n : m);
        return c ? c : (n > m) - (n < m);
    }
    for (;;) {
        while (a < a_end && ignored(k, (unsigned char)*a))
            a++;
        while (b < b_end && ignored(k, (unsigned char)*b))
            b++;
        if (a == a_end || b == b_end)
            return (a < a_end) - (b < b_end);
        int x = (unsigned char)*a++;
        int y = (unsigned char)*b++;
        if (k->fold) {
            x = toupper(x);
            y = toupper(y);
        }
        if (x != y)
            return x - y;
    }
}

static int compare_key(const struct key *k, const struct line *x, const struct line *y)
{
    const char *x_end = x->text + x->len;
    const char *y_end = y->text + y->len;
    const char *a = key_start(k, x->text, x_end);
    const char *b = key_start(k, y->text, y_end);
    const char *ae = key_end(k, x->text, x_end);
    const char *be = key_end(k, y->text, y_end);
    ae = ae < a ? a : ae;
    be = be < b ? b : be;
    int c = 0;
    switch (k->how) {
    case BY_TEXT:
        c = compare_text(k, a, ae, b, be);
        break;
    case BY_NUMBER:
        c = compare_numbers(a, ae, b, be);
        break;
    case BY_FLOAT:
        c = compare_floats(a, ae, b, be);
        break;
    case BY_HUMAN:
        c = compare_human(a, ae, b, be);
        break;
    case BY_MONTH:
        c = month_of(a, ae) - month_of(b, be);
        break;
    case BY_VERSION:
        c = version_compare(a, (size_t)(ae - a), b, (size_t)(be - b));
        break;
    }
    return k->reverse ? -sign(c) : sign(c);
}

static int compare(const struct line *x, const struct line *y)
{
    static const struct key whole = {0};
    for (size_t i = 0; i < key_count; i++) {
        int c = compare_key(&keys[i], x, y);
        if (c)
            return c;
    }
    if (unique || stable)
        return 0;
    int c = compare_text(&whole, x->text, x->text + x->len, y->text, y->text + y->len);
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
        lines[(*count)++] = (struct line){p, len};
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
    FILE *f = name ? fopen(name, "w") : stdout;
    if (!f)
        die_errno(2, "open failed: %s", name);
    for (size_t i = 0; i < count; i++) {
        if (unique && i > 0 && compare(&lines[i - 1], &lines[i]) == 0)
            continue;
        fwrite(lines[i].text, 1, lines[i].len, f);
        putc_unlocked(delim, f);
    }
    if (name && fclose(f) != 0)
        die_errno(2, "write failed: %s", name);
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
        separator = 0;
    else if (text[0] == '\0' || text[1] != '\0')
        die(2, text[0] ? "multi-character tab '%s'" : "empty tab%s", text);
    else
        separator = (unsigned char)text[0];
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
        merge_sort(lines, xmalloc(n / 2 * sizeof *lines + sizeof *lines), n);
    write_lines(lines, n, output);
    return finish(0);
}
