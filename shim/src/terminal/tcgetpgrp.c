/* A terminal's foreground process group, and its session. */
#include <termios.h>
#include <unistd.h>
#include "shim/src/terminal/control.h"

pid_t tcgetpgrp(int fd)
{
    u32 group = 0;
    i64 r = __umk_tty_get(fd, "pgrp", &group, sizeof group);

    return r < 0 ? (pid_t)__umk_result(r) : (pid_t)group;
}

int tcsetpgrp(int fd, pid_t group)
{
    u32 value = (u32)group;

    if (group < 0)
        return (int)__umk_fail(EINVAL);
    return (int)__umk_result(__umk_tty_set(fd, "pgrp", &value, sizeof value));
}

pid_t tcgetsid(int fd)
{
    pid_t group = tcgetpgrp(fd);

    return group < 0 ? -1 : getsid(group);
}
