#ifndef _POLL_H
#define _POLL_H

#include <features.h>
#include <bits/sigset.h>
#include <bits/timespec.h>

#define POLLIN 0x001
#define POLLPRI 0x002
#define POLLOUT 0x004
#define POLLERR 0x008
#define POLLHUP 0x010
#define POLLNVAL 0x020
#define POLLRDNORM 0x040
#define POLLRDBAND 0x080
#define POLLWRNORM 0x100
#define POLLWRBAND 0x200

typedef unsigned long nfds_t;

struct pollfd {
    int fd;
    short events;
    short revents;
};

__BEGIN_DECLS
int poll(struct pollfd[], nfds_t, int);
int ppoll(struct pollfd[], nfds_t, const struct timespec *__restrict, const sigset_t *__restrict);
__END_DECLS

#endif
