/* getcwd; with a null buffer it allocates, as programs expect. */
#include <stdlib.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

char *getcwd(char *buf, size_t size)
{
    char path[RX_PATH_MAX];

    if (buf && size == 0) {
        __umk_fail(EINVAL);
        return NULL;
    }
    i64 len = rx_getcwd(path, sizeof path);
    if (len < 0) {
        __umk_fail((int)-len);
        return NULL;
    }
    if (!buf && size == 0)
        size = (size_t)len + 1;
    if (size < (size_t)len + 1) {
        __umk_fail(ERANGE);
        return NULL;
    }
    if (!buf)
        buf = malloc(size);
    if (buf)
        memcpy(buf, path, (size_t)len + 1);
    return buf;
}

char *get_current_dir_name(void)
{
    return getcwd(NULL, 0);
}
