/* rev: lines backwards, character by character. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdio.h>
#include <stdlib.h>

static void reverse(FILE *f)
{
    struct bytes line = {0};
    while (read_record(f, &line, '\n')) {
        size_t end = line.len - (line.data[line.len - 1] == '\n');
        size_t at = end;
        while (at > 0) {
            size_t start = at - 1;
            /* The bytes of one character stay in order. */
            while (start > 0 && ((unsigned char)line.data[start] & 0xc0) == 0x80)
                start--;
            fwrite(line.data + start, 1, at - start, stdout);
            at = start;
        }
        if (end < line.len)
            putchar('\n');
    }
    free(line.data);
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "",
                     .usage = "Usage: rev [FILE]...\nWrite each line backwards.\n"};
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    return finish(read_operands(opt_operands(&o), opt_count(&o), reverse));
}
