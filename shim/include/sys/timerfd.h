/* A timer as a descriptor: a read gives how often it has gone off. */
#ifndef _SYS_TIMERFD_H
#define _SYS_TIMERFD_H

#include <sys/types.h>
#include <time.h>

#define TFD_NONBLOCK 0x00040000
#define TFD_CLOEXEC 0x01000000
#define TFD_TIMER_ABSTIME 1

struct itimerspec;

__BEGIN_DECLS
int timerfd_create(clockid_t, int);
int timerfd_gettime(int, struct itimerspec *);
int timerfd_settime(int, int, const struct itimerspec *, struct itimerspec *);
__END_DECLS

#endif
