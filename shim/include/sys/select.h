#ifndef _SYS_SELECT_H
#define _SYS_SELECT_H

#include <sys/types.h>
#include <bits/sigset.h>
#include <bits/timespec.h>
#include <bits/timeval.h>

#define FD_SETSIZE 1024

typedef struct {
    unsigned long __bits[FD_SETSIZE / 64];
} fd_set;

#define __FD_BIT(fd) (1ul << ((fd) % 64))
#define FD_ZERO(set) __builtin_memset((set), 0, sizeof(fd_set))
#define FD_SET(fd, set) ((void)((set)->__bits[(fd) / 64] |= __FD_BIT(fd)))
#define FD_CLR(fd, set) ((void)((set)->__bits[(fd) / 64] &= ~__FD_BIT(fd)))
#define FD_ISSET(fd, set) (((set)->__bits[(fd) / 64] & __FD_BIT(fd)) != 0)

__BEGIN_DECLS
int pselect(int, fd_set *__restrict, fd_set *__restrict, fd_set *__restrict,
            const struct timespec *__restrict, const sigset_t *__restrict);
int select(int, fd_set *__restrict, fd_set *__restrict, fd_set *__restrict,
           struct timeval *__restrict);
__END_DECLS

#endif
