/*
 * csplit: cuts a file where patterns say so. The input is read into memory; a piece is a run of its
 * lines. Whatever goes wrong, ^C included, the pieces written so far are removed again, unless -k
 * keeps them.
 */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <fcntl.h>
#include <regex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: csplit [OPTION]... FILE PATTERN...\n"
    "Cut FILE where PATTERNs say, into xx00, xx01 and so on; print their sizes.\n"
    "  N  before line N    /REGEX/[OFFSET]  before a matching line    %REGEX%[OFFSET]  skip to it\n"
    "  {N}, {*}  the pattern before it N more times, or as often as possible\n"
    "  -b FORMAT  of printf for the number    -f TEXT  instead of xx    -k  keep files on errors\n"
    "  -n N  digits    -s  print no sizes     -z  no empty files    --suppress-matched\n";

struct pattern {
    const char *text; /* as given, for messages */
    bool regex, skip;
    bool forever;
    regex_t compiled;
    int64_t offset;
    uint64_t line;   /* without regex: the first line that is not in the piece, from 1 */
    uint64_t repeat; /* that many more times */
};

static struct {
    const char *prefix, *format;
    uint64_t digits;
    bool keep, silent, elide, suppress;
} opt = {.prefix = "xx", .digits = 2};

static struct bytes input;
static size_t *starts; /* where each line begins; one more for the end */
static size_t line_count, starts_cap;
static size_t at;     /* the first line that is in no piece yet, from 0 */
static size_t looked; /* lines looked at by patterns: the next search begins here */

static unsigned pieces;
static char *name; /* of the piece being made */

/* --- pieces --- */

static void name_piece(unsigned number)
{
    char digits[64];
    if (opt.format)
        snprintf(digits, sizeof digits, opt.format, number);
    else
        snprintf(digits, sizeof digits, "%0*u", (int)opt.digits, number);
    size_t size = strlen(opt.prefix) + strlen(digits) + 1;
    free(name);
    name = xmalloc(size);
    snprintf(name, size, "%s%s", opt.prefix, digits);
}

static void remove_pieces(void)
{
    if (opt.keep)
        return;
    while (pieces > 0) {
        name_piece(--pieces);
        unlink(name);
    }
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};

static void block_signals(bool block)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        sigaddset(&set, deadly[i]);
    sigprocmask(block ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

/* They are blocked all the time; here, where nothing is half done, they are heeded. */
static void heed_signals(void)
{
    sigset_t pending;
    bool any = false;
    if (sigpending(&pending) < 0)
        return;
    for (size_t i = 0; i < sizeof deadly / sizeof *deadly; i++)
        any |= sigismember(&pending, deadly[i]) == 1;
    if (any) {
        remove_pieces();
        block_signals(false);
    }
}

static void fail(void)
{
    remove_pieces();
    exit(finish(1));
}

/* Lines [at, to) become a piece; what a pattern suppresses is left out by its caller. */
static void put_piece(size_t to)
{
    size_t len = starts[to] - starts[at];
    const char *data = input.data + starts[at];
    at = to;
    if (len == 0 && opt.elide)
        return;
    name_piece(pieces);
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    pieces += fd >= 0;
    if (fd < 0 || write_all(fd, data, len) < 0 || close(fd) < 0) {
        warn_errno("%s", name);
        fail();
    }
    if (!opt.silent)
        printf("%zu\n", len);
    heed_signals();
}

/* --- patterns --- */

static const char *on_repetition(uint64_t repetition)
{
    static char text[48];
    text[0] = '\0';
    if (repetition > 0)
        snprintf(text, sizeof text, " on repetition %llu", (unsigned long long)repetition);
    return text;
}

/* The first line from `looked` on that matches; line_count when none does. */
static size_t find(const struct pattern *p)
{
    size_t line = looked;
    for (; line < line_count; line++) {
        regmatch_t range = {.rm_so = (regoff_t)starts[line], .rm_eo = (regoff_t)starts[line + 1]};
        if (range.rm_eo > range.rm_so && input.data[range.rm_eo - 1] == '\n')
            range.rm_eo--;
        /* each line as a text of its own, so that ^ and $ are its ends */
        range.rm_eo -= range.rm_so;
        range.rm_so = 0;
        if (regexec(&p->compiled, input.data + starts[line], 1, &range, REG_STARTEND) == 0)
            break;
    }
    return line;
}

/* False when there is no more match and that is no error. */
static bool cut_at_match(const struct pattern *p, uint64_t repetition)
{
    size_t line = find(p);
    if (line == line_count) {
        if (!p->skip)
            put_piece(line_count);
        at = line_count;
        if (p->forever)
            return false;
        warn_text("'%s': match not found%s", p->text, on_repetition(repetition));
        fail();
    }
    int64_t to = (int64_t)line + p->offset;
    if (to < (int64_t)at || to > (int64_t)line_count) {
        if (!p->skip)
            put_piece(to < (int64_t)at ? at : line_count);
        warn_text("'%s': line number out of range%s", p->text, on_repetition(repetition));
        fail();
    }
    if (p->skip)
        at = (size_t)to;
    else
        put_piece((size_t)to);
    looked = (p->offset > 0 ? (size_t)to : line) + 1;
    at += opt.suppress && at < line_count;
    return true;
}

static void cut_at_line(const struct pattern *p, uint64_t repetition)
{
    uint64_t to;
    bool there = !__builtin_mul_overflow(p->line, repetition + 1, &to) && to - 1 <= line_count &&
                 (at < line_count || opt.suppress);
    if (!there || to - 1 >= line_count + opt.suppress) {
        put_piece(line_count);
        warn_text("'%s': line number out of range%s", p->text, on_repetition(repetition));
        fail();
    }
    put_piece(to - 1 > at ? to - 1 : at);
    at += opt.suppress && at < line_count;
    looked = at > looked ? at : looked;
}

static void apply(const struct pattern *p)
{
    for (uint64_t n = 0; p->forever || n <= p->repeat; n++) {
        if (!p->regex)
            cut_at_line(p, n);
        else if (!cut_at_match(p, n))
            exit(finish(0)); /* the rest is written */
    }
}

/* --- reading the command line --- */

static void take_regex(struct pattern *p, const char *text)
{
    const char *end = strrchr(text + 1, *text);
    if (!end)
        die(1, "%s: closing delimiter '%c' missing", text, *text);
    char *copy = xstrdup(text + 1);
    copy[end - text - 1] = '\0';
    p->regex = true;
    p->skip = *text == '%';
    if (regcomp(&p->compiled, copy, 0) != 0)
        die(1, "%s: invalid regular expression", text);
    free(copy);
    const char *offset = end[1] == '+' ? end + 2 : end + 1;
    if (end[1] && !signed_parse(offset, &p->offset))
        die(1, "'%s': integer expected after delimiter", text);
}

static void take_repeat(struct pattern *p, const char *text)
{
    size_t len = strlen(text);
    char *copy = xstrdup(text + 1);
    if (text[len - 1] != '}')
        die(1, "'%s': '}' is required in repeat count", text);
    copy[len - 2] = '\0';
    p->forever = strcmp(copy, "*") == 0;
    if (!p->forever && !number_parse(copy, &p->repeat))
        die(1, "'{%s'}: integer required between '{' and '}'", copy);
    free(copy);
}

static struct pattern *take_patterns(char **words, int count)
{
    struct pattern *patterns = xcalloc((size_t)count + 1, sizeof *patterns);
    uint64_t last = 0;
    size_t n = 0;
    for (int i = 0; i < count; i++) {
        struct pattern *p = &patterns[n++];
        p->text = words[i];
        if (*words[i] == '/' || *words[i] == '%') {
            take_regex(p, words[i]);
        } else {
            if (!number_parse(words[i], &p->line))
                die(1, "'%s': invalid pattern", words[i]);
            if (p->line == 0)
                die(1, "%s: line number must be greater than zero", words[i]);
            if (p->line < last)
                die(1, "line number '%s' is smaller than preceding line number, %llu", words[i],
                    (unsigned long long)last);
            if (p->line == last)
                warn_text("warning: line number '%s' is the same as preceding line number",
                          words[i]);
            last = p->line;
        }
        if (i + 1 < count && *words[i + 1] == '{')
            take_repeat(p, words[++i]);
    }
    return patterns;
}

/* One conversion of an unsigned int, so that printf may be given it. */
static void check_format(const char *format)
{
    const char *p = strchr(format, '%');
    while (p && p[1] == '%')
        p = strchr(p + 2, '%');
    if (!p)
        die(1, "missing %% conversion specification in suffix");
    p++;
    p += strspn(p, "'-+ #0");
    size_t width = strspn(p, "0123456789");
    p += width;
    if (*p == '.')
        p += 1 + strspn(p + 1, "0123456789");
    if (!*p || !strchr("diuoxX", *p) || width > 2)
        die(1, "invalid conversion specifier in suffix: %s", format);
    for (p = strchr(p, '%'); p; p = strchr(p + 2, '%')) {
        if (p[1] != '%')
            die(1, "too many %% conversion specifications in suffix");
    }
}

static void read_input(const char *file)
{
    int fd = open_quietly(file);
    if (fd < 0)
        die_errno(1, "cannot open '%s' for reading", file);
    if (!read_everything(fd, &input))
        die_errno(1, "read error");
    close_operand(fd);
    bytes_put(&input, '\0'); /* behind the text, for regexec */
    input.len--;
    for (size_t p = 0; p < input.len; line_count++) {
        const char *end = memchr(input.data + p, '\n', input.len - p);
        starts = xgrow(starts, &starts_cap, line_count + 2, sizeof *starts);
        starts[line_count] = p;
        p = end ? (size_t)(end - input.data) + 1 : input.len;
    }
    starts = xgrow(starts, &starts_cap, line_count + 1, sizeof *starts);
    starts[line_count] = input.len;
}

static void take_options(struct opts *o)
{
    enum { SUPPRESS = 256 };
    static const struct opt_long longs[] = {{"suffix-format", OPT_REQUIRED, 'b'},
                                            {"prefix", OPT_REQUIRED, 'f'},
                                            {"keep-files", OPT_NONE, 'k'},
                                            {"digits", OPT_REQUIRED, 'n'},
                                            {"quiet", OPT_NONE, 's'},
                                            {"silent", OPT_NONE, 's'},
                                            {"suppress-matched", OPT_NONE, SUPPRESS},
                                            {"elide-empty-files", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    o->longs = longs;
    for (int c; (c = opt_next(o)) >= 0;) {
        if (c == 'b')
            opt.format = o->arg;
        else if (c == 'f')
            opt.prefix = o->arg;
        else if (c == 'n') {
            if (!number_parse(o->arg, &opt.digits) || opt.digits > 32)
                die(1, "invalid number: '%s'", o->arg);
        } else {
            *(c == 'k'   ? &opt.keep
              : c == 's' ? &opt.silent
              : c == 'z' ? &opt.elide
                         : &opt.suppress) = true;
        }
    }
    if (opt.format)
        check_format(opt.format);
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "b:f:kn:sz", .usage = usage};
    prog_start(argv);
    take_options(&o);
    if (opt_count(&o) < 2)
        die_usage(1, opt_count(&o) ? "missing operand after '%s'" : "missing operand%s",
                  opt_count(&o) ? opt_operands(&o)[0] : "");
    struct pattern *patterns = take_patterns(opt_operands(&o) + 1, opt_count(&o) - 1);
    read_input(opt_operands(&o)[0]);
    block_signals(true);
    for (struct pattern *p = patterns; p->text; p++)
        apply(p);
    put_piece(line_count);
    return finish(0);
}
