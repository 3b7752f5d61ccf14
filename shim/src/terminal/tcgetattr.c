/* Terminal attributes, window size and flow. */
#include <termios.h>
#include <unistd.h>
#include "shim/src/terminal/control.h"

_Static_assert(sizeof(struct termios) == 48, "the terminal protocol's record");

int tcgetattr(int fd, struct termios *t)
{
    struct termios value = {0};
    i64 r = __umk_tty_get(fd, "termios", &value, sizeof value);

    if (r == 0)
        *t = value;
    return (int)__umk_result(r);
}

/* The daemon takes a change at once; TCSAFLUSH's dropping of input is done where it can. */
int tcsetattr(int fd, int action, const struct termios *t)
{
    if (action != TCSANOW && action != TCSADRAIN && action != TCSAFLUSH)
        return (int)__umk_fail(EINVAL);
    if (action == TCSAFLUSH) {
        i32 queue = TCIFLUSH;
        __umk_tty_set(fd, "flush", &queue, sizeof queue);
    }
    return (int)__umk_result(__umk_tty_set(fd, "termios", t, sizeof *t));
}

int tcgetwinsize(int fd, struct winsize *w)
{
    struct winsize value = {0};
    i64 r = __umk_tty_get(fd, "winsize", &value, sizeof value);

    if (r == 0)
        *w = value;
    return (int)__umk_result(r);
}

int tcsetwinsize(int fd, const struct winsize *w)
{
    return (int)__umk_result(__umk_tty_set(fd, "winsize", w, sizeof *w));
}

static int control_word(int fd, const char *name, i32 value)
{
    return (int)__umk_result(__umk_tty_set(fd, name, &value, sizeof value));
}

int tcflush(int fd, int queue)
{
    if (queue != TCIFLUSH && queue != TCOFLUSH && queue != TCIOFLUSH)
        return (int)__umk_fail(EINVAL);
    return control_word(fd, "flush", queue);
}

int tcflow(int fd, int action)
{
    if (action < TCOOFF || action > TCION)
        return (int)__umk_fail(EINVAL);
    return control_word(fd, "flow", action);
}

int tcsendbreak(int fd, int duration)
{
    return control_word(fd, "sendbreak", duration);
}

/* What was written has reached the terminal's server, which is all there is to wait for. */
int tcdrain(int fd)
{
    struct termios t;

    return tcgetattr(fd, &t);
}
