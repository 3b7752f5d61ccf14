/* cat: files one after the other. Without options, data goes straight from file to output in large
 * blocks; the options that number or show characters work line by line. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

static const char usage[] = "Usage: cat [OPTION]... [FILE]...\n"
                            "Write FILEs, or standard input, to standard output.\n"
                            "  -A  same as -vET       -b  number lines that are not empty\n"
                            "  -e  same as -vE        -E  show the end of each line as $\n"
                            "  -n  number all lines   -s  squeeze several empty lines into one\n"
                            "  -t  same as -vT        -T  show tabs as ^I\n"
                            "  -u  ignored            -v  show control characters as ^X and M-X\n";

static struct {
    bool number, number_full, ends, squeeze, tabs, visible;
} show;

/* Goes on from one file to the next. */
static struct {
    unsigned long line;
    int newlines; /* in a row, up to 2 */
} state = {.newlines = 1};

static void put_visible(struct bytes *out, unsigned char c)
{
    if (c >= 128) {
        bytes_add(out, "M-", 2);
        c -= 128;
    }
    if (c < 32 || c == 127) {
        bytes_put(out, '^');
        bytes_put(out, (char)(c ^ 64));
    } else {
        bytes_put(out, (char)c);
    }
}

static void put_number(struct bytes *out)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%6lu\t", ++state.line);
    bytes_add(out, text, (size_t)n);
}

static void put_byte(struct bytes *out, unsigned char c)
{
    if (c == '\n') {
        if (state.newlines >= 2 && show.squeeze)
            return;
        if (state.newlines >= 1 && show.number && !show.number_full)
            put_number(out);
        if (state.newlines < 2)
            state.newlines++;
        if (show.ends)
            bytes_put(out, '$');
        bytes_put(out, '\n');
        return;
    }
    if (state.newlines > 0 && (show.number || show.number_full))
        put_number(out);
    state.newlines = 0;
    if (c == '\t' ? show.tabs : show.visible)
        put_visible(out, c);
    else
        bytes_put(out, (char)c);
}

static bool cat_shown(int fd, const char *name)
{
    static unsigned char block[IO_BLOCK];
    struct bytes out = {0};
    bool ok = true;
    for (;;) {
        ssize_t n = read_some(fd, block, sizeof block);
        if (n < 0) {
            warn_errno("%s", name);
            ok = false;
        }
        if (n <= 0)
            break;
        for (ssize_t i = 0; i < n; i++)
            put_byte(&out, block[i]);
        if (write_all(STDOUT_FILENO, out.data, out.len) < 0)
            die_errno(1, "write error");
        out.len = 0;
    }
    free(out.data);
    return ok;
}

static bool cat_plain(int fd, const char *name)
{
    int result = copy_fd(fd, STDOUT_FILENO);
    if (result == -2)
        die_errno(1, "write error");
    if (result == -1)
        warn_errno("%s", name);
    return result == 0;
}

static void take_option(int c)
{
    switch (c) {
    case 'A':
        show.visible = show.ends = show.tabs = true;
        break;
    case 'b':
        show.number = true;
        break;
    case 'e':
        show.visible = show.ends = true;
        break;
    case 'E':
        show.ends = true;
        break;
    case 'n':
        show.number_full = true;
        break;
    case 's':
        show.squeeze = true;
        break;
    case 't':
        show.visible = show.tabs = true;
        break;
    case 'T':
        show.tabs = true;
        break;
    case 'v':
        show.visible = true;
        break;
    }
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"show-all", OPT_NONE, 'A'},         {"number-nonblank", OPT_NONE, 'b'},
        {"show-ends", OPT_NONE, 'E'},        {"number", OPT_NONE, 'n'},
        {"squeeze-blank", OPT_NONE, 's'},    {"show-tabs", OPT_NONE, 'T'},
        {"show-nonprinting", OPT_NONE, 'v'}, {NULL, OPT_NONE, 0},
    };
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "AbeEnstTuv", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        take_option(c);
    if (show.number)
        show.number_full = false;
    bool shown =
        show.number || show.number_full || show.ends || show.squeeze || show.tabs || show.visible;
    static char *input[] = {"-"};
    int count = opt_count(&o);
    char **names = count ? opt_operands(&o) : input;
    bool ok = true;
    for (int i = 0; i < (count ? count : 1); i++) {
        int fd = open_operand(names[i]);
        if (fd < 0) {
            ok = false;
            continue;
        }
        ok &= shown ? cat_shown(fd, names[i]) : cat_plain(fd, names[i]);
        close_operand(fd);
    }
    return ok ? 0 : 1;
}
