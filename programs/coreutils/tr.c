/* tr: replaces, squeezes or deletes characters (bytes). */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: tr [OPTION]... SET1 [SET2]\nReplace the characters of SET1 by those of SET2.\n"
    "  -c, -C  all but those of SET1    -d  delete    -s  repeated ones of the last SET once\n"
    "  -t  cut SET1 to the length of SET2\n";

/* A set in order; `repeat` marks where a [c*] without count fills up to the other's length. */
struct set {
    unsigned char *items;
    size_t count;
    size_t cap;
    bool fills;
    size_t fill_at;
    unsigned char fill;
    bool lower, upper; /* the class was given: a pair of them changes case */
};

static void add(struct set *s, int c)
{
    s->items = xgrow(s->items, &s->cap, s->count + 1, 1);
    s->items[s->count++] = (unsigned char)c;
}

static int octal(const char **p)
{
    int value = 0;
    for (int i = 0; i < 3 && **p >= '0' && **p <= '7' && value * 8 + (**p - '0') < 256; i++)
        value = value * 8 + (*(*p)++ - '0');
    return value;
}

static int one_char(const char **p)
{
    static const char letters[] = "abfnrtv\\";
    static const char values[] = "\a\b\f\n\r\t\v\\";
    if (**p != '\\' || !(*p)[1])
        return (unsigned char)*(*p)++;
    (*p)++;
    if (**p >= '0' && **p <= '7')
        return octal(p);
    const char *found = strchr(letters, **p);
    int c = found ? values[found - letters] : (unsigned char)**p;
    (*p)++;
    return c;
}

static bool add_class(struct set *s, const char *name, size_t len)
{
    static const struct {
        const char *name;
        int (*test)(int);
    } classes[] = {{"alnum", isalnum}, {"alpha", isalpha}, {"blank", isblank},
                   {"cntrl", iscntrl}, {"digit", isdigit}, {"graph", isgraph},
                   {"lower", islower}, {"print", isprint}, {"punct", ispunct},
                   {"space", isspace}, {"upper", isupper}, {"xdigit", isxdigit}};
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        if (strlen(classes[i].name) != len || memcmp(classes[i].name, name, len) != 0)
            continue;
        s->lower |= classes[i].test == islower;
        s->upper |= classes[i].test == isupper;
        for (int c = 0; c < 256; c++) {
            if (classes[i].test(c))
                add(s, c);
        }
        return true;
    }
    return false;
}

/* [:class:], [=c=] and [c*n]; false when the text is none of them. */
static bool bracket(struct set *s, const char **p, bool second)
{
    const char *q = *p + 1;
    if (*q == ':' || *q == '=') {
        char close[3] = {*q, ']', '\0'};
        const char *end = strstr(q + 1, close);
        if (!end || end == q + 1)
            return false;
        if (*q == '=')
            add(s, (unsigned char)q[1]);
        else if (!add_class(s, q + 1, (size_t)(end - q - 1)))
            die(1, "invalid character class '%.*s'", (int)(end - q - 1), q + 1);
        *p = end + 2;
        return true;
    }
    int c = one_char(&q);
    if (!second || *q != '*')
        return false;
    char *end;
    unsigned long n = strtoul(q + 1, &end, q[1] == '0' ? 8 : 10);
    if (*end != ']')
        return false;
    if (n == 0) {
        s->fills = true;
        s->fill = (unsigned char)c;
        s->fill_at = s->count;
    }
    for (unsigned long i = 0; i < n; i++)
        add(s, c);
    *p = end + 1;
    return true;
}

static struct set parse(const char *p, bool second)
{
    struct set s = {0};
    while (*p) {
        if (*p == '[' && bracket(&s, &p, second))
            continue;
        int first = one_char(&p);
        if (*p != '-' || !p[1]) {
            add(&s, first);
            continue;
        }
        p++;
        int last = one_char(&p);
        if (last < first)
            die(1, "range-endpoints of '%c-%c' are in reverse collating sequence order", first,
                last);
        for (int c = first; c <= last; c++)
            add(&s, c);
    }
    return s;
}

static void complement(struct set *s)
{
    bool has[256] = {false};
    for (size_t i = 0; i < s->count; i++)
        has[s->items[i]] = true;
    s->count = 0;
    for (int c = 0; c < 256; c++) {
        if (!has[c])
            add(s, c);
    }
}

/* Makes the second set as long as the first. */
static void extend(struct set *two, const struct set *one)
{
    while (two->fills && two->count < one->count) {
        add(two, two->fill);
        memmove(two->items + two->fill_at + 1, two->items + two->fill_at,
                two->count - 1 - two->fill_at);
        two->items[two->fill_at] = two->fill;
    }
    if (two->count == 0)
        die(1, "when not truncating set1, string2 must be non-empty");
    while (two->count < one->count)
        add(two, two->items[two->count - 1]);
}

struct plan {
    unsigned char map[256];
    bool drop[256];
    bool squeeze[256];
};

static void run(const struct plan *plan)
{
    static unsigned char block[IO_BLOCK];
    int last = -1;
    for (;;) {
        ssize_t n = read_some(STDIN_FILENO, block, sizeof block);
        if (n < 0)
            die_errno(1, "read error");
        if (n == 0)
            return;
        size_t out = 0;
        for (ssize_t i = 0; i < n; i++) {
            unsigned char c = block[i];
            if (plan->drop[c])
                continue;
            c = plan->map[c];
            if (plan->squeeze[c] && c == last)
                continue;
            last = c;
            block[out++] = c;
        }
        if (write_all(STDOUT_FILENO, block, out) < 0)
            die_errno(1, "write error");
    }
}

static void check_operands(const struct opts *o, bool deletes, bool squeezes)
{
    int count = o->argc - o->index;
    int need = deletes ? (squeezes ? 2 : 1) : squeezes ? 1 : 2;
    int most = deletes && !squeezes ? 1 : 2;
    if (count == 0)
        die_usage(1, "missing operand");
    if (count < need)
        die_usage(1, "missing operand after '%s'", o->argv[o->index]);
    if (count > most)
        die_usage(1, "extra operand '%s'", o->argv[o->index + most]);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"complement", OPT_NONE, 'c'},
                                            {"delete", OPT_NONE, 'd'},
                                            {"squeeze-repeats", OPT_NONE, 's'},
                                            {"truncate-set1", OPT_NONE, 't'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "+cCdst", .longs = longs, .usage = usage};
    bool others = false;
    bool deletes = false;
    bool squeezes = false;
    bool cuts = false;
    static struct plan plan;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        others |= c == 'c' || c == 'C';
        deletes |= c == 'd';
        squeezes |= c == 's';
        cuts |= c == 't';
    }
    check_operands(&o, deletes, squeezes);
    char **words = opt_operands(&o);
    bool pair = opt_count(&o) == 2;
    struct set one = parse(words[0], false);
    struct set two = {0};
    if (others)
        complement(&one);
    if (pair)
        two = parse(words[1], true);
    for (int c = 0; c < 256; c++)
        plan.map[c] = (unsigned char)c;
    for (size_t i = 0; deletes && i < one.count; i++)
        plan.drop[one.items[i]] = true;
    if (pair && !deletes) {
        bool case_pair = (one.lower && two.upper) || (one.upper && two.lower);
        if (cuts && one.count > two.count)
            one.count = two.count;
        else if (!case_pair || one.count != two.count)
            extend(&two, &one);
        for (size_t i = 0; i < one.count; i++)
            plan.map[one.items[i]] = two.items[i];
    }
    const struct set *last = pair ? &two : &one;
    for (size_t i = 0; squeezes && i < last->count; i++)
        plan.squeeze[last->items[i]] = true;
    run(&plan);
    free(one.items);
    free(two.items);
    return 0;
}
