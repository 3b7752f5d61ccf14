/* cmp: the first place where two files differ. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>

static const char usage[] =
    "Usage: cmp [OPTION]... FILE1 [FILE2 [SKIP1 [SKIP2]]]\nSay where two files differ first.\n"
    "  -b  show the bytes    -i N  skip N bytes    -l  all differences    -n N  at most N bytes\n"
    "  -s  only the status\n";

static struct {
    bool bytes, list, silent;
    uint64_t limit;
} opt = {.limit = UINT64_MAX};

static void skip(FILE *f, uint64_t n)
{
    while (n-- > 0 && getc_unlocked(f) != EOF)
        ;
}

static void put_byte(int c)
{
    if (c >= 128) {
        fputs("M-", stdout);
        c -= 128;
    }
    if (c < 32 || c == 127) {
        putchar('^');
        c ^= 64;
    }
    putchar(c);
}

/* Digits that the greatest offset can have. */
static int offset_width(FILE *f, FILE *g)
{
    uint64_t most = opt.limit;
    FILE *both[2] = {f, g};
    for (int i = 0; i < 2; i++) {
        struct stat st;
        if (fstat(fileno(both[i]), &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size < most)
            most = (uint64_t)st.st_size;
    }
    int width = 1;
    for (; most >= 10; most /= 10)
        width++;
    return width;
}

static void report(const char *a, const char *b, unsigned long long at, unsigned long long line,
                   int x, int y)
{
    printf("%s %s differ: byte %llu, line %llu", a, b, at, line);
    if (opt.bytes) {
        printf(" is %3o ", x);
        put_byte(x);
        printf(" %3o ", y);
        put_byte(y);
    }
    putchar('\n');
}

static int compare(FILE *f, FILE *g, const char *a, const char *b)
{
    unsigned long long line = 1;
    int status = 0;
    int last = '\n';
    int width = offset_width(f, g);
    for (unsigned long long at = 1; at - 1 < opt.limit; at++) {
        int x = getc_unlocked(f);
        int y = getc_unlocked(g);
        if (x == EOF && y == EOF)
            return status;
        if (x == EOF || y == EOF) {
            const char *shorter = x == EOF ? a : b;
            fflush(stdout);
            if (!opt.silent && at == 1)
                fprintf(stderr, "cmp: EOF on %s which is empty\n", shorter);
            else if (!opt.silent && opt.list)
                fprintf(stderr, "cmp: EOF on %s after byte %llu\n", shorter, at - 1);
            else if (!opt.silent)
                fprintf(stderr, "cmp: EOF on %s after byte %llu, %sline %llu\n", shorter, at - 1,
                        last == '\n' ? "" : "in ", last == '\n' ? line - 1 : line);
            return 1;
        }
        if (x != y) {
            status = 1;
            if (opt.silent)
                return 1;
            if (!opt.list) {
                report(a, b, at, line, x, y);
                return 1;
            }
            printf("%*llu %3o %3o\n", width, at, x, y);
        }
        line += x == '\n';
        last = x;
    }
    return status;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"print-bytes", OPT_NONE, 'b'},
                                            {"ignore-initial", OPT_REQUIRED, 'i'},
                                            {"verbose", OPT_NONE, 'l'},
                                            {"bytes", OPT_REQUIRED, 'n'},
                                            {"quiet", OPT_NONE, 's'},
                                            {"silent", OPT_NONE, 's'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "bi:ln:s", .longs = longs, .usage = usage, .fail = 2};
    uint64_t skips[2] = {0, 0};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        opt.bytes |= c == 'b';
        opt.list |= c == 'l';
        opt.silent |= c == 's';
        if (c == 'n' && !size_parse(o.arg, &opt.limit))
            die_usage(2, "invalid --bytes value '%s'", o.arg);
        if (c == 'i' && !size_parse(o.arg, &skips[0]))
            die_usage(2, "invalid --ignore-initial value '%s'", o.arg);
        if (c == 'i')
            skips[1] = skips[0];
    }
    char **names = opt_operands(&o);
    int count = opt_count(&o);
    if (count == 0)
        die_usage(2, "missing operand after 'cmp'");
    for (int i = 2; i < count && i < 4; i++) {
        if (!size_parse(names[i], &skips[i - 2]))
            die_usage(2, "invalid --ignore-initial value '%s'", names[i]);
    }
    const char *second = count > 1 ? names[1] : "-";
    FILE *f = fopen_operand(names[0]);
    FILE *g = f ? fopen_operand(second) : NULL;
    if (!f || !g)
        return 2;
    skip(f, skips[0]);
    skip(g, skips[1]);
    int status = compare(f, g, names[0], second);
    return finish(status);
}
