/*
 * The kernel's log: a file of bounded size in the run directory, and standard error when asked
 * for. Never standard output, which is the system's.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "umk/host/host.h"

#define LOG_BYTES (1u << 20) /* then the file starts anew, and the old one is kept as log.old */

static int log_fd = -1;
static u64 written;
static bool verbose;
static char *path, *old_path;

static void reopen(void)
{
    if (log_fd >= 0)
        close(log_fd);
    log_fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    written = 0;
}

void log_open(bool to_stderr)
{
    const char *dir = run_dir_path();

    verbose = to_stderr;
    if (!dir || asprintf(&path, "%s/log", dir) < 0 || asprintf(&old_path, "%s/log.old", dir) < 0)
        return;
    reopen();
}

static void put(int fd, const char *prefix, const char *line, size_t len)
{
    struct iovec v[3] = {{(void *)prefix, strlen(prefix)}, {(void *)line, len}, {(void *)"\n", 1}};

    if (writev(fd, v, 3) < 0)
        return; /* a log that cannot be written is no reason to stop */
}

void log_line(const char *line, size_t len)
{
    if (log_fd >= 0) {
        if (written > LOG_BYTES && rename(path, old_path) == 0)
            reopen();
        put(log_fd, "", line, len);
        written += len + 1;
    }
    if (verbose)
        put(STDERR_FILENO, "umk: ", line, len);
}

static size_t format_line(char *line, size_t size, const char *format, va_list args)
{
    int n = vsnprintf(line, size, format, args);

    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

void log_text(const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    size_t n = format_line(line, sizeof line, format, args);
    va_end(args);
    log_line(line, n);
}

void log_report(const char *format, ...)
{
    char line[1024];
    va_list args;

    va_start(args, format);
    size_t n = format_line(line, sizeof line, format, args);
    va_end(args);
    if (!verbose)
        put(STDERR_FILENO, "umk: ", line, n);
    log_line(line, n);
}
