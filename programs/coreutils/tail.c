/* tail: the last lines or bytes of files; -f goes on with what is appended. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"
#include "common/times.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: tail [OPTION]... [FILE]...\nWrite the last 10 lines of each FILE.\n"
    "  -c [+]N  the last N bytes; with +, from byte N on    -n [+]N  the same for lines\n"
    "  -f  go on as the file grows    -s SECONDS  how often to look\n"
    "  -q  no headers    -v  always headers    -z  NUL ends lines\n";

static struct {
    bool bytes, from_start, follow, quiet, verbose;
    uint64_t count;
    char delim;
    struct timespec pause;
} opt = {.count = 10, .delim = '\n', .pause = {1, 0}};

static void put(const char *data, size_t len)
{
    if (fwrite(data, 1, len, stdout) != len)
        die_errno(1, "write error");
}

/* From line or byte `count` (from 1) on: nothing need be kept. */
static bool tail_from(int fd)
{
    static char block[IO_BLOCK];
    uint64_t skip = opt.count > 0 ? opt.count - 1 : 0;
    for (;;) {
        ssize_t n = read_some(fd, block, sizeof block);
        if (n <= 0)
            return n == 0;
        const char *p = block;
        const char *end = block + n;
        if (opt.bytes) {
            size_t drop = skip < (uint64_t)n ? (size_t)skip : (size_t)n;
            p += drop;
            skip -= drop;
        }
        while (!opt.bytes && skip > 0 && p) {
            p = memchr(p, opt.delim, (size_t)(end - p));
            if (p) {
                p++;
                skip--;
            }
        }
        if (p)
            put(p, (size_t)(end - p));
    }
}

/* Start of the last `count` lines or bytes. */
static size_t last_part(const struct bytes *all)
{
    if (opt.count == 0)
        return all->len;
    if (opt.bytes)
        return opt.count < all->len ? all->len - (size_t)opt.count : 0;
    size_t at = all->len;
    uint64_t left = opt.count;
    if (at > 0 && all->data[at - 1] == opt.delim)
        at--;
    while (at > 0 && (all->data[at - 1] != opt.delim || --left > 0))
        at--;
    return at;
}

/*
 * Of a file only the end is read: blocks from the back until they hold enough lines. False when the
 * descriptor cannot seek; then nothing has been done.
 */
static bool seek_near_end(int fd)
{
    off_t size = lseek(fd, 0, SEEK_END);
    struct stat st;
    if (size <= 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
        return lseek(fd, 0, SEEK_SET) == 0;
    if (opt.bytes) {
        off_t from = opt.count < (uint64_t)size ? size - (off_t)opt.count : 0;
        return lseek(fd, from, SEEK_SET) >= 0;
    }
    static char block[IO_BLOCK];
    uint64_t lines = 0;
    off_t at = size;
    while (at > 0 && lines <= opt.count) {
        size_t n = at < (off_t)sizeof block ? (size_t)at : sizeof block;
        at -= (off_t)n;
        if (lseek(fd, at, SEEK_SET) < 0 || read_some(fd, block, n) != (ssize_t)n)
            break;
        for (size_t i = 0; i < n; i++)
            lines += block[i] == opt.delim;
    }
    return lseek(fd, at, SEEK_SET) >= 0;
}

static bool tail_end(int fd)
{
    struct bytes all = {0};
    seek_near_end(fd);
    bool ok = read_everything(fd, &all);
    size_t at = last_part(&all);
    if (ok && at < all.len)
        put(all.data + at, all.len - at);
    free(all.data);
    return ok;
}

static void follow(char **names, int *fds, int count)
{
    static char block[IO_BLOCK];
    int last = count - 1;
    for (;;) {
        bool any = false;
        for (int i = 0; i < count; i++) {
            ssize_t n;
            struct stat st;
            if (fds[i] < 0)
                continue;
            off_t at = lseek(fds[i], 0, SEEK_CUR);
            if (at > 0 && fstat(fds[i], &st) == 0 && st.st_size < at) {
                warn_text("%s: file truncated", names[i]);
                lseek(fds[i], 0, SEEK_SET);
            }
            while ((n = read_some(fds[i], block, sizeof block)) > 0) {
                if (i != last && !opt.quiet && count > 1)
                    printf("\n==> %s <==\n", names[i]);
                last = i;
                put(block, (size_t)n);
                any = true;
            }
        }
        if (fflush(stdout) != 0)
            die_errno(1, "write error");
        if (!any)
            sleep_for(opt.pause);
    }
}

static void take_count(const char *text)
{
    opt.from_start = *text == '+';
    const char *digits = text + (*text == '+' || *text == '-');
    if (!size_parse(digits, &opt.count))
        die(1, "invalid number of %s: '%s'", opt.bytes ? "bytes" : "lines", text);
}

/* The old forms -N and +N: made -n N. */
static void modernize(int argc, char **argv)
{
    if (argc < 2 || (argv[1][0] != '-' && argv[1][0] != '+') || !isdigit((unsigned char)argv[1][1]))
        return;
    size_t len = strlen(argv[1]);
    char *word = xmalloc(len + 3);
    memcpy(word, "-n", 2);
    memcpy(word + 2, argv[1] + (argv[1][0] == '-'), len + 1 - (argv[1][0] == '-'));
    argv[1] = word;
}

static void take_option(int c, const char *arg)
{
    switch (c) {
    case 'c':
    case 'n':
        opt.bytes = c == 'c';
        take_count(arg);
        break;
    case 'f':
    case 'F':
        opt.follow = true;
        break;
    case 's':
        if (!duration_parse(arg, &opt.pause))
            die(1, "invalid number of seconds: '%s'", arg);
        break;
    case 'z':
        opt.delim = '\0';
        break;
    default:
        opt.quiet = c == 'q';
        opt.verbose = c == 'v';
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"bytes", OPT_REQUIRED, 'c'},
                                            {"lines", OPT_REQUIRED, 'n'},
                                            {"follow", OPT_OPTIONAL, 'f'},
                                            {"sleep-interval", OPT_REQUIRED, 's'},
                                            {"quiet", OPT_NONE, 'q'},
                                            {"silent", OPT_NONE, 'q'},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"zero-terminated", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    prog_start(argv);
    modernize(argc, argv);
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "c:n:fFs:qvz", .longs = longs, .usage = usage};
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c, o.arg);
    static char *input[] = {"-"};
    int count = opt_count(&o);
    char **names = count ? opt_operands(&o) : input;
    count = count ? count : 1;
    int *fds = xmalloc((size_t)count * sizeof *fds);
    bool ok = true;
    bool first = true;
    for (int i = 0; i < count; i++) {
        bool is_stdin = strcmp(names[i], "-") == 0;
        fds[i] = is_stdin ? STDIN_FILENO : open(names[i], O_RDONLY | O_CLOEXEC);
        if (fds[i] < 0) {
            warn_errno("cannot open '%s' for reading", names[i]);
            ok = false;
            continue;
        }
        if (opt.verbose || (count > 1 && !opt.quiet))
            printf("%s==> %s <==\n", first ? "" : "\n", is_stdin ? "standard input" : names[i]);
        first = false;
        if (!(opt.from_start ? tail_from(fds[i]) : tail_end(fds[i]))) {
            warn_errno("error reading '%s'", names[i]);
            ok = false;
        }
        if (!opt.follow)
            close_operand(fds[i]);
    }
    if (opt.follow)
        follow(names, fds, count);
    free(fds);
    return finish(ok ? 0 : 1);
}
