/* paste: joins lines of files side by side. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: paste [OPTION]... [FILE]...\nWrite lines made of one line of each FILE.\n"
    "  -d LIST  these characters between, in turns    -s  one FILE after the other\n"
    "  -z  lines end with NUL\n";

static int end = '\n';
static int *between; /* -1: nothing */
static size_t nbetween;

static void parse_list(const char *list)
{
    between = xmalloc((strlen(list) + 1) * sizeof *between);
    for (; *list; list++) {
        int c = (unsigned char)*list;
        if (c == '\\') {
            c = (unsigned char)*++list;
            if (!c)
                die(1, "delimiter list ends with an unescaped backslash: \\");
            c = c == '0'   ? -1
                : c == 'n' ? '\n'
                : c == 't' ? '\t'
                : c == 'b' ? '\b'
                : c == 'f' ? '\f'
                : c == 'r' ? '\r'
                : c == 'v' ? '\v'
                           : c;
        }
        between[nbetween++] = c;
    }
    if (nbetween == 0)
        between[nbetween++] = -1;
}

static void put_between(size_t index)
{
    int c = between[index % nbetween];
    if (c >= 0)
        putchar(c);
}

static void put_text(const struct bytes *line)
{
    size_t len = line->len - (line->len && line->data[line->len - 1] == (char)end);
    fwrite(line->data, 1, len, stdout);
}

static void serial(FILE *f)
{
    struct bytes line = {0};
    for (size_t i = 0; read_record(f, &line, end); i++) {
        if (i)
            put_between(i - 1);
        put_text(&line);
    }
    putchar(end);
    free(line.data);
}

/* One line of each file; what stands before the first file that has one is put out only then, so
 * that nothing is written when all have ended. */
static bool put_row(FILE **files, size_t count, struct bytes *line)
{
    size_t pending = 0;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        line->len = 0;
        bool more = files[i] && read_record(files[i], line, end);
        if (more && !any) {
            for (size_t k = 0; k < pending; k++)
                put_between(k);
            any = true;
        }
        if (more)
            put_text(line);
        if (i + 1 < count) {
            if (any)
                put_between(i);
            else
                pending++;
        }
    }
    if (any)
        putchar(end);
    return any;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"delimiters", OPT_REQUIRED, 'd'},
                                            {"serial", OPT_NONE, 's'},
                                            {"zero-terminated", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "d:sz", .longs = longs, .usage = usage};
    const char *list = "\t";
    bool one_by_one = false;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'd')
            list = o.arg;
        else if (c == 's')
            one_by_one = true;
        else
            end = '\0';
    }
    parse_list(list);
    if (one_by_one) {
        int status = read_operands(opt_operands(&o), opt_count(&o), serial);
        free(between);
        return finish(status);
    }
    size_t count = opt_count(&o) ? (size_t)opt_count(&o) : 1;
    FILE **files = xmalloc(count * sizeof *files);
    for (size_t i = 0; i < count; i++) {
        files[i] = fopen_operand(opt_count(&o) ? opt_operands(&o)[i] : "-");
        if (!files[i])
            return 1;
    }
    struct bytes line = {0};
    while (put_row(files, count, &line))
        ;
    free(line.data);
    free(files);
    free(between);
    return finish(0);
}
