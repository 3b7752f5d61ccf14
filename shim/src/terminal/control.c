/* Handles on a terminal's values. */
#include "shim/src/terminal/control.h"

static i64 open_control(int fd, const char *name)
{
    i64 handle = (i64)redox_dup_v1(__umk_fd(fd), (const u8 *)name, strlen(name));

    if (handle >= 0)
        return handle;
    /* whatever a server says to a name it does not know, it is no terminal then */
    if (handle == -EMFILE || handle == -ENFILE || handle == -ENOMEM || handle == -EINTR ||
        handle == -EIO)
        return handle;
    return RX_IS_ERR(redox_fcntl_v0(__umk_fd(fd), RX_F_GETFD, 0)) ? -EBADF : -ENOTTY;
}

i64 __umk_tty_get(int fd, const char *name, void *buf, size_t len)
{
    i64 handle = open_control(fd, name);

    if (handle < 0)
        return handle;
    i64 r = (i64)redox_read_v1((u64)handle, buf, len);
    redox_close_v1((u64)handle);
    if (r == 0)
        r = -ENOTTY;
    return r < 0 ? r : 0;
}

i64 __umk_tty_set(int fd, const char *name, const void *buf, size_t len)
{
    i64 handle = open_control(fd, name);

    if (handle < 0)
        return handle;
    i64 r = (i64)redox_write_v1((u64)handle, buf, len);
    redox_close_v1((u64)handle);
    return r < 0 ? r : 0;
}
