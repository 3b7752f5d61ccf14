/* xargs: runs a command with the words of its input as arguments. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char usage[] =
    "Usage: xargs [OPTION]... [COMMAND [ARG]...]\n"
    "Run COMMAND with the words of standard input as further arguments.\n"
    "  -0  words end with NUL    -d CHAR  with CHAR    -I TEXT  each line in place of TEXT\n"
    "  -L N  N lines a run    -n N  N words a run    -r  nothing to do without input\n"
    "  -s N  at most N bytes of arguments    -t  show the commands    -a FILE  read FILE\n";

static struct {
    int delim; /* -1: blanks and newlines, with quotes */
    const char *replace;
    uint64_t lines, words, bytes;
    bool no_empty, trace;
} opt = {.delim = -1, .words = UINT64_MAX, .bytes = 65536};

static char **command;
static int command_count;
static int status;

struct batch {
    char **items;
    size_t count, cap, bytes;
};

static void run(char **argv)
{
    pid_t pid;
    int wait_status = 0;
    for (char **w = argv; opt.trace && *w; w++)
        fprintf(stderr, "%s%c", *w, w[1] ? ' ' : '\n');
    fflush(stdout);
    int err = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
    if (err) {
        errno = err;
        die_errno(err == ENOENT ? 127 : 126, "%s", argv[0]);
    }
    while (waitpid(pid, &wait_status, 0) < 0 && errno == EINTR)
        ;
    if (WIFSIGNALED(wait_status))
        die(125, "%s: terminated by signal %d", argv[0], WTERMSIG(wait_status));
    if (WEXITSTATUS(wait_status) == 255)
        die(124, "%s: exited with status 255; aborting", argv[0]);
    if (WEXITSTATUS(wait_status) != 0)
        status = 123;
}

static void run_batch(struct batch *b)
{
    size_t n = (size_t)command_count;
    char **argv = xmalloc((n + b->count + 1) * sizeof *argv);
    memcpy(argv, command, n * sizeof *argv);
    if (b->count)
        memcpy(argv + n, b->items, b->count * sizeof *argv);
    argv[n + b->count] = NULL;
    run(argv);
    free(argv);
    for (size_t i = 0; i < b->count; i++)
        free(b->items[i]);
    b->count = b->bytes = 0;
}

/* -I: one run for a line, which takes the place of the text in every word. */
static void run_replaced(const char *line)
{
    char **argv = xmalloc(((size_t)command_count + 1) * sizeof *argv);
    for (int i = 0; i < command_count; i++) {
        struct bytes out = {0};
        const char *word = command[i];
        for (const char *hit; (hit = strstr(word, opt.replace)); word = hit + strlen(opt.replace)) {
            bytes_add(&out, word, (size_t)(hit - word));
            bytes_add(&out, line, strlen(line));
        }
        bytes_add(&out, word, strlen(word) + 1);
        argv[i] = out.data;
    }
    argv[command_count] = NULL;
    run(argv);
    for (int i = 0; i < command_count; i++)
        free(argv[i]);
    free(argv);
}

static void add(struct batch *b, const char *word, size_t len)
{
    if (b->count >= opt.words || b->bytes + len + 1 > opt.bytes)
        run_batch(b);
    b->items = xgrow(b->items, &b->cap, b->count + 1, sizeof *b->items);
    char *copy = xmalloc(len + 1);
    memcpy(copy, word, len);
    copy[len] = '\0';
    b->items[b->count++] = copy;
    b->bytes += len + 1;
}

/* One quoted word of the input; false at the end. *ends_line: a newline came right behind it. */
static bool read_word(FILE *in, struct bytes *word, bool *ends_line)
{
    int c;
    bool any = false;
    word->len = 0;
    *ends_line = false;
    while ((c = getc_unlocked(in)) != EOF) {
        if (isblank(c) || c == '\n') {
            if (!any && c == '\n' && opt.lines)
                *ends_line = true;
            if (any) {
                *ends_line = c == '\n';
                return true;
            }
            continue;
        }
        any = true;
        if (c == '\\') {
            c = getc_unlocked(in);
            if (c != EOF)
                bytes_put(word, (char)c);
        } else if (c == '\'' || c == '"') {
            int quote = c;
            while ((c = getc_unlocked(in)) != EOF && c != quote && c != '\n')
                bytes_put(word, (char)c);
            if (c != quote)
                die(1,
                    "unmatched %s quote; by default quotes are special to xargs unless you use "
                    "the -0 option",
                    quote == '"' ? "double" : "single");
        } else {
            bytes_put(word, (char)c);
        }
    }
    return any;
}

static void read_words(FILE *in, struct batch *b, bool *any)
{
    struct bytes word = {0};
    bool ends_line;
    uint64_t lines = 0;
    while (read_word(in, &word, &ends_line)) {
        *any = true;
        add(b, word.len ? word.data : "", word.len);
        if (opt.lines && ends_line && ++lines == opt.lines) {
            run_batch(b);
            lines = 0;
        }
    }
    free(word.data);
}

/* Takes quotes and backslashes out of a line, in place. */
static void unquote(char *line)
{
    char *out = line;
    for (const char *p = line; *p; p++) {
        if (*p == '\\' && p[1]) {
            *out++ = *++p;
        } else if (*p == '\'' || *p == '"') {
            char quote = *p++;
            while (*p && *p != quote)
                *out++ = *p++;
            if (!*p)
                die(1, "unmatched %s quote", quote == '"' ? "double" : "single");
        } else {
            *out++ = *p;
        }
    }
    *out = '\0';
}

static void read_records(FILE *in, struct batch *b, bool *any)
{
    struct bytes record = {0};
    int delim = opt.delim < 0 ? '\n' : opt.delim;
    while (read_record(in, &record, delim)) {
        size_t len = record.len - (record.data[record.len - 1] == (char)delim);
        bytes_put(&record, '\0');
        record.data[len] = '\0';
        char *text = record.data;
        if (opt.replace) {
            if (opt.delim < 0) {
                text += strspn(text, " \t");
                unquote(text);
            }
            if (*text || opt.delim >= 0)
                run_replaced(text);
            *any = true;
            continue;
        }
        *any = true;
        add(b, text, len);
    }
    free(record.data);
}

static int delimiter(const char *text)
{
    if (text[0] == '\\' && text[1] && !text[2]) {
        switch (text[1]) {
        case 'n':
            return '\n';
        case 't':
            return '\t';
        case '0':
            return '\0';
        }
    }
    if (!text[0] || text[1])
        die(1, "the delimiter must be a single character: '%s'", text);
    return (unsigned char)text[0];
}

static uint64_t number(const char *text)
{
    uint64_t value;
    if (!number_parse(text, &value) || value == 0)
        die(1, "invalid number: '%s'", text);
    return value;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"null", OPT_NONE, '0'},
                                            {"delimiter", OPT_REQUIRED, 'd'},
                                            {"replace", OPT_OPTIONAL, 'i'},
                                            {"max-lines", OPT_REQUIRED, 'L'},
                                            {"max-args", OPT_REQUIRED, 'n'},
                                            {"no-run-if-empty", OPT_NONE, 'r'},
                                            {"max-chars", OPT_REQUIRED, 's'},
                                            {"verbose", OPT_NONE, 't'},
                                            {"arg-file", OPT_REQUIRED, 'a'},
                                            {"max-procs", OPT_REQUIRED, 'P'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "+0d:I:L:n:rs:ta:P:", .longs = longs, .usage = usage};
    const char *file = "-";
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == '0')
            opt.delim = '\0';
        else if (c == 'd')
            opt.delim = delimiter(o.arg);
        else if (c == 'I' || c == 'i')
            opt.replace = o.arg ? o.arg : "{}";
        else if (c == 'L')
            opt.lines = number(o.arg);
        else if (c == 'n')
            opt.words = number(o.arg);
        else if (c == 's')
            opt.bytes = number(o.arg);
        else if (c == 'a')
            file = o.arg;
        opt.no_empty |= c == 'r';
        opt.trace |= c == 't';
    }
    static char *echo[] = {"echo", NULL};
    command_count = opt_count(&o);
    command = command_count ? opt_operands(&o) : echo;
    command_count = command_count ? command_count : 1;
    FILE *in = fopen_operand(file);
    if (!in)
        return 1;
    struct batch b = {0};
    bool any = false;
    if (opt.delim >= 0 || opt.replace)
        read_records(in, &b, &any);
    else
        read_words(in, &b, &any);
    if (b.count > 0 || (!any && !opt.no_empty && !opt.replace))
        run_batch(&b);
    return finish(status);
}
