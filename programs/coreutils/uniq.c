/* uniq: neighbouring equal lines once. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char usage[] =
    "Usage: uniq [OPTION]... [INPUT [OUTPUT]]\nWrite neighbouring equal lines once.\n"
    "  -c  how often in front    -d  only repeated lines    -D  all repeated lines\n"
    "  -f N  ignore the first N fields    -i  ignore case    -s N  ignore N characters\n"
    "  -u  only lines that are not repeated    -w N  compare at most N characters\n"
    "  -z  NUL ends lines\n";

static struct {
    bool counts, repeated, all_repeated, single, fold;
    uint64_t fields, chars, width;
    int delim;
} opt = {.width = UINT64_MAX, .delim = '\n'};

/* The part of a line that is compared. */
static const char *part(const struct bytes *line, size_t *len)
{
    const char *p = line->data;
    const char *end = line->data + line->len;
    for (uint64_t i = 0; i < opt.fields && p < end; i++) {
        while (p < end && isspace((unsigned char)*p))
            p++;
        while (p < end && !isspace((unsigned char)*p))
            p++;
    }
    p += opt.chars < (uint64_t)(end - p) ? (size_t)opt.chars : (size_t)(end - p);
    *len = (size_t)(end - p);
    if (*len > opt.width)
        *len = (size_t)opt.width;
    return p;
}

static bool same(const struct bytes *a, const struct bytes *b)
{
    size_t n;
    size_t m;
    const char *x = part(a, &n);
    const char *y = part(b, &m);
    if (n != m)
        return false;
    return opt.fold ? strncasecmp(x, y, n) == 0 : memcmp(x, y, n) == 0;
}

static void put(const struct bytes *line, unsigned long long count, FILE *out)
{
    if (opt.counts)
        fprintf(out, "%7llu ", count);
    fwrite(line->data, 1, line->len, out);
    putc(opt.delim, out);
}

/* A group has ended: its first line stands for it. */
static void put_group(const struct bytes *line, unsigned long long count, FILE *out)
{
    if (opt.all_repeated || (count > 1 ? opt.single : opt.repeated))
        return;
    if (opt.single && count > 1)
        return;
    put(line, count, out);
}

static void run(FILE *in, FILE *out)
{
    struct bytes now = {0};
    struct bytes first = {0};
    unsigned long long count = 0;
    while (read_record(in, &now, opt.delim)) {
        if (now.data[now.len - 1] == (char)opt.delim)
            now.len--;
        if (count > 0 && same(&first, &now)) {
            count++;
            if (opt.all_repeated && count == 2)
                put(&first, 1, out);
            if (opt.all_repeated)
                put(&now, count, out);
            continue;
        }
        if (count > 0)
            put_group(&first, count, out);
        struct bytes swap = first;
        first = now;
        now = swap;
        count = 1;
    }
    if (count > 0)
        put_group(&first, count, out);
}

static void number(const char *text, uint64_t *out, const char *what)
{
    if (!number_parse(text, out))
        die(1, "%s: invalid number of %s", text, what);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"count", OPT_NONE, 'c'},
                                            {"repeated", OPT_NONE, 'd'},
                                            {"all-repeated", OPT_OPTIONAL, 'D'},
                                            {"skip-fields", OPT_REQUIRED, 'f'},
                                            {"ignore-case", OPT_NONE, 'i'},
                                            {"skip-chars", OPT_REQUIRED, 's'},
                                            {"unique", OPT_NONE, 'u'},
                                            {"check-chars", OPT_REQUIRED, 'w'},
                                            {"zero-terminated", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "cdDf:is:uw:z", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        opt.counts |= c == 'c';
        opt.repeated |= c == 'd';
        opt.all_repeated |= c == 'D';
        opt.single |= c == 'u';
        opt.fold |= c == 'i';
        if (c == 'f')
            number(o.arg, &opt.fields, "fields to skip");
        if (c == 's')
            number(o.arg, &opt.chars, "bytes to skip");
        if (c == 'w')
            number(o.arg, &opt.width, "bytes to compare");
        if (c == 'z')
            opt.delim = '\0';
    }
    char **names = opt_operands(&o);
    if (opt_count(&o) > 2)
        die_usage(1, "extra operand '%s'", names[2]);
    FILE *in = opt_count(&o) > 0 ? fopen_operand(names[0]) : stdin;
    if (!in)
        return 1;
    FILE *out = opt_count(&o) > 1 && strcmp(names[1], "-") != 0 ? fopen(names[1], "w") : stdout;
    if (!out)
        die_errno(1, "%s", names[1]);
    run(in, out);
    if (ferror(in))
        die_errno(1, "error reading");
    if (out != stdout && fclose(out) != 0)
        die_errno(1, "write error");
    return finish(0);
}
