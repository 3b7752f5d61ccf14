/* An open directory: a buffer of records as the server gave them. */
#ifndef SHIM_DIRENT_DIR_H
#define SHIM_DIRENT_DIR_H

#include <dirent.h>
#include "shim/src/internal/lock.h"

#define DIR_BUFFER 32768

struct __umk_dir {
    u32 lock;
    int fd;
    u64 next;    /* the opaque position after the last record returned */
    size_t used; /* bytes of the buffer already returned */
    size_t len;  /* bytes of the buffer filled */
    struct dirent entry;
    _Alignas(8) u8 buf[DIR_BUFFER];
};

#endif
