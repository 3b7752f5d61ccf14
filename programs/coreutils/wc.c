/* wc: counts lines, words, characters and bytes. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: wc [OPTION]... [FILE]...\nCount lines, words and bytes of each FILE.\n"
    "  -c  bytes    -l  lines    -L  longest line    -m  characters    -w  words\n";

struct counts {
    unsigned long long lines, words, chars, bytes, longest;
};

static struct {
    bool lines, words, chars, bytes, longest;
} show;

static bool is_space(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Everything, byte by byte. */
static void count_all(struct counts *c, const unsigned char *p, size_t n, bool *in_word,
                      unsigned long long *column)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char ch = p[i];
        bool starts_char = (ch & 0xc0) != 0x80;
        c->chars += starts_char;
        if (is_space(ch)) {
            *in_word = false;
            if (ch == '\t') {
                *column += 8 - *column % 8;
            } else if (ch == ' ') {
                ++*column;
            }
            if (*column > c->longest)
                c->longest = *column;
            if (ch == '\n') {
                c->lines++;
                *column = 0;
            } else if (ch == '\r' || ch == '\f') {
                *column = 0;
            }
            continue;
        }
        if (ch >= 32 && ch != 127 && starts_char)
            ++*column;
        if (*column > c->longest)
            c->longest = *column;
        if (!*in_word && ch >= 32 && ch != 127) {
            c->words++;
            *in_word = true;
        }
    }
}

/* Lines only: memchr runs faster than a look at each byte. */
static void count_lines(struct counts *c, const unsigned char *p, size_t n)
{
    const unsigned char *end = p + n;
    while ((p = memchr(p, '\n', (size_t)(end - p)))) {
        c->lines++;
        p++;
    }
}

static bool count(int fd, struct counts *c)
{
    static unsigned char block[IO_BLOCK];
    bool in_word = false;
    unsigned long long column = 0;
    struct stat st;
    bool full = show.words || show.chars || show.longest;
    bool bytes_only = !full && !show.lines;
    if (bytes_only && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        off_t at = lseek(fd, 0, SEEK_CUR);
        if (at >= 0) {
            c->bytes = at < st.st_size ? (unsigned long long)(st.st_size - at) : 0;
            return true;
        }
    }
    for (;;) {
        ssize_t n = read_some(fd, block, sizeof block);
        if (n <= 0)
            return n == 0;
        c->bytes += (unsigned long long)n;
        if (full)
            count_all(c, block, (size_t)n, &in_word, &column);
        else if (show.lines)
            count_lines(c, block, (size_t)n);
    }
}

static void print(const struct counts *c, int width, const char *name)
{
    const struct {
        bool on;
        unsigned long long value;
    } columns[] = {{show.lines, c->lines},
                   {show.words, c->words},
                   {show.chars, c->chars},
                   {show.bytes, c->bytes},
                   {show.longest, c->longest}};
    bool first = true;
    for (size_t i = 0; i < 5; i++) {
        if (!columns[i].on)
            continue;
        printf("%s%*llu", first ? "" : " ", width, columns[i].value);
        first = false;
    }
    printf("%s%s\n", name ? " " : "", name ? name : "");
}

/* As GNU has it: wide enough for the total size of regular files, 7 where there are others. */
static int column_width(char **names, int count, int columns)
{
    unsigned long long total = 0;
    int width = 1;
    struct stat st;
    if (count <= 1 && columns == 1)
        return 1;
    for (int i = 0; i < (count ? count : 1); i++) {
        bool is_stdin = count == 0 || strcmp(names[i], "-") == 0;
        if ((is_stdin ? fstat(STDIN_FILENO, &st) : stat(names[i], &st)) < 0)
            continue;
        if (S_ISREG(st.st_mode))
            total += (unsigned long long)st.st_size;
        else
            width = 7;
    }
    int digits = 1;
    for (; total >= 10; total /= 10)
        digits++;
    return digits > width ? digits : width;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"bytes", OPT_NONE, 'c'}, {"lines", OPT_NONE, 'l'}, {"max-line-length", OPT_NONE, 'L'},
        {"chars", OPT_NONE, 'm'}, {"words", OPT_NONE, 'w'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "clLmw", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        show.bytes |= c == 'c';
        show.lines |= c == 'l';
        show.longest |= c == 'L';
        show.chars |= c == 'm';
        show.words |= c == 'w';
    }
    int columns = show.bytes + show.lines + show.longest + show.chars + show.words;
    if (columns == 0) {
        show.lines = show.words = show.bytes = true;
        columns = 3;
    }
    int count_names = opt_count(&o);
    char **names = opt_operands(&o);
    int width = column_width(names, count_names, columns);
    struct counts total = {0};
    bool ok = true;
    for (int i = 0; i < (count_names ? count_names : 1); i++) {
        const char *name = count_names ? names[i] : NULL;
        struct counts c = {0};
        int fd = open_operand(name ? name : "-");
        if (fd < 0) {
            ok = false;
            continue;
        }
        if (!count(fd, &c)) {
            warn_errno("%s", name ? name : "-");
            ok = false;
        }
        close_operand(fd);
        print(&c, width, name);
        total.lines += c.lines;
        total.words += c.words;
        total.chars += c.chars;
        total.bytes += c.bytes;
        if (c.longest > total.longest)
            total.longest = c.longest;
    }
    if (count_names > 1)
        print(&total, width, "total");
    return finish(ok ? 0 : 1);
}
