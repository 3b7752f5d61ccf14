/* cut: parts of each line. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/ranges.h"

#include <string.h>

static const char usage[] =
    "Usage: cut -b LIST | -c LIST | -f LIST [OPTION]... [FILE]...\nWrite parts of each line.\n"
    "  -b LIST  bytes    -c LIST  characters    -f LIST  fields    -d CHAR  between fields\n"
    "  -s  no lines without a separator    --complement  the other parts\n"
    "  --output-delimiter=TEXT    -z  NUL ends lines\n";

static struct {
    char mode;
    struct ranges list;
    char separator;
    bool only_separated, complement;
    const char *between;
    int delim;
} opt = {.separator = '\t', .delim = '\n'};

static bool wanted(uint64_t n)
{
    return ranges_have(&opt.list, n) != opt.complement;
}

static void cut_bytes(const char *p, size_t len)
{
    bool open = false;
    bool any = false;
    for (size_t i = 0; i < len; i++) {
        bool on = wanted(i + 1);
        if (on && !open && any && opt.between)
            fputs(opt.between, stdout);
        open = on;
        any |= on;
        if (on)
            putchar_unlocked(p[i]);
    }
}

static void cut_fields(const char *p, size_t len)
{
    char one[2] = {opt.separator, '\0'};
    const char *between = opt.between ? opt.between : one;
    const char *end = p + len;
    bool first = true;
    for (uint64_t n = 1;; n++) {
        const char *stop = memchr(p, opt.separator, (size_t)(end - p));
        size_t size = stop ? (size_t)(stop - p) : (size_t)(end - p);
        if (wanted(n)) {
            if (!first)
                fputs(between, stdout);
            first = false;
            fwrite(p, 1, size, stdout);
        }
        if (!stop)
            return;
        p = stop + 1;
    }
}

static void cut(FILE *f)
{
    struct bytes line = {0};
    while (read_record(f, &line, opt.delim)) {
        size_t len = line.len - (line.data[line.len - 1] == (char)opt.delim);
        if (opt.mode != 'f') {
            cut_bytes(line.data, len);
        } else if (!memchr(line.data, opt.separator, len)) {
            if (opt.only_separated)
                continue;
            fwrite(line.data, 1, len, stdout);
        } else {
            cut_fields(line.data, len);
        }
        putchar_unlocked(opt.delim);
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"bytes", OPT_REQUIRED, 'b'},
                                            {"characters", OPT_REQUIRED, 'c'},
                                            {"fields", OPT_REQUIRED, 'f'},
                                            {"delimiter", OPT_REQUIRED, 'd'},
                                            {"only-delimited", OPT_NONE, 's'},
                                            {"complement", OPT_NONE, 256},
                                            {"output-delimiter", OPT_REQUIRED, 257},
                                            {"zero-terminated", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "b:c:f:d:nsz", .longs = longs, .usage = usage};
    bool separator_given = false;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'b' || c == 'c' || c == 'f') {
            if (opt.mode)
                die_usage(1, "only one list may be specified");
            opt.mode = (char)c;
            if (!ranges_parse(o.arg, &opt.list))
                die_usage(1, "invalid list of positions: '%s'", o.arg);
        } else if (c == 'd') {
            if (o.arg[0] && o.arg[1])
                die_usage(1, "the delimiter must be a single character");
            opt.separator = o.arg[0];
            separator_given = true;
        } else if (c == 's') {
            opt.only_separated = true;
        } else if (c == 'z') {
            opt.delim = '\0';
        } else if (c == 256) {
            opt.complement = true;
        } else if (c == 257) {
            opt.between = o.arg;
        }
    }
    if (!opt.mode)
        die_usage(1, "you must specify a list of bytes, characters, or fields");
    if (separator_given && opt.mode != 'f')
        die_usage(1, "an input delimiter may be specified only when operating on fields");
    return finish(read_operands(opt_operands(&o), opt_count(&o), cut));
}
