/* clear: empties the terminal's screen. */
#include "common/error.h"

#include <stdio.h>

int main(int argc, char **argv)
{
    (void)argc;
    prog_start(argv);
    fputs("\033[H\033[2J\033[3J", stdout); /* ECMA-48: cursor home, erase; xterm: scrollback too */
    return finish(0);
}
