/* Clocks, sleeping, timers, and the calendar in the system's own zone files and rules. */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include "posix_check.h"

static double now(clockid_t clock)
{
    struct timespec t = {0, 0};

    CHECK_EQ(clock_gettime(clock, &t), 0);
    CHECK(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void test_clocks(void)
{
    struct timespec t;
    struct timeval tv;
    double last = now(CLOCK_MONOTONIC);

    for (int i = 0; i < 10000; i++) {
        double next = now(CLOCK_MONOTONIC);
        CHECK(next >= last);
        last = next;
    }
    CHECK(time(NULL) > 1500000000);
    CHECK_EQ(gettimeofday(&tv, NULL), 0);
    CHECK(labs((long)tv.tv_sec - (long)time(NULL)) <= 1);
    CHECK_ERRNO(clock_gettime(77, &t), EINVAL);
    CHECK_EQ(clock_getres(CLOCK_MONOTONIC, &t), 0);
    CHECK(t.tv_sec == 0 && t.tv_nsec > 0);
}

static void test_sleep(void)
{
    double start = now(CLOCK_MONOTONIC), took;
    struct timespec t = {0, 30000000};

    CHECK_EQ(nanosleep(&t, NULL), 0);
    took = now(CLOCK_MONOTONIC) - start;
    CHECK(took >= 0.03 && took < 1);
    t.tv_nsec = 1000000000;
    CHECK_ERRNO(nanosleep(&t, NULL), EINVAL);
    CHECK_EQ(clock_gettime(CLOCK_MONOTONIC, &t), 0);
    start = now(CLOCK_MONOTONIC);
    t.tv_nsec += 30000000;
    if (t.tv_nsec >= 1000000000) {
        t.tv_sec++;
        t.tv_nsec -= 1000000000;
    }
    CHECK_EQ(clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL), 0);
    CHECK(now(CLOCK_MONOTONIC) - start >= 0.029);
    CHECK_EQ(clock_nanosleep(CLOCK_REALTIME, TIMER_ABSTIME, &(struct timespec){1, 0}, NULL), 0);
    CHECK_EQ(usleep(1000), 0);
}

static volatile int fired;

static void on_timer(union sigval v)
{
    fired += v.sival_int;
}

static void on_signal(int sig)
{
    (void)sig;
    fired++;
}

static void test_timers(void)
{
    struct sigevent e;
    struct itimerspec value = {{0, 10000000}, {0, 10000000}}, left;
    timer_t t;
    int before;

    memset(&e, 0, sizeof e);
    e.sigev_notify = SIGEV_THREAD;
    e.sigev_notify_function = on_timer;
    e.sigev_value.sival_int = 3;
    CHECK_EQ(timer_create(CLOCK_MONOTONIC, &e, &t), 0);
    CHECK_EQ(timer_settime(t, 0, &value, NULL), 0);
    for (int i = 0; i < 200 && fired < 9; i++)
        usleep(10000);
    CHECK(fired >= 9);
    CHECK_EQ(timer_gettime(t, &left), 0);
    CHECK(left.it_interval.tv_nsec == 10000000 && left.it_value.tv_nsec > 0);
    CHECK_EQ(timer_delete(t), 0);
    do { /* what the timer has begun may still run */
        before = fired;
        usleep(100000);
    } while (fired != before);

    fired = 0;
    signal(SIGUSR1, on_signal);
    e.sigev_notify = SIGEV_SIGNAL;
    e.sigev_signo = SIGUSR1;
    value.it_interval.tv_nsec = 0;
    CHECK_EQ(timer_create(CLOCK_REALTIME, &e, &t), 0);
    CHECK_EQ(timer_settime(t, 0, &value, NULL), 0);
    for (int i = 0; i < 200 && !fired; i++)
        usleep(10000);
    CHECK_EQ(fired, 1);
    CHECK_EQ(timer_gettime(t, &left), 0);
    CHECK(left.it_value.tv_sec == 0 && left.it_value.tv_nsec == 0);
    value.it_value.tv_nsec = -1;
    CHECK_ERRNO(timer_settime(t, 0, &value, NULL), EINVAL);
    CHECK_EQ(timer_delete(t), 0);
    CHECK_ERRNO(timer_create(77, &e, &t), EINVAL);
}

static void test_calendar(void)
{
    static const struct {
        const char *zone;
        time_t t;
        const char *text;
    } cases[] = {
        {"UTC0", 0, "Thu Jan  1 00:00:00 1970 UTC +0000"},
        {"UTC0", 951782399, "Mon Feb 28 23:59:59 2000 UTC +0000"},
        {"UTC0", 951782400, "Tue Feb 29 00:00:00 2000 UTC +0000"},
        {"UTC0", -1, "Wed Dec 31 23:59:59 1969 UTC +0000"},
        {"EST5EDT,M3.2.0,M11.1.0", 1710053999, "Sun Mar 10 01:59:59 2024 EST -0500"},
        {"EST5EDT,M3.2.0,M11.1.0", 1710054000, "Sun Mar 10 03:00:00 2024 EDT -0400"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1729990799, "Sun Oct 27 02:59:59 2024 CEST +0200"},
        {"CET-1CEST,M3.5.0,M10.5.0/3", 1729990800, "Sun Oct 27 02:00:00 2024 CET +0100"},
        {"<+0545>-5:45", 1700000000, "Wed Nov 15 03:58:20 2023 +0545 +0545"},
    };
    char text[64];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tm tm;
        setenv("TZ", cases[i].zone, 1);
        tzset();
        CHECK(localtime_r(&cases[i].t, &tm) == &tm);
        strftime(text, sizeof text, "%a %b %e %H:%M:%S %Y %Z %z", &tm);
        if (strcmp(text, cases[i].text) != 0) {
            check_failures++;
            printf("%s %ld: %s, not %s\n", cases[i].zone, (long)cases[i].t, text, cases[i].text);
        }
        CHECK_EQ(mktime(&tm), cases[i].t);
    }
    struct tm tm;
    memset(&tm, 0, sizeof tm);
    char *end = strptime("2024-02-29 12:34:56 rest", "%Y-%m-%d %H:%M:%S", &tm);
    CHECK(end && strcmp(end, " rest") == 0);
    CHECK_EQ(timegm(&tm), 1709210096);
    CHECK_EQ(tm.tm_yday, 59);
    CHECK(strcmp(asctime(&tm), "Thu Feb 29 12:34:56 2024\n") == 0);
    CHECK(difftime(10, 4) == 6);
}

int main(void)
{
    test_clocks();
    test_sleep();
    test_timers();
    test_calendar();
    return check_status();
}
