/*
 * A client that never gives up: opens a file, reads from it, opens it again, whatever dies
 * meanwhile. Errors are expected; what is measured is how long they take to come, and to go.
 *
 *     churn PATH SECONDS
 *
 * Prints: churn operations N errors N slow N outages N long N longest_ms N
 * slow: operations that took more than 100 ms, told on the standard error output as they come;
 * long: outages (from an error to the next success) of more than 200 ms.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define READS 64
#define SLOW_NS 100000000
#define LONG_NS 200000000
#define PAUSE_NS 1000000

static struct {
    const char *path;
    unsigned long operations, errors, slow, outages, long_outages;
    int64_t longest, outage_since;
} seen;

static int64_t now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Counts an operation that began at `start`. */
static void note(const char *operation, int64_t start, int succeeded)
{
    int64_t end = now();

    seen.operations++;
    if (end - start > SLOW_NS) {
        seen.slow++;
        fprintf(stderr, "%s %s: %ld ms, %s, after %lu operations and %lu errors\n", operation,
                seen.path, (long)((end - start) / 1000000), succeeded ? "succeeded" : "failed",
                seen.operations, seen.errors);
    }
    if (end - start > seen.longest)
        seen.longest = end - start;
    if (!succeeded) {
        seen.errors++;
        if (!seen.outage_since)
            seen.outage_since = start;
    } else if (seen.outage_since) {
        seen.outages++;
        seen.long_outages += end - seen.outage_since > LONG_NS;
        seen.outage_since = 0;
    }
}

static void open_and_read(void)
{
    const struct timespec pause = {0, PAUSE_NS};
    int64_t start = now();
    int fd = open(seen.path, O_RDONLY | O_CLOEXEC);

    note("open", start, fd >= 0);
    if (fd < 0) {
        nanosleep(&pause, NULL);
        return;
    }
    for (int i = 0; i < READS; i++) {
        char byte;
        start = now();
        ssize_t n = read(fd, &byte, 1);
        note("read", start, n >= 0);
        if (n < 0)
            break;
    }
    close(fd);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    seen.path = argv[1];
    int64_t end = now() + atoi(argv[2]) * INT64_C(1000000000);
    while (now() < end)
        open_and_read();
    printf("churn operations %lu errors %lu slow %lu outages %lu long %lu longest_ms %ld\n",
           seen.operations, seen.errors, seen.slow, seen.outages, seen.long_outages,
           (long)(seen.longest / 1000000));
    return seen.outage_since ? 1 : 0;
}
