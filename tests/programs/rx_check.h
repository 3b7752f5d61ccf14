/*
 * Checks for the programs that test libredox inside the system. A failed check prints
 * where it stands and what came instead, and the program goes on; check_status() is
 * what main returns: 0, or 1 when a check failed.
 */
#ifndef TESTS_RX_CHECK_H
#define TESTS_RX_CHECK_H

#include <stdio.h>
#include <string.h>

#include "redox/rt.h"

static unsigned check_failures;

static inline void check_report(const char *file, int line, const char *what)
{
    check_failures++;
    printf("%s:%d: %s\n", file, line, what);
    fflush(stdout);
}

static inline void check_equal(const char *file, int line, const char *what, i64 got, i64 want)
{
    if (got == want)
        return;
    check_failures++;
    printf("%s:%d: %s is %lld, not %lld\n", file, line, what, (long long)got, (long long)want);
    fflush(stdout);
}

static inline bool check_good(const char *file, int line, const char *what, i64 got)
{
    if (!RX_IS_ERR(got))
        return true;
    check_failures++;
    printf("%s:%d: %s fails with %lld\n", file, line, what, (long long)-got);
    fflush(stdout);
    return false;
}

#define CHECK(cond)                                  \
    do {                                             \
        if (!(cond))                                 \
            check_report(__FILE__, __LINE__, #cond); \
    } while (0)
#define CHECK_EQ(got, want) check_equal(__FILE__, __LINE__, #got, (i64)(got), (i64)(want))
/* True when the call gave a value and not an error. */
#define GOOD(got) check_good(__FILE__, __LINE__, #got, (i64)(got))

static inline int check_status(void)
{
    if (check_failures > 0)
        printf("%u checks failed\n", check_failures);
    fflush(stdout);
    return check_failures > 0;
}

/* Calls that nearly every test makes, on NUL-terminated paths. */
static inline i64 open_path(const char *path, u32 flags, u16 mode)
{
    return (i64)redox_open_v1((const u8 *)path, strlen(path), flags, mode);
}

static inline i64 unlink_path(const char *path, u32 flags)
{
    return rx_unlinkat(RX_AT_FDCWD, path, strlen(path), flags);
}

static inline i64 dup_text(i64 fd, const char *text)
{
    return (i64)redox_dup_v1((size_t)fd, (const u8 *)text, strlen(text));
}

static inline i64 write_text(i64 fd, const char *text)
{
    return (i64)redox_write_v1((size_t)fd, (const u8 *)text, strlen(text));
}

/* Waits for a child and returns its wait status, or the error. */
static inline i64 wait_status(i64 pid)
{
    u32 status = 0;
    i64 r = rx_waitpid(pid, &status, 0);
    return r < 0 ? r : r == pid ? (i64)status : -1;
}

/* The descriptor of the running program's file. */
static inline i64 open_self(const char *argv0)
{
    return open_path(argv0, RX_O_RDONLY | RX_O_CLOEXEC, 0);
}

#endif
