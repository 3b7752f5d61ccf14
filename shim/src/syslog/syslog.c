/*
 * syslog: one write a message to /scheme/log, "IDENT[PID]: TEXT". The log has no facilities; the
 * priority stands in front in angle brackets, as a reader of syslog expects it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>
#include "shim/src/internal/lock.h"
#include "shim/src/internal/result.h"

#define MESSAGE_MAX 1024

static u32 lock;
static int fd = -1;
static const char *ident;
static int options, facility = LOG_USER, mask = 0xff;

/* The lock is held. */
static void open_log(void)
{
    if (fd < 0)
        fd = open("/scheme/log", O_WRONLY | O_CLOEXEC);
}

void openlog(const char *name, int new_options, int new_facility)
{
    __umk_lock(&lock);
    ident = name;
    options = new_options;
    if (new_facility && !(new_facility & ~LOG_FACMASK))
        facility = new_facility;
    if (options & LOG_NDELAY)
        open_log();
    __umk_unlock(&lock);
}

void closelog(void)
{
    __umk_lock(&lock);
    if (fd >= 0)
        close(fd);
    fd = -1;
    __umk_unlock(&lock);
}

int setlogmask(int new)
{
    __umk_lock(&lock);
    int old = mask;
    if (new)
        mask = new;
    __umk_unlock(&lock);
    return old;
}

/* The line with its newline, NUL-terminated; its length. text_at: where the priority ends. */
static size_t compose(char *line, int priority, const char *format, va_list args, size_t *text_at)
{
    const char *name = ident ? ident : program_invocation_short_name;
    int saved = __umk_self()->errno_value;
    int n = snprintf(line, MESSAGE_MAX, "<%d>", priority);
    size_t at = (size_t)n;

    *text_at = at;
    n = options & LOG_PID ? snprintf(line + at, MESSAGE_MAX - at, "%.64s[%d]: ", name, getpid())
                          : snprintf(line + at, MESSAGE_MAX - at, "%.64s: ", name);
    at += (size_t)n;
    __umk_self()->errno_value = saved; /* for %m */
    n = vsnprintf(line + at, MESSAGE_MAX - at, format, args);
    if (n > 0)
        at = (size_t)n < MESSAGE_MAX - at ? at + (size_t)n : MESSAGE_MAX - 1;
    if (at > 0 && line[at - 1] != '\n') {
        at = at < MESSAGE_MAX - 1 ? at : MESSAGE_MAX - 2;
        line[at++] = '\n';
        line[at] = 0;
    }
    return at;
}

void vsyslog(int priority, const char *format, va_list args)
{
    char line[MESSAGE_MAX];
    size_t text_at;
    int saved = __umk_self()->errno_value;

    if (!(mask & LOG_MASK(LOG_PRI(priority))) || (priority & ~(LOG_PRIMASK | LOG_FACMASK)))
        return;
    if (!(priority & LOG_FACMASK))
        priority |= facility;
    __umk_lock(&lock);
    size_t len = compose(line, priority, format, args, &text_at);
    open_log();
    bool written = fd >= 0 && redox_write_v1((u64)fd, (const u8 *)line, len) == len;
    if ((options & LOG_PERROR) || (!written && (options & LOG_CONS)))
        redox_write_v1(STDERR_FILENO, (const u8 *)line + text_at, len - text_at);
    __umk_unlock(&lock);
    __umk_self()->errno_value = saved;
}

void syslog(int priority, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsyslog(priority, format, args);
    va_end(args);
}
