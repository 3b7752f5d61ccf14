/* The checked functions that read from descriptors and paths. */
#include <unistd.h>
#include "shim/src/fortify/fortify.h"

ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
ssize_t __readlink_chk(const char *restrict, char *restrict, size_t, size_t);
char *__getcwd_chk(char *, size_t, size_t);

ssize_t __read_chk(int fd, void *buf, size_t n, size_t room)
{
    __umk_fit(n, room);
    return read(fd, buf, n);
}

ssize_t __pread_chk(int fd, void *buf, size_t n, off_t at, size_t room)
{
    __umk_fit(n, room);
    return pread(fd, buf, n, at);
}

ssize_t __readlink_chk(const char *restrict path, char *restrict buf, size_t n, size_t room)
{
    __umk_fit(n, room);
    return readlink(path, buf, n);
}

char *__getcwd_chk(char *buf, size_t n, size_t room)
{
    /* without a buffer the size is that of one to be allocated */
    if (buf)
        __umk_fit(n, room);
    return getcwd(buf, n);
}
