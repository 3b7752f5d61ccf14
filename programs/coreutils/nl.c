/* nl: numbers lines. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: nl [OPTION]... [FILE]...\nWrite FILEs with numbers in front of lines.\n"
    "  -b a|t|n  number all lines, those with text, none    -i N  step    -n ln|rn|rz  form\n"
    "  -s TEXT  behind the number    -v N  first number    -w N  width\n";

static struct {
    char body;
    const char *form;
    const char *between;
    int64_t number, step;
    uint64_t width;
} opt = {.body = 't', .form = "rn", .between = "\t", .number = 1, .step = 1, .width = 6};

static void number_lines(FILE *f)
{
    struct bytes line = {0};
    while (read_record(f, &line, '\n')) {
        size_t len = line.len - (line.data[line.len - 1] == '\n');
        bool numbered = opt.body == 'a' || (opt.body == 't' && len > 0);
        int width = (int)opt.width;
        if (!numbered) {
            printf("%*s", width + (int)strlen(opt.between), "");
        } else {
            if (strcmp(opt.form, "ln") == 0)
                printf("%-*lld", width, (long long)opt.number);
            else
                printf(strcmp(opt.form, "rz") == 0 ? "%0*lld" : "%*lld", width,
                       (long long)opt.number);
            fputs(opt.between, stdout);
            opt.number += opt.step;
        }
        fwrite(line.data, 1, len, stdout);
        putchar('\n');
    }
    free(line.data);
}

static void number(const char *text, int64_t *out)
{
    if (!signed_parse(text, out))
        die(1, "invalid number: '%s'", text);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"body-numbering", OPT_REQUIRED, 'b'},
                                            {"line-increment", OPT_REQUIRED, 'i'},
                                            {"number-format", OPT_REQUIRED, 'n'},
                                            {"number-separator", OPT_REQUIRED, 's'},
                                            {"starting-line-number", OPT_REQUIRED, 'v'},
                                            {"number-width", OPT_REQUIRED, 'w'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "b:i:n:s:v:w:", .longs = longs, .usage = usage};
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'b') {
            opt.body = o.arg[0];
            if (!opt.body || !strchr("atn", opt.body) || o.arg[1])
                die_usage(1, "invalid body numbering style: '%s'", o.arg);
        } else if (c == 'i') {
            number(o.arg, &opt.step);
        } else if (c == 'n') {
            opt.form = o.arg;
            if (strcmp(o.arg, "ln") != 0 && strcmp(o.arg, "rn") != 0 && strcmp(o.arg, "rz") != 0)
                die_usage(1, "invalid line numbering format: '%s'", o.arg);
        } else if (c == 's') {
            opt.between = o.arg;
        } else if (c == 'v') {
            number(o.arg, &opt.number);
        } else if (!number_parse(o.arg, &opt.width) || opt.width == 0 || opt.width > 1000) {
            die(1, "invalid line number field width: '%s'", o.arg);
        }
    }
    return finish(read_operands(opt_operands(&o), opt_count(&o), number_lines));
}
