/* tac: writes the lines of files, last first. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] =
    "Usage: tac [FILE]...\nWrite each FILE to standard output, last line first.\n";

/* A line that has no newline at the file's end is written without one. */
static void write_reversed(const struct bytes *all)
{
    size_t end = all->len;
    while (end > 0) {
        size_t start = end - 1;
        while (start > 0 && all->data[start - 1] != '\n')
            start--;
        fwrite(all->data + start, 1, end - start, stdout);
        end = start;
    }
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    bool ok = true;
    prog_start(argv);
    opt_next(&o);
    int count = opt_count(&o);
    for (int i = 0; i < (count ? count : 1); i++) {
        const char *name = count ? opt_operands(&o)[i] : "-";
        struct bytes all = {0};
        int fd = open_operand(name);
        if (fd < 0 || !read_everything(fd, &all)) {
            if (fd >= 0)
                warn_errno("%s: read error", name);
            ok = false;
        } else {
            write_reversed(&all);
        }
        if (fd >= 0)
            close_operand(fd);
        free(all.data);
    }
    return finish(ok ? 0 : 1);
}
