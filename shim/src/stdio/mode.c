/* The mode that fopen and its kin take. */
#include <errno.h>
#include <fcntl.h>
#include "shim/src/internal/stdio.h"

u32 __umk_parse_mode(const char *mode, int *open_flags)
{
    u32 flags;
    bool update = false;
    int o = 0;

    if (*mode != 'r' && *mode != 'w' && *mode != 'a') {
        errno = EINVAL;
        return 0;
    }
    for (const char *p = mode + 1; *p && *p != ','; p++) {
        if (*p == '+')
            update = true;
        else if (*p == 'e')
            o |= O_CLOEXEC;
        else if (*p == 'x')
            o |= O_EXCL;
    }
    flags = *mode == 'r' ? F_READ : F_WRITE;
    o |= update ? O_RDWR : *mode == 'r' ? O_RDONLY : O_WRONLY;
    if (update)
        flags |= F_READ | F_WRITE;
    if (*mode != 'r')
        o |= O_CREAT;
    if (*mode == 'w')
        o |= O_TRUNC;
    if (*mode == 'a') {
        o |= O_APPEND;
        flags |= F_APPEND;
    }
    *open_flags = o;
    return flags;
}
