#ifndef _SYS_TIME_H
#define _SYS_TIME_H

#include <sys/types.h>
#include <bits/timeval.h>
#include <sys/select.h>

#define ITIMER_REAL 0
#define ITIMER_VIRTUAL 1
#define ITIMER_PROF 2

struct itimerval {
    struct timeval it_interval;
    struct timeval it_value;
};

#if __UMK_EXT
struct timezone {
    int tz_minuteswest;
    int tz_dsttime;
};

#define TIMEVAL_TO_TIMESPEC(tv, ts) \
    ((void)((ts)->tv_sec = (tv)->tv_sec, (ts)->tv_nsec = (tv)->tv_usec * 1000L))
#define TIMESPEC_TO_TIMEVAL(tv, ts) \
    ((void)((tv)->tv_sec = (ts)->tv_sec, (tv)->tv_usec = (int)((ts)->tv_nsec / 1000)))
#define timerisset(t) ((t)->tv_sec || (t)->tv_usec)
#define timerclear(t) ((t)->tv_sec = (t)->tv_usec = 0)
#define timercmp(a, b, op) \
    ((a)->tv_sec == (b)->tv_sec ? (a)->tv_usec op(b)->tv_usec : (a)->tv_sec op(b)->tv_sec)
#define timeradd(a, b, sum)                           \
    do {                                              \
        (sum)->tv_sec = (a)->tv_sec + (b)->tv_sec;    \
        (sum)->tv_usec = (a)->tv_usec + (b)->tv_usec; \
        if ((sum)->tv_usec >= 1000000) {              \
            (sum)->tv_sec++;                          \
            (sum)->tv_usec -= 1000000;                \
        }                                             \
    } while (0)
#define timersub(a, b, diff)                           \
    do {                                               \
        (diff)->tv_sec = (a)->tv_sec - (b)->tv_sec;    \
        (diff)->tv_usec = (a)->tv_usec - (b)->tv_usec; \
        if ((diff)->tv_usec < 0) {                     \
            (diff)->tv_sec--;                          \
            (diff)->tv_usec += 1000000;                \
        }                                              \
    } while (0)
#endif

__BEGIN_DECLS
int getitimer(int, struct itimerval *);
int gettimeofday(struct timeval *__restrict, void *__restrict);
int setitimer(int, const struct itimerval *__restrict, struct itimerval *__restrict);
int utimes(const char *, const struct timeval[2]);
#if __UMK_EXT
int futimes(int, const struct timeval[2]);
int futimesat(int, const char *, const struct timeval[2]);
int lutimes(const char *, const struct timeval[2]);
int settimeofday(const struct timeval *, const struct timezone *);
#endif
__END_DECLS

#endif
