/* The clocks: gettime, getres, settime, and the older names. */
#include <sys/time.h>
#include "shim/src/fcntl/fd.h"
#include "shim/src/time/deadline.h"

int clock_gettime(clockid_t clock, struct timespec *ts)
{
    struct rx_timespec now;
    i64 r = clock == RX_CLOCK_CHILDREN_CPU ? -EINVAL : rx_clock((u32)clock, &now);

    if (r < 0)
        return (int)__umk_result(r);
    *ts = (struct timespec){now.sec, now.nsec};
    return 0;
}

int clock_getres(clockid_t clock, struct timespec *ts)
{
    if (clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_PROCESS_CPUTIME_ID &&
        clock != CLOCK_THREAD_CPUTIME_ID && !RX_CLOCK_IS_THREAD((u32)clock))
        return (int)__umk_fail(EINVAL);
    if (ts)
        *ts = (struct timespec){0, 1};
    return 0;
}

/* The wall clock is set as an offset to its start: nanoseconds since the epoch at boot. */
int clock_settime(clockid_t clock, const struct timespec *ts)
{
    static const char path[] = "/scheme/sys/update_time_offset";

    if (clock != CLOCK_REALTIME || !__umk_timespec_valid(ts) || ts->tv_sec < 0)
        return (int)__umk_fail(EINVAL);
    i64 fd = __umk_openat(AT_FDCWD, path, RX_O_WRONLY | RX_O_CLOEXEC, 0);
    if (fd < 0)
        return (int)__umk_result(fd == -EACCES ? -EPERM : fd);
    struct timespec up = __umk_now(CLOCK_MONOTONIC);
    struct timespec at = __umk_timespec_sub(*ts, up);
    __extension__ unsigned __int128 ns =
        (unsigned __int128)(u64)(at.tv_sec < 0 ? 0 : at.tv_sec) * NS_PER_S + (u64)at.tv_nsec;
    i64 r = (i64)redox_write_v1((u64)fd, (const u8 *)&ns, sizeof ns);
    redox_close_v1((u64)fd);
    return r < 0 ? (int)__umk_result(r) : 0;
}

time_t time(time_t *out)
{
    time_t now = __umk_now(CLOCK_REALTIME).tv_sec;

    if (out)
        *out = now;
    return now;
}

int stime(const time_t *t)
{
    struct timespec ts = {*t, 0};

    return clock_settime(CLOCK_REALTIME, &ts);
}

int timespec_get(struct timespec *ts, int base)
{
    if (base != TIME_UTC)
        return 0;
    *ts = __umk_now(CLOCK_REALTIME);
    return base;
}

int gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
    struct timespec now = __umk_now(CLOCK_REALTIME);

    if (tv)
        *tv = (struct timeval){now.tv_sec, (suseconds_t)(now.tv_nsec / 1000)};
    if (zone)
        *(struct timezone *)zone = (struct timezone){0, 0};
    return 0;
}

int settimeofday(const struct timeval *tv, const struct timezone *zone)
{
    (void)zone;
    if (!tv)
        return 0;
    struct timespec ts = {tv->tv_sec, tv->tv_usec * 1000L};
    return clock_settime(CLOCK_REALTIME, &ts);
}

/* Of others the kernel does not tell. */
int clock_getcpuclockid(pid_t pid, clockid_t *clock)
{
    if (pid != 0 && pid != (pid_t)redox_get_pid_v1())
        return rx_proc(PROC_KILL, (u64)pid, 0, 0, NULL, 0) == -ESRCH ? ESRCH : EPERM;
    *clock = CLOCK_PROCESS_CPUTIME_ID;
    return 0;
}

double difftime(time_t a, time_t b)
{
    return (double)(a - b);
}
