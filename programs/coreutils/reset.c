/* reset: a terminal that a program left in disorder is made usable again. */
#include "common/error.h"
#include "common/options.h"

#include <stdio.h>
#include <termios.h>
#include <unistd.h>

static const char usage[] = "Usage: reset\nMake the terminal usable again.\n";

/* What programs expect to find: lines, echo, signals from keys, and newlines
 * that return. */
static void make_sane(struct termios *t)
{
    t->c_iflag |= BRKINT | ICRNL | IXON;
    t->c_iflag &= ~(tcflag_t)(IGNCR | INLCR | ISTRIP);
    t->c_oflag |= OPOST | ONLCR;
    t->c_lflag |= ISIG | ICANON | ECHO | ECHOE | ECHOK | IEXTEN;
    t->c_lflag &= ~(tcflag_t)(ECHONL | NOFLSH | TOSTOP);
    t->c_cflag |= CREAD;
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    struct termios t;
    int fd = isatty(STDERR_FILENO) ? STDERR_FILENO : STDIN_FILENO;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    if (tcgetattr(fd, &t) < 0)
        die_errno(1, "standard input");
    make_sane(&t);
    if (tcsetattr(fd, TCSADRAIN, &t) < 0)
        die_errno(1, "standard input");
    /* Full reset, usual characters, main screen, cursor, whole screen to scroll,
     * then empty. */
    fputs("\033c\033(B\033[m\033[?1049l\033[?25h\033[?2004l\033[r\033[H\033[2J", stdout);
    return finish(0);
}
