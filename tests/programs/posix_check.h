/*
 * Checks for the programs that test the C library. They run inside the system and, built
 * with the host's C library, on the host, which says whether the test itself is right. A
 * failed check prints where it stands and the program goes on; check_status() is main's
 * result.
 */
#ifndef TESTS_POSIX_CHECK_H
#define TESTS_POSIX_CHECK_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static unsigned check_failures;

static inline void check_fail(const char *file, int line, const char *what, long got, long want,
                              int error)
{
    check_failures++;
    printf("%s:%d: %s is %ld, not %ld (errno %d, %s)\n", file, line, what, got, want, error,
           strerror(error));
    fflush(stdout);
}

#define CHECK(cond)                                             \
    do {                                                        \
        errno = 0;                                              \
        if (!(cond))                                            \
            check_fail(__FILE__, __LINE__, #cond, 0, 1, errno); \
    } while (0)
#define CHECK_EQ(got, want)                                           \
    do {                                                              \
        errno = 0;                                                    \
        long got_ = (long)(got), want_ = (long)(want);                \
        if (got_ != want_)                                            \
            check_fail(__FILE__, __LINE__, #got, got_, want_, errno); \
    } while (0)
/* The call fails with -1 and this errno. */
#define CHECK_ERRNO(call, error)                                          \
    do {                                                                  \
        errno = 0;                                                        \
        long got_ = (long)(call);                                         \
        if (got_ != -1 || errno != (error))                               \
            check_fail(__FILE__, __LINE__, #call, got_, -(error), errno); \
    } while (0)

static inline int check_status(void)
{
    if (check_failures > 0)
        printf("%u checks failed\n", check_failures);
    fflush(stdout);
    return check_failures > 0;
}

/* Makes an empty directory and goes there. */
static inline void check_enter(const char *name)
{
    char path[64];

    snprintf(path, sizeof path, "/tmp/%s_%d", name, (int)getpid());
    if (mkdir(path, 0755) < 0 || chdir(path) < 0) {
        printf("cannot make %s: %s\n", path, strerror(errno));
        exit(1);
    }
}

/* Leaves the directory and removes it; its files must be gone. */
static inline void check_leave(void)
{
    char path[4096];

    if (!getcwd(path, sizeof path) || chdir("/") < 0 || rmdir(path) < 0) {
        check_failures++;
        printf("cannot remove %s: %s\n", path, strerror(errno));
    }
}

#endif
