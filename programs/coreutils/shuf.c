/* shuf: lines in random order. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: shuf [OPTION]... [FILE]\n       shuf -e [OPTION]... [TEXT]...\n"
    "       shuf -i LOW-HIGH [OPTION]...\nWrite the lines, TEXTs or numbers in random order.\n"
    "  -n N  at most N    -o FILE  to FILE    -r  may repeat    -z  lines end with NUL\n";

static struct {
    bool echo, repeat, range;
    uint64_t low, high, count;
    const char *output;
    int end;
} opt = {.count = UINT64_MAX, .end = '\n'};

/* Evenly from 0 to n - 1: what would make some numbers likelier is thrown away. */
static uint64_t below(uint64_t n)
{
    uint64_t x, limit = UINT64_MAX - UINT64_MAX % n;
    do {
        if (getentropy(&x, sizeof x) < 0)
            die_errno(1, "no random numbers");
    } while (x >= limit);
    return x % n;
}

struct texts {
    char **items;
    size_t *lens;
    size_t count, cap, lens_cap;
};

static void add(struct texts *t, const char *text, size_t len)
{
    t->items = xgrow(t->items, &t->cap, t->count + 1, sizeof *t->items);
    t->lens = xgrow(t->lens, &t->lens_cap, t->count + 1, sizeof *t->lens);
    char *copy = xmalloc(len + 1);
    memcpy(copy, text, len);
    t->items[t->count] = copy;
    t->lens[t->count++] = len;
}

static void read_texts(struct texts *t, const char *name)
{
    struct bytes line = {0};
    FILE *f = fopen_operand(name);
    if (!f)
        exit(1);
    while (read_record(f, &line, opt.end)) {
        add(t, line.data, line.len - (line.data[line.len - 1] == (char)opt.end));
        line.len = 0;
    }
    fclose_operand(f);
    free(line.data);
}

static void parse_range(const char *text)
{
    char *copy = xstrdup(text), *dash = strchr(copy, '-');
    if (dash)
        *dash = '\0';
    if (!dash || !number_parse(copy, &opt.low) || !number_parse(dash + 1, &opt.high) ||
        opt.low > opt.high + 1 || opt.high - opt.low >= 100000000)
        die(1, "invalid input range: '%s'", text);
    opt.range = true;
    free(copy);
}

static void fill(struct texts *t, struct opts *o)
{
    char number[24];
    for (uint64_t n = opt.low; opt.range && n <= opt.high; n++)
        add(t, number, (size_t)snprintf(number, sizeof number, "%llu", (unsigned long long)n));
    for (int i = 0; opt.echo && i < opt_count(o); i++)
        add(t, opt_operands(o)[i], strlen(opt_operands(o)[i]));
    if (!opt.range && !opt.echo)
        read_texts(t, opt_count(o) ? opt_operands(o)[0] : "-");
}

static void put(const struct texts *t, size_t i)
{
    fwrite(t->items[i], 1, t->lens[i], stdout);
    putchar(opt.end);
}

static void put_shuffled(struct texts *t)
{
    for (size_t i = 0; i < t->count && i < opt.count; i++) {
        size_t k = i + (size_t)below(t->count - i);
        char *item = t->items[i];
        size_t len = t->lens[i];
        t->items[i] = t->items[k];
        t->lens[i] = t->lens[k];
        t->items[k] = item;
        t->lens[k] = len;
        put(t, i);
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"echo", OPT_NONE, 'e'},
                                            {"input-range", OPT_REQUIRED, 'i'},
                                            {"head-count", OPT_REQUIRED, 'n'},
                                            {"output", OPT_REQUIRED, 'o'},
                                            {"repeat", OPT_NONE, 'r'},
                                            {"zero-terminated", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "ei:n:o:rz", .longs = longs, .usage = usage};
    struct texts t = {0};
    uint64_t n;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'i')
            parse_range(o.arg);
        else if (c == 'n' && !number_parse(o.arg, &n))
            die(1, "invalid line count: '%s'", o.arg);
        else if (c == 'n')
            opt.count = n < opt.count ? n : opt.count;
        else if (c == 'o')
            opt.output = o.arg;
        else if (c == 'z')
            opt.end = '\0';
        else
            *(c == 'e' ? &opt.echo : &opt.repeat) = true;
    }
    if (opt.echo && opt.range)
        die_usage(1, "cannot combine -e and -i options");
    if (!opt.echo && opt_count(&o) > (opt.range ? 0 : 1))
        die_usage(1, "extra operand '%s'", opt_operands(&o)[opt.range ? 0 : 1]);
    fill(&t, &o);
    /* only now: the output may be the input */
    if (opt.output && !freopen(opt.output, "w", stdout))
        die_errno(1, "%s", opt.output);
    if (opt.repeat && opt.count > 0 && t.count == 0)
        die(1, "no lines to repeat");
    if (!opt.repeat)
        put_shuffled(&t);
    for (uint64_t i = 0; opt.repeat && i < opt.count && !ferror(stdout); i++)
        put(&t, (size_t)below(t.count));
    return finish(0);
}
