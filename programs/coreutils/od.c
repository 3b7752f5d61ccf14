/* od: shows bytes as numbers or characters. */
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
    "Usage: od [OPTION]... [FILE]...\nShow the bytes of FILEs, by default as octal pairs.\n"
    "  -A d|o|x|n  base of the addresses    -j N  skip N bytes    -N N  at most N bytes\n"
    "  -t a|c|d|o|u|x[SIZE]  form    -v  repeated lines, too    -w[N]  N bytes a line\n"
    "  -b -t o1    -c -t c    -d -t u2    -o -t o2    -s -t d2    -x -t x2    -i -t d4    -l -t "
    "d8\n";

struct form {
    char kind; /* a c d o u x */
    size_t size;
};

static struct form *forms;
static size_t form_count, form_cap;
static char address = 'o';
static bool all_lines;
static size_t width = 16;
static uint64_t skip_bytes;
static uint64_t limit = UINT64_MAX;

static void add_form(char kind, size_t size)
{
    forms = xgrow(forms, &form_cap, form_count + 1, sizeof *forms);
    forms[form_count++] = (struct form){kind, size};
}

static void parse_forms(const char *text)
{
    if (!*text)
        die(1, "invalid type string ''");
    while (*text) {
        char kind = *text++;
        size_t size = kind == 'a' || kind == 'c' ? 1 : 4;
        if (!strchr("acdoux", kind))
            die(1, "invalid character '%c' in type string", kind);
        if (isdigit((unsigned char)*text)) {
            char *end;
            size = strtoul(text, &end, 10);
            text = end;
        } else if (*text && strchr("CSIL", *text) && kind != 'a' && kind != 'c') {
            size = *text == 'C' ? 1 : *text == 'S' ? 2 : *text == 'I' ? 4 : 8;
            text++;
        }
        if (size != 1 && size != 2 && size != 4 && size != 8)
            die(1, "invalid type string; this system doesn't provide a %zu-byte integral type",
                size);
        add_form(kind, size);
    }
}

/* Columns one item of a form takes, without the blank before it. */
static size_t item_width(const struct form *f)
{
    static const size_t octal[] = {0, 3, 6, 0, 11, 0, 0, 0, 22};
    static const size_t decimal[] = {0, 3, 5, 0, 10, 0, 0, 0, 20};
    static const size_t signed_decimal[] = {0, 4, 6, 0, 11, 0, 0, 0, 20};
    switch (f->kind) {
    case 'o':
        return octal[f->size];
    case 'u':
        return decimal[f->size];
    case 'd':
        return signed_decimal[f->size];
    case 'x':
        return f->size * 2;
    default:
        return 3;
    }
}

static void put_named(unsigned char c, size_t pad)
{
    static const char *const names[] = {
        "nul", "soh", "stx", "etx", "eot", "enq", "ack", "bel", "bs",  "ht",  "nl",
        "vt",  "ff",  "cr",  "so",  "si",  "dle", "dc1", "dc2", "dc3", "dc4", "nak",
        "syn", "etb", "can", "em",  "sub", "esc", "fs",  "gs",  "rs",  "us",  "sp"};
    c &= 127;
    char one[2] = {(char)c, '\0'};
    printf("%*s", (int)pad, c == 127 ? "del" : c <= 32 ? names[c] : one);
}

static void put_char(unsigned char c, size_t pad)
{
    static const char codes[] = "\0\a\b\f\n\r\t\v";
    static const char letters[] = "0abfnrtv";
    const char *found = memchr(codes, c, sizeof codes - 1);
    char text[8];
    if (found)
        snprintf(text, sizeof text, "\\%c", letters[found - codes]);
    else if (c >= 32 && c < 127)
        snprintf(text, sizeof text, "%c", c);
    else
        snprintf(text, sizeof text, "%03o", c);
    printf("%*s", (int)pad, text);
}

static void put_number(const struct form *f, const unsigned char *p, size_t pad)
{
    unsigned long long value = 0;
    for (size_t i = 0; i < f->size; i++)
        value |= (unsigned long long)p[i] << 8 * i;
    int columns = (int)item_width(f);
    int before = (int)pad - columns;
    printf("%*s", before, "");
    if (f->kind == 'o')
        printf("%0*llo", columns, value);
    else if (f->kind == 'x')
        printf("%0*llx", columns, value);
    else if (f->kind == 'u')
        printf("%*llu", columns, value);
    else {
        unsigned shift = (unsigned)(64 - f->size * 8);
        printf("%*lld", columns, (long long)(value << shift) >> shift);
    }
}

/* Columns per byte that every form keeps to, so that several stay aligned. */
static size_t column_unit(size_t *group)
{
    size_t most = 0;
    *group = 1;
    for (size_t i = 0; i < form_count; i++) {
        if (forms[i].size > *group)
            *group = forms[i].size;
    }
    for (size_t i = 0; i < form_count; i++) {
        size_t need = (item_width(&forms[i]) + 1) * (*group / forms[i].size);
        if (need > most)
            most = need;
    }
    return most;
}

static void put_form(const struct form *f, const unsigned char *line, size_t len)
{
    size_t group;
    size_t columns = column_unit(&group);
    size_t size = f->size > 1 ? f->size : 1;
    size_t per = group / size;
    if (per == 0)
        per = 1;
    size_t spare = columns - per * (item_width(f) + 1);
    for (size_t i = 0; i < len; i += size) {
        unsigned char item[8] = {0};
        memcpy(item, line + i, len - i < size ? len - i : size);
        /* What a group has too much is shared out over its items. That per is not 0 was seen to
         * above, which the analyzer forgets. NOLINTNEXTLINE(clang-analyzer-core.DivideZero) */
        size_t k = i / size % per;
        size_t extra = spare * (k + 1) / per - spare * k / per;
        size_t pad = item_width(f) + 1 + extra;
        if (f->kind == 'c')
            put_char(item[0], pad);
        else if (f->kind == 'a')
            put_named(item[0], pad);
        else
            put_number(f, item, pad);
    }
    putchar('\n');
}

static void put_address(uint64_t at)
{
    if (address == 'd')
        printf("%07llu", (unsigned long long)at);
    else if (address == 'o')
        printf("%07llo", (unsigned long long)at);
    else if (address == 'x')
        printf("%06llx", (unsigned long long)at);
}

static void put_line(uint64_t at, const unsigned char *line, size_t len)
{
    for (size_t i = 0; i < form_count; i++) {
        if (i == 0)
            put_address(at);
        else if (address != 'n')
            printf("%*s", address == 'x' ? 6 : 7, "");
        put_form(&forms[i], line, len);
    }
}

/* The operands as one stream of bytes. */
struct source {
    char **names;
    int count;
    FILE *f;
    bool failed;
};

static int next_byte(struct source *s)
{
    for (;;) {
        if (!s->f) {
            if (s->count == 0)
                return EOF;
            s->f = fopen_operand(*s->names++);
            s->count--;
            if (!s->f)
                s->failed = true;
            continue;
        }
        int c = getc_unlocked(s->f);
        if (c != EOF)
            return c;
        fclose_operand(s->f);
        s->f = NULL;
    }
}

static void dump(struct source *s)
{
    unsigned char *line = xmalloc(width);
    unsigned char *last = xmalloc(width);
    uint64_t at = 0;
    bool starred = false;
    for (; at < skip_bytes; at++) {
        if (next_byte(s) == EOF)
            die(1, "cannot skip past end of combined input");
    }
    uint64_t start = at;
    for (;;) {
        size_t n = 0;
        int c;
        while (n < width && at + n - start < limit && (c = next_byte(s)) != EOF)
            line[n++] = (unsigned char)c;
        if (n == 0)
            break;
        bool same = n == width && at > start && memcmp(line, last, width) == 0 && !all_lines;
        if (!same)
            put_line(at, line, n);
        else if (!starred)
            puts("*");
        starred = same;
        at += n;
        memcpy(last, line, n);
        if (n < width)
            break;
    }
    if (address != 'n') {
        put_address(at);
        putchar('\n');
    }
    free(line);
    free(last);
}

static void take_option(int c, const char *arg)
{
    static const struct {
        char letter;
        struct form form;
    } old[] = {{'b', {'o', 1}}, {'c', {'c', 1}}, {'d', {'u', 2}}, {'o', {'o', 2}}, {'s', {'d', 2}},
               {'x', {'x', 2}}, {'i', {'d', 4}}, {'l', {'d', 8}}, {'a', {'a', 1}}};
    uint64_t value = 32;
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        if (c == old[i].letter)
            add_form(old[i].form.kind, old[i].form.size);
    }
    switch (c) {
    case 'A':
        if (!*arg || !strchr("doxn", *arg))
            die(1, "invalid output address radix '%s'", arg);
        address = *arg;
        break;
    case 'j':
        if (!size_parse(arg, &skip_bytes))
            die(1, "invalid -j argument '%s'", arg);
        break;
    case 'N':
        if (!size_parse(arg, &limit))
            die(1, "invalid -N argument '%s'", arg);
        break;
    case 't':
        parse_forms(arg);
        break;
    case 'v':
        all_lines = true;
        break;
    case 'w':
        if (arg && (!size_parse(arg, &value) || value == 0 || value > 4096))
            die(1, "invalid -w argument '%s'", arg);
        width = (size_t)value;
        break;
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"address-radix", OPT_REQUIRED, 'A'},
                                            {"skip-bytes", OPT_REQUIRED, 'j'},
                                            {"read-bytes", OPT_REQUIRED, 'N'},
                                            {"format", OPT_REQUIRED, 't'},
                                            {"output-duplicates", OPT_NONE, 'v'},
                                            {"width", OPT_OPTIONAL, 'w'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "A:j:N:t:vw::abcdosxil",
                     .longs = longs,
                     .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c, o.arg);
    if (form_count == 0)
        add_form('o', 2);
    static char *input[] = {"-"};
    struct source s = {.names = input, .count = 1};
    if (opt_count(&o) > 0) {
        s.names = opt_operands(&o);
        s.count = opt_count(&o);
    }
    dump(&s);
    return finish(s.failed ? 1 : 0);
}
