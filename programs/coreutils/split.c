/* split: cuts a file into pieces. */
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
    "Usage: split [OPTION]... [FILE [PREFIX]]\nWrite FILE to PREFIXaa, PREFIXab, ... (PREFIX is "
    "x).\n"
    "  -l N     N lines each (default 1000)    -b SIZE  so many bytes each\n"
    "  -a N     length of the suffixes         -d       digits as suffixes\n"
    "  --additional-suffix=TEXT                --verbose\n";

static struct {
    uint64_t lines, bytes, suffix;
    bool fixed, digits, verbose;
    const char *prefix, *more;
} opt = {.lines = 1000, .suffix = 2, .prefix = "x", .more = ""};

static struct {
    int fd;
    uint64_t number; /* of the next piece */
    uint64_t room;   /* lines or bytes the open piece may still take */
} piece = {.fd = -1};

/* The suffix of piece n. Without -a, what would need the last letter first makes suffixes longer:
 * as GNU does it, yz is followed by zaaa. False: there are no more. */
static bool make_suffix(uint64_t n, char *out)
{
    uint64_t base = opt.digits ? 10 : 26, length = opt.suffix, all = 1;
    uint64_t lead = 0;
    for (;; length++, lead++) {
        all = 1;
        for (uint64_t i = 0; i < length; i++) {
            if (__builtin_mul_overflow(all, base, &all))
                all = UINT64_MAX;
        }
        uint64_t usable = opt.fixed || all == UINT64_MAX ? all : all - all / base;
        if (n < usable)
            break;
        if (opt.fixed)
            return false;
        n -= usable;
    }
    char last = opt.digits ? '9' : 'z', zero = opt.digits ? '0' : 'a';
    memset(out, last, lead);
    for (uint64_t i = length; i-- > 0; n /= base)
        out[lead + i] = (char)(zero + (int)(n % base));
    out[lead + length] = '\0';
    return true;
}

static void close_piece(void)
{
    if (piece.fd >= 0 && close(piece.fd) < 0)
        die_errno(1, "write error");
    piece.fd = -1;
}

static void open_piece(void)
{
    char suffix[160], name[4096];
    close_piece();
    if (!make_suffix(piece.number++, suffix))
        die(1, "output file suffixes exhausted");
    snprintf(name, sizeof name, "%s%s%s", opt.prefix, suffix, opt.more);
    if (opt.verbose)
        printf("creating file '%s'\n", name);
    piece.fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (piece.fd < 0)
        die_errno(1, "%s", name);
    piece.room = opt.bytes ? opt.bytes : opt.lines;
}

/* How much of data the open piece takes. */
static size_t take(const char *data, size_t len)
{
    if (opt.bytes) {
        size_t n = len < piece.room ? len : (size_t)piece.room;
        piece.room -= n;
        return n;
    }
    size_t at = 0;
    while (piece.room > 0 && at < len) {
        const char *end = memchr(data + at, '\n', len - at);
        if (!end)
            return len;
        at = (size_t)(end - data) + 1;
        piece.room--;
    }
    return at;
}

static void cut(const char *data, size_t len)
{
    while (len > 0) {
        if (piece.fd < 0 || piece.room == 0)
            open_piece();
        size_t n = take(data, len);
        if (write_all(piece.fd, data, n) < 0)
            die_errno(1, "write error");
        data += n;
        len -= n;
    }
}

static uint64_t need_count(const char *what, const char *text)
{
    uint64_t n;
    if (!size_parse(text, &n) || n == 0)
        die(1, "invalid number of %s: '%s'", what, text);
    return n;
}

int main(int argc, char **argv)
{
    enum { MORE = 256, VERBOSE };
    static const struct opt_long longs[] = {{"lines", OPT_REQUIRED, 'l'},
                                            {"bytes", OPT_REQUIRED, 'b'},
                                            {"suffix-length", OPT_REQUIRED, 'a'},
                                            {"numeric-suffixes", OPT_NONE, 'd'},
                                            {"additional-suffix", OPT_REQUIRED, MORE},
                                            {"verbose", OPT_NONE, VERBOSE},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "l:b:a:d", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'l')
            opt.lines = need_count("lines", o.arg);
        else if (c == 'b')
            opt.bytes = need_count("bytes", o.arg);
        else if (c == 'd')
            opt.digits = true;
        else if (c == MORE)
            opt.more = o.arg;
        else if (c == VERBOSE)
            opt.verbose = true;
        else if (!number_parse(o.arg, &opt.suffix) || opt.suffix > 64)
            die(1, "invalid suffix length: '%s'", o.arg);
        else
            opt.fixed = opt.suffix > 0;
    }
    if (opt.suffix == 0)
        opt.suffix = 2;
    if (strchr(opt.more, '/'))
        die(1, "invalid suffix '%s', contains directory separator", opt.more);
    if (opt_count(&o) > 2)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[2]);
    if (opt_count(&o) > 1)
        opt.prefix = opt_operands(&o)[1];
    int fd = open_operand(opt_count(&o) ? opt_operands(&o)[0] : "-");
    if (fd < 0)
        return 1;
    char *block = xmalloc(IO_BLOCK);
    ssize_t n;
    while ((n = read_some(fd, block, IO_BLOCK)) > 0)
        cut(block, (size_t)n);
    if (n < 0)
        die_errno(1, "read error");
    close_piece();
    free(block);
    return finish(0);
}
