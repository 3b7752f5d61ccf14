/* Errors and output of the shell, see shell.h. */
#include "shell.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int shell_fail(struct shell *sh, const char *kind, const char *fmt, ...)
{
    if (sh->failure.kind)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    sh->failure.kind = kind;
    buf_vprintf(&sh->failure.text, fmt, ap);
    va_end(ap);
    return -1;
}

void shell_failure_text(const struct shell *sh, struct buf *out)
{
    buf_printf(out, "%s: ", sh->failure.kind);
    buf_add(out, buf_text(&sh->failure.text), sh->failure.text.len);
}

void shell_clear_failure(struct shell *sh)
{
    sh->failure.kind = NULL;
    sh->failure.signal = 0;
    sh->failure.undefined = false;
    buf_clear(&sh->failure.text);
}

void shell_report(struct shell *sh)
{
    struct buf line = {0};
    if (!sh->failure.kind)
        return;
    if (sh->failure.signal == SIGPIPE) {
        shell_clear_failure(sh);
        return;
    }
    buf_puts(&line, "ion: ");
    shell_failure_text(sh, &line);
    buf_putc(&line, '\n');
    fd_write(sh->io.own, line.text, line.len);
    buf_free(&line);
    shell_clear_failure(sh);
}

static void write_message(int fd, const char *fmt, va_list ap)
{
    struct buf line = {0};
    buf_puts(&line, "ion: ");
    buf_vprintf(&line, fmt, ap);
    buf_putc(&line, '\n');
    fd_write(fd, line.text, line.len);
    buf_free(&line);
}

void shell_warn(struct shell *sh, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    write_message(sh->io.err, fmt, ap);
    va_end(ap);
}

void shell_say(struct shell *sh, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    write_message(sh->io.own, fmt, ap);
    va_end(ap);
}

bool fd_write(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t n = write(fd, text, len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        text += n;
        len -= (size_t)n;
    }
    return true;
}

/* Like a program, a script whose reader has gone ends: a loop would print for ever. */
static void nobody_reads(struct shell *sh)
{
    shell_fail(sh, KIND_PIPELINE, "nobody reads standard output");
    sh->failure.signal = SIGPIPE;
    errno = EPIPE;
}

bool shell_out(struct shell *sh, const char *text, size_t len)
{
    if (!sh->io.capture) {
        bool ok = fd_write(sh->io.out, text, len);
        if (!ok && errno == EPIPE && sh->io.out == STDOUT_FILENO && !sh->interactive)
            nobody_reads(sh);
        return ok;
    }
    buf_add(sh->io.capture, text, len);
    return true;
}

bool shell_printf(struct shell *sh, const char *fmt, ...)
{
    struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    bool ok = shell_out(sh, buf_text(&text), text.len);
    buf_free(&text);
    return ok;
}

void shell_exit(struct shell *sh, int status)
{
    if (sh->forked)
        _exit(status & 0xff);
    exit(status & 0xff);
}
