/* uniq: neighbouring equal lines once. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

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
static const char *part(const char *line, size_t line_len, size_t *len)
{
    const char *p = line;
    const char *end = line + line_len;
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

static bool same(const struct bytes *a, const char *b, size_t b_len)
{
    size_t n;
    size_t m;
    const char *x = part(a->data, a->len, &n);
    const char *y = part(b, b_len, &m);
    if (n != m)
        return false;
    return opt.fold ? strncasecmp(x, y, n) == 0 : memcmp(x, y, n) == 0;
}

static void put(struct writer *out, const char *line, size_t len, unsigned long long count)
{
    if (opt.counts) {
        char text[32];
        int n = snprintf(text, sizeof text, "%7llu ", count);
        writer_add(out, text, (size_t)n);
    }
    writer_add(out, line, len);
    writer_put(out, (char)opt.delim);
}

/* A group has ended: its first line stands for it. */
static void put_group(struct writer *out, const struct bytes *line, unsigned long long count)
{
    if (count == 0 || opt.all_repeated || (count > 1 ? opt.single : opt.repeated))
        return;
    put(out, line->data, line->len, count);
}

static void run(struct reader *in, struct writer *out)
{
    struct bytes first = {0};
    unsigned long long count = 0;
    const char *line;
    size_t len;
    while ((line = reader_next(in, (char)opt.delim, &len))) {
        if (count > 0 && same(&first, line, len)) {
            count++;
            if (opt.all_repeated && count == 2)
                put(out, first.data, first.len, 1);
            if (opt.all_repeated)
                put(out, line, len, count);
            continue;
        }
        put_group(out, &first, count);
        first.len = 0;
        bytes_reserve(&first, 1);
        bytes_add(&first, line, len);
        count = 1;
    }
    put_group(out, &first, count);
    free(first.data);
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
    struct reader in = {.fd = opt_count(&o) > 0 ? open_operand(names[0]) : STDIN_FILENO};
    if (in.fd < 0)
        return 1;
    bool to_file = opt_count(&o) > 1 && strcmp(names[1], "-") != 0;
    struct writer out = {.fd = STDOUT_FILENO};
    if (to_file && (out.fd = open(names[1], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) < 0)
        die_errno(1, "%s", names[1]);
    run(&in, &out);
    free(in.data);
    if (!writer_end(&out) || (to_file && close(out.fd) < 0))
        die_errno(1, "write error");
    errno = in.error;
    if (in.error)
        die_errno(1, "error reading");
    return 0;
}
