/* grep: lines that match a pattern. Fixed strings are searched directly, expressions by regexec. */
#include "common/error.h"
#include "common/io.h"
#include "common/names.h"
#include "common/options.h"
#include "common/path.h"
#include "common/size.h"

#include <ctype.h>
#include <regex.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: grep [OPTION]... PATTERN [FILE]...\nWrite the lines of FILEs that match PATTERN.\n"
    "  -A N, -B N, -C N  lines after, before, around    -c  only count    -e PATTERN  one of them\n"
    "  -E  extended expressions    -f FILE  patterns from FILE    -F  fixed texts\n"
    "  -h, -H  without, with file names    -i  ignore case    -l, -L  names of files with, "
    "without\n"
    "  -m N  stop after N    -n  line numbers    -o  only what matches    -q  only the status\n"
    "  -r, -R  trees    -s  no messages    -v  lines that do not match    -w  whole words\n"
    "  -x  whole lines\n";

struct pattern {
    const char *text;
    size_t len;
    regex_t regex;
};

static struct {
    bool extended, fixed, ignore_case, invert, word, line, count, list, list_without, quiet;
    bool numbers, only, no_messages, recursive, names, no_names;
    uint64_t max, before, after;
    struct pattern *patterns;
    size_t pattern_count, pattern_cap;
} opt = {.max = UINT64_MAX};

static bool any_selected;
static bool any_error;

/* --- matching --- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

struct match {
    size_t start, end;
};

static const char *find_text(const struct pattern *p, const char *text, size_t len, size_t from)
{
    if (p->len == 0)
        return from <= len ? text + from : NULL;
    for (size_t i = from; i + p->len <= len; i++) {
        bool same = opt.ignore_case ? strncasecmp(text + i, p->text, p->len) == 0
                                    : memcmp(text + i, p->text, p->len) == 0;
        if (same)
            return text + i;
    }
    return NULL;
}

/* The first match of one pattern from `from` on, before -w and -x are asked. */
static bool find_one(const struct pattern *p, const char *text, size_t len, size_t from,
                     struct match *m)
{
    if (opt.fixed) {
        const char *hit = find_text(p, text, len, from);
        if (!hit)
            return false;
        *m = (struct match){(size_t)(hit - text), (size_t)(hit - text) + p->len};
        return true;
    }
    regmatch_t r[1];
    if (regexec(&p->regex, text + from, 1, r, from ? REG_NOTBOL : 0) != 0)
        return false;
    *m = (struct match){from + (size_t)r[0].rm_so, from + (size_t)r[0].rm_eo};
    return true;
}

static bool accepted(const char *text, size_t len, const struct match *m)
{
    if (opt.line)
        return m->start == 0 && m->end == len;
    if (!opt.word)
        return true;
    return (m->start == 0 || !is_word(text[m->start - 1])) &&
           (m->end == len || !is_word(text[m->end]));
}

/* The leftmost, then longest match of any pattern. */
static bool find(const char *text, size_t len, size_t from, struct match *best)
{
    bool found = false;
    for (size_t i = 0; i < opt.pattern_count; i++) {
        struct match m;
        size_t at = from;
        while (at <= len && find_one(&opt.patterns[i], text, len, at, &m)) {
            if (accepted(text, len, &m)) {
                if (!found || m.start < best->start ||
                    (m.start == best->start && m.end > best->end))
                    *best = m;
                found = true;
                break;
            }
            at = m.start + 1;
        }
    }
    return found;
}

/* --- output --- */

static void prefix(const char *name, uint64_t number, char mark)
{
    if (opt.names)
        printf("%s%c", name, mark);
    if (opt.numbers)
        printf("%llu%c", (unsigned long long)number, mark);
}

static void put_line(const struct bytes *line, const char *name, uint64_t number, char mark)
{
    prefix(name, number, mark);
    fwrite(line->data, 1, line->len, stdout);
    putchar('\n');
}

static void put_matches(const struct bytes *line, const char *name, uint64_t number)
{
    struct match m;
    for (size_t at = 0; at <= line->len && find(line->data, line->len, at, &m);) {
        if (m.end > m.start) {
            prefix(name, number, ':');
            fwrite(line->data + m.start, 1, m.end - m.start, stdout);
            putchar('\n');
        }
        at = m.end > m.start ? m.end : m.end + 1;
    }
}

/* The last lines that were not shown, for -B: a ring. */
struct context {
    struct bytes *lines;
    uint64_t size, count;
    uint64_t shown; /* number of the last line written */
    uint64_t after; /* lines still to be written */
};

static void put_before(struct context *c, const char *name, uint64_t number)
{
    uint64_t have = c->count < c->size ? c->count : c->size;
    uint64_t first = number - have;
    bool context = opt.before > 0 || opt.after > 0;
    if (context && c->shown > 0 && first > c->shown + 1)
        puts("--");
    for (uint64_t i = 0; i < have; i++)
        put_line(&c->lines[(first + i) % c->size], name, first + i, '-');
    c->count = 0;
}

static void keep_line(struct context *c, const struct bytes *line, uint64_t number)
{
    if (c->size == 0)
        return;
    struct bytes *slot = &c->lines[number % c->size];
    slot->len = 0;
    bytes_add(slot, line->data, line->len);
    c->count++;
}

static bool search_lines(FILE *f, const char *name, uint64_t *selected)
{
    struct bytes line = {0};
    struct context c = {.size = opt.before};
    bool prints = !opt.count && !opt.list && !opt.list_without && !opt.quiet;
    c.lines = xmalloc((size_t)c.size * sizeof *c.lines + 1);
    memset(c.lines, 0, (size_t)c.size * sizeof *c.lines);
    for (uint64_t number = 1; read_record(f, &line, '\n'); number++) {
        struct match m;
        if (line.data[line.len - 1] == '\n')
            line.len--;
        bytes_put(&line, '\0');
        line.len--;
        if (*selected >= opt.max && c.after == 0)
            break;
        bool hit = *selected < opt.max && find(line.data, line.len, 0, &m) != opt.invert;
        if (hit) {
            ++*selected;
            if (opt.quiet || opt.list)
                break;
            if (!prints)
                continue;
            put_before(&c, name, number);
            if (opt.only && !opt.invert)
                put_matches(&line, name, number);
            else if (!opt.only)
                put_line(&line, name, number, ':');
            c.shown = number;
            c.after = opt.after;
        } else if (prints && c.after > 0) {
            put_line(&line, name, number, '-');
            c.shown = number;
            c.after--;
        } else if (prints) {
            keep_line(&c, &line, number);
        }
    }
    for (uint64_t i = 0; i < c.size; i++)
        free(c.lines[i].data);
    free(c.lines);
    free(line.data);
    return !ferror(f);
}

static void complain(const char *name)
{
    any_error = true;
    if (!opt.no_messages)
        warn_errno("%s", name);
}

static void search_file(const char *name)
{
    bool is_stdin = strcmp(name, "-") == 0;
    FILE *f = is_stdin ? stdin : fopen(name, "r");
    const char *shown = is_stdin ? "(standard input)" : name;
    uint64_t selected = 0;
    if (!f) {
        complain(name);
        return;
    }
    if (!search_lines(f, shown, &selected))
        complain(name);
    fclose_operand(f);
    if (opt.quiet) {
        any_selected |= selected > 0;
        return;
    }
    if (opt.list_without) {
        any_selected |= selected > 0; /* the status tells of lines, not of names */
        if (selected == 0)
            puts(shown);
        return;
    }
    any_selected |= selected > 0;
    if (opt.list && selected > 0)
        puts(shown);
    if (opt.count && !opt.list) {
        if (opt.names)
            printf("%s:", shown);
        printf("%llu\n", (unsigned long long)selected);
    }
}

static void search(const char *name, bool operand)
{
    struct stat st;
    if (strcmp(name, "-") == 0 || stat(name, &st) < 0 || !S_ISDIR(st.st_mode)) {
        search_file(name);
        return;
    }
    if (!opt.recursive) {
        if (operand && !opt.no_messages)
            warn_text("%s: Is a directory", name);
        return;
    }
    struct names names;
    if (!names_read(&names, name)) {
        complain(name);
        return;
    }
    for (size_t i = 0; i < names.count; i++) {
        char *child = path_join(name, names.items[i]);
        struct stat link;
        /* Links met on the way are not followed: they may lead back up. */
        if (lstat(child, &link) == 0 && !S_ISLNK(link.st_mode))
            search(child, false);
        free(child);
    }
    names_free(&names);
}

/* --- patterns --- */

/* Each line of the text is a pattern. */
static void add_patterns(const char *text, size_t len)
{
    for (;;) {
        const char *end = memchr(text, '\n', len);
        size_t n = end ? (size_t)(end - text) : len;
        struct pattern p = {.len = n};
        char *copy = xmalloc(n + 1);
        memcpy(copy, text, n);
        copy[n] = '\0';
        p.text = copy;
        opt.patterns =
            xgrow(opt.patterns, &opt.pattern_cap, opt.pattern_count + 1, sizeof *opt.patterns);
        opt.patterns[opt.pattern_count++] = p;
        if (!end)
            return;
        len -= n + 1;
        text = end + 1;
    }
}

static void add_pattern_file(const char *name)
{
    struct bytes all = {0};
    int fd = open_operand(name);
    if (fd < 0 || !read_everything(fd, &all))
        exit(2);
    close_operand(fd);
    if (all.len > 0 && all.data[all.len - 1] == '\n')
        all.len--;
    else if (all.len == 0)
        return;
    add_patterns(all.data, all.len);
    free(all.data);
}

static void compile_patterns(void)
{
    int flags = (opt.extended ? REG_EXTENDED : 0) | (opt.ignore_case ? REG_ICASE : 0);
    for (size_t i = 0; i < opt.pattern_count && !opt.fixed; i++) {
        struct pattern *p = &opt.patterns[i];
        int error = regcomp(&p->regex, p->text, flags);
        if (error) {
            char text[256];
            regerror(error, &p->regex, text, sizeof text);
            die(2, "%s", text);
        }
    }
}

static void count_option(const char *text, uint64_t *out)
{
    if (!number_parse(text, out))
        die(2, "%s: invalid context length argument", text);
}

static void take_option(int c, const char *arg)
{
    switch (c) {
    case 'A':
        count_option(arg, &opt.after);
        break;
    case 'B':
        count_option(arg, &opt.before);
        break;
    case 'C':
        count_option(arg, &opt.after);
        opt.before = opt.after;
        break;
    case 'c':
        opt.count = true;
        break;
    case 'E':
    case 'F':
    case 'G':
        opt.extended = c == 'E';
        opt.fixed = c == 'F';
        break;
    case 'e':
        add_patterns(arg, strlen(arg));
        break;
    case 'f':
        add_pattern_file(arg);
        break;
    case 'h':
    case 'H':
        opt.names = c == 'H';
        opt.no_names = c == 'h';
        break;
    case 'i':
    case 'y':
        opt.ignore_case = true;
        break;
    case 'l':
        opt.list = true;
        break;
    case 'L':
        opt.list_without = true;
        break;
    case 'm':
        if (!number_parse(arg, &opt.max))
            die(2, "invalid max count");
        break;
    case 'n':
        opt.numbers = true;
        break;
    case 'o':
        opt.only = true;
        break;
    case 'q':
        opt.quiet = true;
        break;
    case 'r':
    case 'R':
        opt.recursive = true;
        break;
    case 's':
        opt.no_messages = true;
        break;
    case 'v':
        opt.invert = true;
        break;
    case 'w':
        opt.word = true;
        break;
    case 'x':
        opt.line = true;
        break;
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"after-context", OPT_REQUIRED, 'A'},
                                            {"before-context", OPT_REQUIRED, 'B'},
                                            {"context", OPT_REQUIRED, 'C'},
                                            {"count", OPT_NONE, 'c'},
                                            {"extended-regexp", OPT_NONE, 'E'},
                                            {"fixed-strings", OPT_NONE, 'F'},
                                            {"basic-regexp", OPT_NONE, 'G'},
                                            {"regexp", OPT_REQUIRED, 'e'},
                                            {"file", OPT_REQUIRED, 'f'},
                                            {"no-filename", OPT_NONE, 'h'},
                                            {"with-filename", OPT_NONE, 'H'},
                                            {"ignore-case", OPT_NONE, 'i'},
                                            {"files-with-matches", OPT_NONE, 'l'},
                                            {"files-without-match", OPT_NONE, 'L'},
                                            {"max-count", OPT_REQUIRED, 'm'},
                                            {"line-number", OPT_NONE, 'n'},
                                            {"only-matching", OPT_NONE, 'o'},
                                            {"quiet", OPT_NONE, 'q'},
                                            {"silent", OPT_NONE, 'q'},
                                            {"recursive", OPT_NONE, 'r'},
                                            {"no-messages", OPT_NONE, 's'},
                                            {"invert-match", OPT_NONE, 'v'},
                                            {"word-regexp", OPT_NONE, 'w'},
                                            {"line-regexp", OPT_NONE, 'x'},
                                            {"color", OPT_OPTIONAL, 256},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "A:B:C:cEFGe:f:hHiyIlLm:noqrRsvwxa",
                     .longs = longs,
                     .usage = usage,
                     .fail = 2};
    bool pattern_given = false;
    prog_start(argv);
    opt.extended = strcmp(prog_name, "egrep") == 0;
    opt.fixed = strcmp(prog_name, "fgrep") == 0;
    for (int c; (c = opt_next(&o)) >= 0;) {
        pattern_given |= c == 'e' || c == 'f';
        take_option(c, o.arg);
    }
    char **names = opt_operands(&o);
    int count = opt_count(&o);
    if (!pattern_given) {
        if (count == 0)
            die_usage(2, "usage: grep [OPTION]... PATTERN [FILE]...");
        add_patterns(names[0], strlen(names[0]));
        names++;
        count--;
    }
    compile_patterns();
    if (!opt.no_names && (count > 1 || opt.recursive))
        opt.names = true;
    if (count == 0)
        search(opt.recursive ? "." : "-", true);
    for (int i = 0; i < count; i++)
        search(names[i], true);
    int status = any_error && !(opt.quiet && any_selected) ? 2 : any_selected ? 0 : 1;
    return finish(status);
}
