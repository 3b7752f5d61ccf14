/* Advice about a file's use: checked, and not followed. */
#include "shim/src/fcntl/fd.h"

int posix_fadvise(int fd, off_t offset, off_t len, int advice)
{
    (void)offset;
    if (len < 0 || advice < POSIX_FADV_NORMAL || advice > POSIX_FADV_NOREUSE)
        return EINVAL;
    i64 r = (i64)redox_fcntl_v0(__umk_fd(fd), RX_F_GETFD, 0);
    return r < 0 ? (int)-r : __umk_is_stream(fd) ? ESPIPE : 0;
}
