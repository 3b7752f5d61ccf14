/* Processor time: it grows with work and not with sleep, and a child's comes with waiting for it.
 */
#define _GNU_SOURCE
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include "posix_check.h"

#define MS 1000000L

static long cpu_ns(void)
{
    struct timespec ts = {0, 0};

    CHECK(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts) == 0);
    return ts.tv_sec * 1000 * MS + ts.tv_nsec;
}

static void burn(long ns)
{
    volatile unsigned x = 0;

    for (long end = cpu_ns() + ns; cpu_ns() < end;)
        for (unsigned i = 0; i < 100000; i++)
            x += i;
}

static long used_by(int who)
{
    struct rusage u;

    CHECK_EQ(getrusage(who, &u), 0);
    return (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 * MS +
           (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000;
}

static void check_own(void)
{
    long before = cpu_ns();
    clock_t ticks = clock();
    struct tms t;

    burn(60 * MS);
    CHECK(cpu_ns() - before >= 60 * MS);
    CHECK(clock() - ticks >= 50 * (CLOCKS_PER_SEC / 1000));
    CHECK(used_by(RUSAGE_SELF) >= before + 50 * MS);
    CHECK(times(&t) != (clock_t)-1 && t.tms_utime + t.tms_stime >= 3);
    before = cpu_ns();
    usleep(100000);
    CHECK(cpu_ns() - before < 50 * MS);
}

static void check_child(void)
{
    struct rusage u;
    struct tms t;
    int status;

    CHECK_EQ(used_by(RUSAGE_CHILDREN), 0);
    pid_t child = fork();
    if (child == 0) {
        burn(60 * MS);
        _exit(0);
    }
    CHECK(child > 0 && wait4(child, &status, 0, &u) == child);
    CHECK(u.ru_utime.tv_sec * 1000 * MS + (u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1000 >=
          50 * MS);
    CHECK(used_by(RUSAGE_CHILDREN) >= 50 * MS);
    CHECK(times(&t) != (clock_t)-1 && t.tms_cutime + t.tms_cstime >= 3);
}

static void check_faults(void)
{
    clockid_t id;
    struct rusage u;

    CHECK_EQ(clock_getcpuclockid(0, &id), 0);
    CHECK_EQ(clock_getcpuclockid(getpid(), &id), 0);
    CHECK(clock_getres(CLOCK_PROCESS_CPUTIME_ID, NULL) == 0);
    CHECK_ERRNO(getrusage(77, &u), EINVAL);
}

int main(void)
{
    check_own();
    check_child();
    check_faults();
    return check_status();
}
