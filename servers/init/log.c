/* init's messages; see log.h. */
#include "servers/init/log.h"
#include "redox/scheme.h"
#include "servers/init/aopen.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE 512u
#define CONSOLE_FD 2u

bool log_verbose;
static u64 debug_fd = CONSOLE_FD;
static bool have_console = true;
static u64 logd_fd = RX_FD_NONE;

void log_init(void)
{
    static const char path[] = "/scheme/debug";
    i64 fd = (i64)redox_open_v1((const u8 *)path, sizeof path - 1, RX_O_RDWR | RX_O_CLOEXEC, 0);
    if (fd >= 0)
        debug_fd = (u64)fd;
}

u64 log_new_fd(bool for_logd)
{
    u64 fd = logd_fd != RX_FD_NONE && !for_logd ? logd_fd : debug_fd;
    i64 copy = (i64)redox_dup_v1(fd, NULL, 0);
    if (copy < 0)
        return RX_FD_NONE;
    redox_fcntl_v0((size_t)copy, RX_F_SETFD, RX_FD_CLOEXEC);
    return (u64)copy;
}

static void attached(void *arg, i64 fd)
{
    (void)arg;
    if (fd < 0) {
        log_line("cannot open /scheme/log: error %d", (int)-fd);
        return;
    }
    if (logd_fd != RX_FD_NONE)
        redox_close_v1(logd_fd);
    logd_fd = (u64)fd;
}

void log_attach(void)
{
    aopen("/scheme/log", RX_O_RDWR, 0, attached, NULL);
}

/* A line that logd did not take goes to the debug scheme; logd is left alone until it is back. */
static void written(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)data, (void)ret;
    char *line = arg;
    if (result < 0) {
        redox_write_v1(debug_fd, (const u8 *)line, strlen(line));
        if (logd_fd != RX_FD_NONE)
            redox_close_v1(logd_fd);
        logd_fd = RX_FD_NONE;
    }
    free(line);
}

static void emit(bool to_console, const char *form, va_list args)
{
    static const char head[] = "init: ";
    char line[LINE_SIZE];
    memcpy(line, head, sizeof head);
    vsnprintf(line + sizeof head - 1, sizeof line - sizeof head, form, args);
    size_t len = strlen(line);
    line[len++] = '\n';
    line[len] = 0;
    if (to_console && debug_fd != CONSOLE_FD)
        redox_write_v1(CONSOLE_FD, (const u8 *)line, len);
    char *copy = logd_fd != RX_FD_NONE ? strdup(line) : NULL;
    if (copy && rx_async_write(logd_fd, copy, len, written, copy) >= 0)
        return;
    free(copy);
    redox_write_v1(debug_fd, (const u8 *)line, len);
}

void log_leave_console(void)
{
    have_console = false;
}

void log_take_console(void)
{
    have_console = true;
}

void log_line(const char *form, ...)
{
    va_list args;
    va_start(args, form);
    emit(have_console, form, args);
    va_end(args);
}

void log_step(const char *form, ...)
{
    if (!log_verbose)
        return;
    va_list args;
    va_start(args, form);
    emit(false, form, args);
    va_end(args);
}
