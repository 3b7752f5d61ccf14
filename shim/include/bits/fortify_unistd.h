/* The checked forms of <unistd.h>; see bits/fortify.h. */
#ifndef _BITS_FORTIFY_UNISTD_H
#define _BITS_FORTIFY_UNISTD_H

ssize_t __read_chk(int, void *, size_t, size_t);
ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
ssize_t __readlink_chk(const char *__restrict, char *__restrict, size_t, size_t);
char *__getcwd_chk(char *, size_t, size_t);

__umk_checked ssize_t read(int __fd, void *__buf, size_t __n)
{
    return __read_chk(__fd, __buf, __n, __umk_room0(__buf));
}
__umk_checked ssize_t pread(int __fd, void *__buf, size_t __n, off_t __at)
{
    return __pread_chk(__fd, __buf, __n, __at, __umk_room0(__buf));
}
__umk_checked ssize_t readlink(const char *__restrict __path, char *__restrict __buf, size_t __n)
{
    return __readlink_chk(__path, __buf, __n, __umk_room(__buf));
}
__umk_checked char *getcwd(char *__buf, size_t __n)
{
    return __getcwd_chk(__buf, __n, __umk_room(__buf));
}

#endif
