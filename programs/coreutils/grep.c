/* grep: lines that match a pattern. Files are read in blocks, and these searched by match.h. */
#include "common/error.h"
#include "common/globs.h"
#include "common/io.h"
#include "common/match.h"
#include "common/names.h"
#include "common/options.h"
#include "common/path.h"
#include "common/size.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: grep [OPTION]... PATTERN [FILE]...\nWrite the lines of FILEs that match PATTERN.\n"
    "  -A N, -B N, -C N  lines after, before, around    -c  only count    -e PATTERN  one of them\n"
    "  -E  extended expressions    -f FILE  patterns from FILE    -F  fixed texts\n"
    "  -h, -H  without, with file names    -i  ignore case    -l, -L  names of files with, "
    "without\n"
    "  -m N  stop after N    -n  line numbers    -o  only what matches    -q  only the status\n"
    "  -a  binary files as text    -r, -R  trees    -s  no messages    -v  lines that do not match "
    "   -w  whole words\n"
    "  -x  whole lines    --line-buffered\n"
    "  --include=GLOB, --exclude=GLOB  only, not these files    --exclude-dir=GLOB  not these "
    "trees\n";

static struct {
    bool invert, count, list, list_without, quiet, text;
    bool numbers, only, no_messages, recursive, names, no_names;
    uint64_t max, before, after;
    struct globs include, exclude, exclude_dir;
    struct matcher matcher;
} opt = {.max = UINT64_MAX};

enum { COLOR = 256, INCLUDE, EXCLUDE, EXCLUDE_DIR, LINE_BUFFERED };

static bool any_selected;
static bool any_shown; /* lines of any file: where context is wanted, groups are kept apart */
static bool any_error;

/* --- output --- */

static void prefix(const char *name, uint64_t number, char mark)
{
    if (opt.names)
        printf("%s%c", name, mark);
    if (opt.numbers)
        printf("%llu%c", (unsigned long long)number, mark);
}

static void put_line(const char *line, size_t len, const char *name, uint64_t number, char mark)
{
    prefix(name, number, mark);
    fwrite(line, 1, len, stdout);
    putchar('\n');
}

static void put_matches(const char *line, size_t len, const char *name, uint64_t number)
{
    struct match m;
    for (size_t at = 0; at <= len && match_find(&opt.matcher, line, len, at, &m);) {
        if (m.end > m.start) {
            prefix(name, number, ':');
            fwrite(line + m.start, 1, m.end - m.start, stdout);
            putchar('\n');
        }
        at = m.end > m.start ? m.end : m.end + 1;
    }
}

/* --- one file --- */

/* A file under search. */
struct search {
    const char *name;
    uint64_t number; /* of the line that comes next, kept where it is wanted */
    uint64_t selected;
    bool prints, numbered;
    bool binary; /* its lines are not for terminals: only that some match is told */
    /* Lines around those that are selected: */
    struct bytes *kept; /* the last ones that were not shown, a ring of opt.before */
    uint64_t kept_count;
    uint64_t shown; /* number of the last line written */
    uint64_t after; /* lines still to be written */
};

static void put_before(struct search *s)
{
    uint64_t have = s->kept_count < opt.before ? s->kept_count : opt.before;
    uint64_t first = s->number - have;
    bool context = opt.before > 0 || opt.after > 0;
    if (context && (s->shown > 0 ? first > s->shown + 1 : any_shown))
        puts("--");
    any_shown = true;
    for (uint64_t i = 0; i < have; i++) {
        const struct bytes *line = &s->kept[(first + i) % opt.before];
        put_line(line->data, line->len, s->name, first + i, '-');
    }
    s->kept_count = 0;
}

/* A line that was not selected; only called where context is wanted. */
static void pass_line(struct search *s, const char *line, size_t len)
{
    if (s->after > 0) {
        put_line(line, len, s->name, s->number, '-');
        s->shown = s->number;
        s->after--;
    } else if (opt.before > 0) {
        struct bytes *slot = &s->kept[s->number % opt.before];
        slot->len = 0;
        bytes_add(slot, line, len);
        s->kept_count++;
    }
}

/* True when the file need not be searched further. */
static bool select_line(struct search *s, const char *line, size_t len)
{
    s->selected++;
    if (opt.quiet || opt.list || (s->binary && s->prints))
        return true;
    if (s->prints) {
        put_before(s);
        if (opt.only && !opt.invert)
            put_matches(line, len, s->name, s->number);
        else if (!opt.only)
            put_line(line, len, s->name, s->number, ':');
        s->shown = s->number;
        s->after = opt.after;
    }
    return s->selected >= opt.max && s->after == 0;
}

/* Lines [p, end) all are selected, or all are not. True when the search is over. */
static bool pass_lines(struct search *s, const char *p, const char *end, bool selected)
{
    bool context = s->prints && (opt.before > 0 || opt.after > 0);
    if (!selected && !context && !s->numbered)
        return false;
    while (p < end) {
        const char *stop = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)(stop - p);
        if (selected && s->selected < opt.max) {
            if (select_line(s, p, len))
                return true;
        } else if (context) {
            pass_line(s, p, len);
            if (s->selected >= opt.max && s->after == 0)
                return true;
        }
        s->number++;
        p = stop + 1;
    }
    return false;
}

/* A block of whole lines. True when the search is over. */
static bool search_block(struct search *s, const char *p, const char *end)
{
    match_new_block(&opt.matcher);
    while (p < end) {
        size_t len = 0;
        const char *line = match_next_line(&opt.matcher, p, end, &len);
        if (pass_lines(s, p, line ? line : end, opt.invert))
            return true;
        if (!line)
            return false;
        p = line + len + 1;
        if (pass_lines(s, line, p, !opt.invert))
            return true;
    }
    return false;
}

/* In a binary file a NUL ends a line, too, as GNU grep has it. */
static void end_at_nuls(char *p, size_t len)
{
    char *end = p + len;

    while ((p = memchr(p, '\0', (size_t)(end - p))))
        *p++ = '\n';
}

/* Reads blocks, each of which ends with a whole line; a last line gets an end when it has none. */
static bool search_fd(int fd, struct search *s)
{
    struct bytes block = {0};
    bool over = opt.max == 0, first = true;
    ssize_t n = 1;
    while (n > 0 && !over) {
        bytes_reserve(&block, block.len + IO_BLOCK);
        n = read_some(fd, block.data + block.len, block.cap - block.len - 1);
        if (n < 0)
            break;
        if (first)
            s->binary = !opt.text && memchr(block.data, '\0', (size_t)n) != NULL;
        first = false;
        if (s->binary)
            end_at_nuls(block.data + block.len, (size_t)n);
        if (n == 0 && block.len > 0)
            block.data[block.len++] = '\n';
        /* What was there already has no end of a line, but where the file ends. */
        const char *fresh = n > 0 ? block.data + block.len : block.data;
        block.len += (size_t)n;
        const char *end = memrchr(fresh, '\n', (size_t)(block.data + block.len - fresh));
        if (!end)
            continue;
        over = search_block(s, block.data, ++end);
        block.len = (size_t)(block.data + block.len - end);
        memmove(block.data, end, block.len);
    }
    int err = errno;
    free(block.data);
    errno = err;
    return n >= 0;
}

static void complain(const char *name)
{
    any_error = true;
    if (!opt.no_messages)
        warn_errno("%s", name);
}

static void search_file(const char *name)
{
    int fd = open_quietly(name);
    struct search s = {.name = fd == STDIN_FILENO ? "(standard input)" : name, .number = 1};
    if (fd < 0) {
        complain(name);
        return;
    }
    s.prints = !opt.count && !opt.list && !opt.list_without && !opt.quiet;
    s.numbered = s.prints && (opt.numbers || opt.before || opt.after);
    s.kept = xcalloc((size_t)opt.before, sizeof *s.kept);
    if (!search_fd(fd, &s))
        complain(name);
    close_operand(fd);
    for (uint64_t i = 0; i < opt.before; i++)
        free(s.kept[i].data);
    free(s.kept);
    any_selected |= s.selected > 0; /* of -L too: the status tells of lines, not of names */
    if (s.binary && s.prints && s.selected > 0)
        printf("%s: %s: binary file matches\n", prog_name, s.name);
    if (opt.quiet)
        return;
    if (opt.list_without ? s.selected == 0 : opt.list && s.selected > 0)
        puts(s.name);
    if (opt.count && !opt.list && !opt.list_without) {
        if (opt.names)
            printf("%s:", s.name);
        printf("%llu\n", (unsigned long long)s.selected);
    }
}

/* By --include and --exclude. */
static bool left_out(const char *name)
{
    bool in = opt.include.count == 0 || globs_match(&opt.include, name);
    return strcmp(name, "-") != 0 && (!in || globs_match(&opt.exclude, name));
}

static void search(const char *name, bool operand)
{
    struct stat st;
    if (strcmp(name, "-") == 0 || stat(name, &st) < 0 || !S_ISDIR(st.st_mode)) {
        if (!left_out(name))
            search_file(name);
        return;
    }
    if (globs_match(&opt.exclude_dir, name))
        return;
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
    match_add(&opt.matcher, all.data, all.len);
    free(all.data);
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
        opt.matcher.extended = c == 'E';
        opt.matcher.fixed = c == 'F';
        break;
    case 'e':
        match_add(&opt.matcher, arg, strlen(arg));
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
        opt.matcher.ignore_case = true;
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
    case 'a':
        opt.text = true;
        break;
    case 'v':
        opt.invert = true;
        break;
    case 'w':
        opt.matcher.word = true;
        break;
    case 'x':
        opt.matcher.line = true;
        break;
    case INCLUDE:
        globs_add(&opt.include, arg);
        break;
    case EXCLUDE:
        globs_add(&opt.exclude, arg);
        break;
    case EXCLUDE_DIR:
        globs_add(&opt.exclude_dir, arg);
        break;
    case LINE_BUFFERED:
        setvbuf(stdout, NULL, _IOLBF, 0);
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
                                            {"text", OPT_NONE, 'a'},
                                            {"color", OPT_OPTIONAL, COLOR},
                                            {"colour", OPT_OPTIONAL, COLOR},
                                            {"include", OPT_REQUIRED, INCLUDE},
                                            {"exclude", OPT_REQUIRED, EXCLUDE},
                                            {"exclude-dir", OPT_REQUIRED, EXCLUDE_DIR},
                                            {"line-buffered", OPT_NONE, LINE_BUFFERED},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "A:B:C:cEFGe:f:hHiyIlLm:noqrRsvwxa",
                     .longs = longs,
                     .usage = usage,
                     .fail = 2};
    bool pattern_given = false;
    prog_start(argv);
    opt.matcher.extended = strcmp(prog_name, "egrep") == 0;
    opt.matcher.fixed = strcmp(prog_name, "fgrep") == 0;
    for (int c; (c = opt_next(&o)) >= 0;) {
        pattern_given |= c == 'e' || c == 'f';
        take_option(c, o.arg);
    }
    char **names = opt_operands(&o);
    int count = opt_count(&o);
    if (!pattern_given) {
        if (count == 0)
            die_usage(2, "usage: grep [OPTION]... PATTERN [FILE]...");
        match_add(&opt.matcher, names[0], strlen(names[0]));
        names++;
        count--;
    }
    match_compile(&opt.matcher);
    if (!opt.no_names && (count > 1 || opt.recursive))
        opt.names = true;
    if (count == 0)
        search(opt.recursive ? "." : "-", true);
    for (int i = 0; i < count; i++)
        search(names[i], true);
    int status = any_error && !(opt.quiet && any_selected) ? 2 : any_selected ? 0 : 1;
    return finish(status);
}
