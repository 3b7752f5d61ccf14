/* lseek. */
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

off_t lseek(int fd, off_t offset, int whence)
{
    if (whence != SEEK_SET && whence != SEEK_CUR && whence != SEEK_END)
        return __umk_fail(EINVAL);
    return __umk_result(rx_lseek(__umk_fd(fd), offset, whence));
}
