/* head: the first lines or bytes of files. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "Usage: head [OPTION]... [FILE]...\nWrite the first 10 lines of each FILE.\n"
    "  -c [-]N  the first N bytes; with -, all but the last N\n"
    "  -n [-]N  the same for lines\n  -q  no headers    -v  always headers    -z  NUL ends lines\n";

static struct {
    bool bytes, from_end, quiet, verbose;
    uint64_t count;
    char delim;
} opt = {.count = 10, .delim = '\n'};

static bool write_out(const char *data, size_t len)
{
    if (fwrite(data, 1, len, stdout) != len)
        die_errno(1, "write error");
    return true;
}

/* The first `count` lines or bytes, reading no more blocks than needed. */
static bool head_start(int fd, const char *name)
{
    static char block[IO_BLOCK];
    uint64_t left = opt.count;
    while (left > 0) {
        size_t want = opt.bytes && left < sizeof block ? (size_t)left : sizeof block;
        ssize_t n = read_some(fd, block, want);
        if (n < 0) {
            warn_errno("error reading '%s'", name);
            return false;
        }
        if (n == 0)
            break;
        size_t take = (size_t)n;
        if (opt.bytes) {
            left -= take;
        } else {
            const char *p = block;
            const char *end = block + n;
            while (left > 0 && (p = memchr(p, opt.delim, (size_t)(end - p)))) {
                p++;
                left--;
            }
            if (left == 0) {
                take = (size_t)(p - block);
                /* What was read too much goes back, for a program that shares the file. */
                lseek(fd, (off_t)take - n, SEEK_CUR);
            }
        }
        write_out(block, take);
    }
    return true;
}

/* Where the last `count` lines begin; an unfinished last line is one of them. */
static size_t but_last_lines(const char *data, size_t end)
{
    for (uint64_t left = opt.count; left > 0 && end > 0; left--) {
        end--;
        while (end > 0 && data[end - 1] != opt.delim)
            end--;
    }
    return end;
}

/* All but the last `count`: the whole is read first. */
static bool head_but_last(int fd, const char *name)
{
    struct bytes all = {0};
    if (!read_everything(fd, &all)) {
        warn_errno("error reading '%s'", name);
        free(all.data);
        return false;
    }
    size_t end;
    if (opt.bytes) {
        end = opt.count < all.len ? all.len - (size_t)opt.count : 0;
    } else {
        end = but_last_lines(all.data, all.len);
    }
    write_out(all.data, end);
    free(all.data);
    return true;
}

static void take_count(const char *text)
{
    opt.from_end = *text == '-';
    if (!size_parse(text + opt.from_end, &opt.count))
        die(1, "invalid number of %s: '%s'", opt.bytes ? "bytes" : "lines", text + opt.from_end);
}

/* The old form -N, first of all arguments: made -n N. */
static char **modernize(int argc, char **argv)
{
    if (argc < 2 || argv[1][0] != '-' || !isdigit((unsigned char)argv[1][1]))
        return argv;
    size_t len = strlen(argv[1]);
    char *word = xmalloc(len + 2);
    memcpy(word, "-n", 2);
    memcpy(word + 2, argv[1] + 1, len);
    argv[1] = word;
    return argv;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"bytes", OPT_REQUIRED, 'c'}, {"lines", OPT_REQUIRED, 'n'},
        {"quiet", OPT_NONE, 'q'},     {"silent", OPT_NONE, 'q'},
        {"verbose", OPT_NONE, 'v'},   {"zero-terminated", OPT_NONE, 'z'},
        {NULL, OPT_NONE, 0}};
    prog_start(argv);
    struct opts o = {.argc = argc,
                     .argv = modernize(argc, argv),
                     .shorts = "c:n:qvz",
                     .longs = longs,
                     .usage = usage};
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'c' || c == 'n') {
            opt.bytes = c == 'c';
            take_count(o.arg);
        } else if (c == 'z') {
            opt.delim = '\0';
        } else {
            opt.quiet = c == 'q';
            opt.verbose = c == 'v';
        }
    }
    static char *input[] = {"-"};
    int count = opt_count(&o);
    char **names = count ? opt_operands(&o) : input;
    bool ok = true;
    bool first = true;
    for (int i = 0; i < (count ? count : 1); i++) {
        bool is_stdin = strcmp(names[i], "-") == 0;
        int fd = is_stdin ? STDIN_FILENO : open(names[i], O_RDONLY | O_CLOEXEC);
        if (fd < 0) {
            warn_errno("cannot open '%s' for reading", names[i]);
            ok = false;
            continue;
        }
        if (opt.verbose || (count > 1 && !opt.quiet))
            printf("%s==> %s <==\n", first ? "" : "\n", is_stdin ? "standard input" : names[i]);
        first = false;
        ok &= opt.from_end ? head_but_last(fd, names[i]) : head_start(fd, names[i]);
        close_operand(fd);
    }
    return finish(ok ? 0 : 1);
}
