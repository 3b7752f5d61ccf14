/*
 * Lines from a descriptor, see input.h. A terminal hands out a line at a time by itself, a file can
 * be stepped back in; only on pipes is every byte read alone.
 */
#include "input.h"

#include "signals.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void input_start(struct input *in, int fd)
{
    in->fd = fd;
    in->at = in->len = 0;
    in->shared = !isatty(fd);
}

/* Reads more, at most what may be taken. */
static ssize_t fill(struct input *in)
{
    bool seekable = in->shared && lseek(in->fd, 0, SEEK_CUR) >= 0;
    size_t want = in->shared && !seekable ? 1 : sizeof in->block;
    ssize_t n = read(in->fd, in->block, want);
    in->at = 0;
    in->len = n > 0 ? (size_t)n : 0;
    if (n <= 0 || !seekable)
        return n;
    const char *end = memchr(in->block, '\n', in->len);
    size_t keep = end ? (size_t)(end - in->block) + 1 : in->len;
    if (keep < in->len && lseek(in->fd, (off_t)keep - (off_t)in->len, SEEK_CUR) >= 0)
        in->len = keep;
    return n;
}

enum input_result input_line(struct input *in, struct buf *line)
{
    size_t start = line->len;
    for (;;) {
        if (in->at == in->len) {
            ssize_t n = fill(in);
            if (n < 0 && errno == EINTR)
                return INPUT_INTERRUPTED;
            if (n <= 0)
                return line->len > start ? INPUT_LINE : INPUT_END;
        }
        const char *from = in->block + in->at;
        const char *end = memchr(from, '\n', in->len - in->at);
        size_t n = end ? (size_t)(end - from) + 1 : in->len - in->at;
        buf_add(line, from, n);
        in->at += n;
        if (end)
            return INPUT_LINE;
    }
}

bool input_bytes(int fd, struct buf *line)
{
    char c;
    ssize_t n;
    bool any = false;
    buf_clear(line);
    while ((n = read(fd, &c, 1)) == 1 || (n < 0 && errno == EINTR && !signals_pending())) {
        if (n < 0)
            continue;
        any = true;
        if (c == '\n')
            return true;
        /* A text cannot hold NUL. */
        if (c)
            buf_putc(line, c);
    }
    return any && n == 0;
}
