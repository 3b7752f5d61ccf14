/* yes: the same line for ever. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    struct bytes line = {0};
    prog_start(argv);
    if (opt_help_alone(argc, argv, "Usage: yes [WORD]...\nWrite a line, y, again and again.\n"))
        return finish(0);
    for (int i = 1; i < argc; i++) {
        if (i > 1)
            bytes_put(&line, ' ');
        bytes_add(&line, argv[i], strlen(argv[i]));
    }
    if (argc < 2)
        bytes_put(&line, 'y');
    bytes_put(&line, '\n');
    /* As many lines as fill a block, so that a write costs little a line. */
    struct bytes block = {0};
    do
        bytes_add(&block, line.data, line.len);
    while (block.len < 16384);
    while (write_all(STDOUT_FILENO, block.data, block.len) == 0)
        ;
    die_errno(1, "standard output");
}
