/*
 * sort: lines in order. The input is read in chunks that fit into memory. When one is enough, it is
 * sorted and written; else each goes, sorted, to a temporary file, and these are merged.
 */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/replace.h"
#include "common/size.h"
#include "common/sort_lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: sort [OPTION]... [FILE]...\nWrite the lines of all FILEs in order.\n"
    "  -b  ignore leading blanks    -c  only check    -C  check in silence\n"
    "  -d  letters, digits and blanks only    -f  ignore case    -g, -n  by number\n"
    "  -h  by number with a unit (2K, 1G)     -i  printing characters only\n"
    "  -k FIELD[.CHAR][bdfginr][,FIELD[.CHAR][...]]  by part of the line\n"
    "  -m  merge files that are sorted    -M  by month    -o FILE  write to FILE    -r  reverse\n"
    "  -R  in random order, equal keys together    -S SIZE  of memory    -T FOLDER  instead of "
    "/tmp\n"
    "  -s  keep the order of equal lines    -t CHAR  field separator\n"
    "  -u  equal lines once    -V  by version    -z  NUL ends lines\n";

/* Temporary files that are open at a time. */
#define TEXTS_MAX 128

static struct key global;
static struct sort_rules rules = {.delim = '\n'};
static size_t key_cap;
static size_t memory; /* bytes of text in a chunk */

/* --- options --- */

static bool order_letter(struct key *k, char c, bool end)
{
    switch (c) {
    case 'b':
        *(end ? &k->skip_end : &k->skip_start) = true;
        return true;
    case 'd':
        k->dictionary = true;
        break;
    case 'f':
        k->fold = true;
        break;
    case 'g':
        k->how = BY_FLOAT;
        break;
    case 'h':
        k->how = BY_HUMAN;
        break;
    case 'i':
        k->printing = true;
        break;
    case 'M':
        k->how = BY_MONTH;
        break;
    case 'n':
        k->how = BY_NUMBER;
        break;
    case 'r':
        k->reverse = true;
        break;
    case 'R':
        k->how = BY_CHANCE;
        key_seed();
        break;
    case 'V':
        k->how = BY_VERSION;
        break;
    default:
        return false;
    }
    return true;
}

static size_t take_number(const char **p, const char *whole)
{
    char *end;
    unsigned long n = strtoul(*p, &end, 10);
    if (end == *p)
        die(2, "invalid number at field start: invalid count at start of '%s'", whole);
    *p = end;
    return n;
}

static void add_key(const char *text)
{
    struct key k = {0};
    const char *p = text;
    k.start_field = take_number(&p, text);
    if (k.start_field-- == 0)
        die(2, "-: invalid field specification '%s'", text);
    if (*p == '.') {
        p++;
        k.start_char = take_number(&p, text);
        if (k.start_char-- == 0)
            die(2, "character offset is zero: invalid field specification '%s'", text);
    }
    for (; *p && *p != ','; p++) {
        if (!order_letter(&k, *p, false))
            die(2, "stray character in field spec: invalid field specification '%s'", text);
        k.has_order = true;
    }
    if (*p == ',') {
        p++;
        k.has_end = true;
        k.end_field = take_number(&p, text);
        if (k.end_field-- == 0)
            die(2, "field number is zero: invalid field specification '%s'", text);
        if (*p == '.') {
            p++;
            k.end_char = take_number(&p, text);
        }
        for (; *p; p++) {
            if (!order_letter(&k, *p, true))
                die(2, "stray character in field spec: invalid field specification '%s'", text);
            k.has_order = true;
        }
    }
    rules.keys = xgrow(rules.keys, &key_cap, rules.key_count + 1, sizeof k);
    rules.keys[rules.key_count++] = k;
}

/* Keys without letters of their own take the global ones; without keys the line is the key. */
static void finish_keys(void)
{
    for (size_t i = 0; i < rules.key_count; i++) {
        struct key *k = &rules.keys[i];
        if (k->has_order)
            continue;
        k->how = global.how;
        k->skip_start = k->skip_end = global.skip_start;
        k->dictionary = global.dictionary;
        k->fold = global.fold;
        k->printing = global.printing;
        k->reverse = global.reverse;
    }
    if (rules.key_count == 0) {
        rules.keys = xgrow(rules.keys, &key_cap, 1, sizeof *rules.keys);
        rules.keys[rules.key_count++] = global;
    }
    rules.reverse = global.reverse;
}

/* --- reading --- */

static char standard_input[] = "-", *only_stdin[] = {standard_input};

static struct {
    char **names;
    size_t count, next; /* files; the first that is not opened yet */
    int fd;             /* of the one before, below 0 when it is done with */
} input = {.names = only_stdin, .count = 1, .fd = -1};

static const char *input_name(void)
{
    return input.next > 0 ? input.names[input.next - 1] : "-";
}

/* More text at the end of `all`; false at the end of the last file. */
static bool read_more(struct bytes *all)
{
    for (;;) {
        if (input.fd < 0 && input.next == input.count)
            return false;
        if (input.fd < 0) {
            input.fd = open_quietly(input.names[input.next++]);
            if (input.fd < 0)
                die_errno(2, "cannot read: %s", input_name());
        }
        bytes_reserve(all, all->len + IO_BLOCK);
        ssize_t n = read_some(input.fd, all->data + all->len, all->cap - all->len);
        if (n < 0)
            die_errno(2, "read failed: %s", input_name());
        all->len += (size_t)n;
        if (n > 0)
            return true;
        close_operand(input.fd);
        input.fd = -1;
        /* lines do not go on in the next file */
        if (all->len > 0 && all->data[all->len - 1] != rules.delim)
            bytes_put(all, rules.delim);
    }
}

/* Fills a chunk: at most the memory allows, but a line at least. False at the end of the input. */
static bool read_chunk(struct bytes *all)
{
    while (all->len < memory || !memrchr(all->data, rules.delim, all->len)) {
        if (!read_more(all))
            return false;
    }
    return true;
}

static struct line *split(const char *data, size_t len, size_t *count)
{
    struct line *lines = NULL;
    size_t cap = 0;
    const char *p = data, *end = data + len;
    *count = 0;
    while (p < end) {
        const char *stop = memchr(p, rules.delim, (size_t)(end - p));
        size_t n = stop ? (size_t)(stop - p) : (size_t)(end - p);
        lines = xgrow(lines, &cap, *count + 1, sizeof *lines);
        lines[(*count)++] = line_of(&rules, p, n);
        p += n + 1;
    }
    return lines;
}

/* --- output --- */

static int open_output(const char *name)
{
    int fd = name ? replace_begin(name) : STDOUT_FILENO;
    if (fd < 0)
        die_errno(2, "open failed: %s", name);
    return fd;
}

static void close_output(int fd, const char *name)
{
    if (name && !replace_end(fd, name))
        die_errno(2, "write failed: %s", name);
}

static void write_chunk(const char *data, size_t len, int fd, const char *name)
{
    size_t count;
    struct line *lines = split(data, len, &count);
    struct writer out = {.fd = fd};
    lines_sort(&rules, lines, count);
    lines_write(&rules, lines, count, &out);
    if (!writer_end(&out))
        die_errno(2, "write failed: %s", name);
    free(lines);
}

/* --- what is to be done --- */

static void sort_all(const char *output)
{
    static const char temporary[] = "temporary file";
    struct bytes all = {0};
    struct sorted_text *texts = NULL;
    size_t count = 0, cap = 0;
    bool more = read_chunk(&all);
    while (more || count > 0) {
        const char *end = more ? memrchr(all.data, rules.delim, all.len) : all.data + all.len - 1;
        size_t len = all.len ? (size_t)(end - all.data) + 1 : 0;
        int fd = temporary_file(rules.folder);
        write_chunk(all.data, len, fd, temporary);
        if (lseek(fd, 0, SEEK_SET) < 0)
            die_errno(2, "%s", temporary);
        texts = xgrow(texts, &cap, count + 1, sizeof *texts);
        texts[count++] = (struct sorted_text){fd, temporary};
        if (count == TEXTS_MAX) {
            int one = temporary_file(rules.folder);
            texts_merge(&rules, texts, count, one, temporary);
            if (lseek(one, 0, SEEK_SET) < 0)
                die_errno(2, "%s", temporary);
            texts[0] = (struct sorted_text){one, temporary};
            count = 1;
        }
        memmove(all.data, all.data + len, all.len - len);
        all.len -= len;
        if (!more)
            break;
        more = read_chunk(&all);
    }
    /* only now: the output may be one of the files */
    int fd = open_output(output);
    const char *name = output ? output : "standard output";
    if (count == 0)
        write_chunk(all.data, all.len, fd, name);
    else
        texts_merge(&rules, texts, count, fd, name);
    close_output(fd, output);
    free(texts);
    free(all.data);
}

static void merge_all(const char *output)
{
    struct sorted_text *texts = xcalloc(input.count, sizeof *texts);
    for (size_t i = 0; i < input.count; i++)
        texts[i] = (struct sorted_text){-1, input.names[i]};
    /* the output may be one of the files */
    int fd = output ? temporary_file(rules.folder) : STDOUT_FILENO;
    texts_merge(&rules, texts, input.count, fd, output ? "temporary file" : "standard output");
    free(texts);
    if (!output)
        return;
    int out = open_output(output);
    if (lseek(fd, 0, SEEK_SET) < 0 || copy_fd(fd, out) < 0)
        die_errno(2, "write failed: %s", output);
    close(fd);
    close_output(out, output);
}

static int check(bool silent)
{
    struct reader in = {.fd = open_quietly(input.names[0])};
    struct bytes last = {0};
    size_t len, number = 0;
    const char *text;
    if (in.fd < 0)
        die_errno(2, "cannot read: %s", input.names[0]);
    for (; (text = reader_next(&in, rules.delim, &len)); number++) {
        struct line line = line_of(&rules, text, len), old = line_of(&rules, last.data, last.len);
        int c = number > 0 ? lines_compare(&rules, &old, &line) : -1;
        if (c > 0 || (c == 0 && rules.unique)) {
            if (!silent)
                warn_text("%s:%zu: disorder: %.*s", input.names[0], number + 1, (int)len, text);
            return 1;
        }
        last.len = 0;
        bytes_reserve(&last, len + 1);
        bytes_add(&last, text, len);
    }
    if (in.error) {
        errno = in.error;
        die_errno(2, "read failed: %s", input.names[0]);
    }
    free(last.data);
    free(in.data);
    return 0;
}

/* --- more options --- */

/* A part of what is free: the lines' records and the copies that are sorted take as much again. */
static size_t usual_memory(void)
{
    long pages = sysconf(_SC_AVPHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    size_t least = 16 << 20;
    size_t part = pages > 0 && page > 0 ? (size_t)pages / 6 * (size_t)page : 0;
    return part > least ? part : least;
}

static void set_memory(const char *text)
{
    uint64_t n;
    size_t len = strlen(text);
    char *copy = xstrdup(text);
    bool percent = len > 1 && text[len - 1] == '%', bytes = len > 1 && text[len - 1] == 'b';
    if (percent || bytes)
        copy[len - 1] = '\0';
    bool plain = number_parse(copy, &n);
    if (!plain && (percent || bytes || !size_parse(copy, &n)))
        die(2, "invalid -S argument '%s'", text);
    if (percent)
        n = usual_memory() * 6 / 100 * (n > 100 ? 100 : n);
    else if (plain && !bytes)
        n = n > SIZE_MAX / 1024 ? SIZE_MAX : n * 1024;
    memory = n > SIZE_MAX / 4 ? SIZE_MAX / 4 : n;
    free(copy);
}

static void set_separator(const char *text)
{
    if (strcmp(text, "\\0") == 0)
        key_separator = 0;
    else if (text[0] == '\0' || text[1] != '\0')
        die(2, text[0] ? "multi-character tab '%s'" : "empty tab%s", text);
    else
        key_separator = (unsigned char)text[0];
}

/* The option that --sort=WORD stands for. */
static int letter_of_sort(const char *word)
{
    static const char *const words[] = {"general-numeric", "human-numeric", "month",
                                        "numeric",         "random",        "version"};
    for (int i = 0; i < 6; i++) {
        if (strcmp(word, words[i]) == 0)
            return "ghMnRV"[i];
    }
    die_usage(1, "invalid argument '%s' for '--sort'", word);
}

int main(int argc, char **argv)
{
    enum { SORT = 256 };
    static const struct opt_long longs[] = {{"ignore-leading-blanks", OPT_NONE, 'b'},
                                            {"check", OPT_OPTIONAL, 'c'},
                                            {"dictionary-order", OPT_NONE, 'd'},
                                            {"ignore-case", OPT_NONE, 'f'},
                                            {"general-numeric-sort", OPT_NONE, 'g'},
                                            {"human-numeric-sort", OPT_NONE, 'h'},
                                            {"ignore-nonprinting", OPT_NONE, 'i'},
                                            {"key", OPT_REQUIRED, 'k'},
                                            {"merge", OPT_NONE, 'm'},
                                            {"month-sort", OPT_NONE, 'M'},
                                            {"numeric-sort", OPT_NONE, 'n'},
                                            {"output", OPT_REQUIRED, 'o'},
                                            {"random-sort", OPT_NONE, 'R'},
                                            {"reverse", OPT_NONE, 'r'},
                                            {"stable", OPT_NONE, 's'},
                                            {"field-separator", OPT_REQUIRED, 't'},
                                            {"unique", OPT_NONE, 'u'},
                                            {"version-sort", OPT_NONE, 'V'},
                                            {"zero-terminated", OPT_NONE, 'z'},
                                            {"buffer-size", OPT_REQUIRED, 'S'},
                                            {"temporary-directory", OPT_REQUIRED, 'T'},
                                            {"sort", OPT_REQUIRED, SORT},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "bcCdfghik:mMno:rRsS:t:T:uVz",
                     .longs = longs,
                     .usage = usage,
                     .fail = 2};
    bool checks = false, silent = false, merges = false;
    const char *output = NULL, *folder = getenv("TMPDIR");
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == SORT)
            c = letter_of_sort(o.arg);
        if (c == 'c' || c == 'C') {
            checks = true;
            silent = c == 'C' || (o.arg && *o.arg != 'd');
        } else if (c == 'k') {
            add_key(o.arg);
        } else if (c == 'o') {
            output = o.arg;
        } else if (c == 'S') {
            set_memory(o.arg);
        } else if (c == 't') {
            set_separator(o.arg);
        } else if (c == 'T') {
            folder = o.arg;
        } else if (c == 'z') {
            rules.delim = '\0';
        } else {
            merges |= c == 'm';
            rules.unique |= c == 'u';
            rules.stable |= c == 's';
            order_letter(&global, (char)c, false);
        }
    }
    finish_keys();
    memory = memory ? memory : usual_memory();
    rules.folder = folder && *folder ? folder : "/tmp";
    if (opt_count(&o) > 0) {
        input.names = opt_operands(&o);
        input.count = (size_t)opt_count(&o);
    }
    if (checks && input.count > 1)
        die(2, "extra operand '%s' not allowed with -c", input.names[1]);
    if (checks)
        return check(silent);
    if (merges)
        merge_all(output);
    else
        sort_all(output);
    return finish(0);
}
