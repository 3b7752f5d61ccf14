/* Between a stream's buffer and its file: filling, flushing, changing direction. */
#include <errno.h>
#include "shim/src/internal/stdio.h"
#include "shim/src/internal/string.h"

int isatty(int fd) __attribute__((weak));

static void fail(FILE *f, i64 result)
{
    f->flags |= F_ERROR;
    errno = (int)-result;
}

int __umk_to_write(FILE *f)
{
    if (!(f->flags & F_WRITE)) {
        fail(f, -EBADF);
        return EOF;
    }
    if (f->rpos != f->rend)
        f->ops->seek(f, f->rpos - f->rend, SEEK_CUR);
    f->rpos = f->rend = NULL;
    if (f->flags & F_ASK_TTY) {
        int saved = errno;
        f->flags &= ~F_ASK_TTY;
        if (isatty && isatty(f->fd))
            f->flags |= F_LINE;
        errno = saved;
    }
    if (!f->wbase) {
        f->wbase = f->wpos = f->buf;
        f->wend = f->buf + (f->flags & F_UNBUFFERED ? 0 : f->buf_size);
    }
    return 0;
}

int __umk_to_read(FILE *f)
{
    if (!(f->flags & F_READ)) {
        fail(f, -EBADF);
        return EOF;
    }
    if (f->wpos != f->wbase && __umk_flush(f))
        return EOF;
    f->wpos = f->wend = f->wbase = NULL;
    if (!f->rpos)
        f->rpos = f->rend = f->buf;
    return 0;
}

int __umk_underflow(FILE *f)
{
    u8 one;

    if (__umk_to_read(f))
        return EOF;
    if (f->rpos != f->rend)
        return *f->rpos++;
    if (f->flags & F_EOF)
        return EOF;
    /* a prompt that waits in a line-buffered stdout is to be seen before input is awaited */
    if ((f->flags & (F_LINE | F_UNBUFFERED) || f == stdin) && f != stdout &&
        (stdout->flags & F_LINE) && stdout->wpos != stdout->wbase)
        fflush(stdout);
    bool single = f->flags & F_UNBUFFERED || f->buf_size == 0;
    i64 n = single ? f->ops->read(f, &one, 1) : f->ops->read(f, f->buf, f->buf_size);
    if (n <= 0) {
        if (n == 0)
            f->flags |= F_EOF;
        else
            fail(f, n);
        return EOF;
    }
    if (single)
        return one;
    f->rpos = f->buf;
    f->rend = f->buf + n;
    return *f->rpos++;
}

/* Writes all, or sets the error. Result: bytes written. */
static size_t write_out(FILE *f, const u8 *data, size_t len)
{
    size_t done = 0;

    while (done < len) {
        i64 n = f->ops->write(f, data + done, len - done);
        if (n < 0) {
            fail(f, n);
            break;
        }
        done += (size_t)n;
    }
    return done;
}

int __umk_flush(FILE *f)
{
    size_t len = (size_t)(f->wpos - f->wbase);

    if (!len)
        return 0;
    size_t done = write_out(f, f->wbase, len);
    if (done < len) {
        /* what was not taken stays, so that a later flush may try again */
        memmove(f->wbase, f->wbase + done, len - done);
        f->wpos = f->wbase + (len - done);
        return EOF;
    }
    f->wpos = f->wbase;
    return 0;
}

int __umk_overflow(FILE *f, int c)
{
    u8 byte = (u8)c;

    return __umk_fwrite(&byte, 1, f) == 1 ? byte : EOF;
}

size_t __umk_fwrite(const void *data, size_t len, FILE *f)
{
    if (len == 0 || (!f->wbase && __umk_to_write(f)))
        return 0;
    if (len > (size_t)(f->wend - f->wpos)) {
        if (__umk_flush(f))
            return 0;
        if (len >= (size_t)(f->wend - f->wbase))
            return write_out(f, data, len);
    }
    memcpy(f->wpos, data, len);
    f->wpos += len;
    if ((f->flags & F_LINE) && __umk_memrchr(data, '\n', len) && __umk_flush(f))
        return 0;
    return len;
}

size_t __umk_fread(void *data, size_t len, FILE *f)
{
    u8 *p = data;
    size_t left = len;

    while (left) {
        size_t have = (size_t)(f->rend - f->rpos);
        if (have) {
            size_t n = have < left ? have : left;
            memcpy(p, f->rpos, n);
            f->rpos += n;
            p += n;
            left -= n;
            continue;
        }
        if (left >= f->buf_size && !(f->flags & F_EOF)) {
            if (__umk_to_read(f))
                break;
            i64 n = f->ops->read(f, p, left);
            if (n <= 0) {
                if (n == 0)
                    f->flags |= F_EOF;
                else
                    fail(f, n);
                break;
            }
            p += n;
            left -= (size_t)n;
            continue;
        }
        int c = __umk_underflow(f);
        if (c == EOF)
            break;
        *p++ = (u8)c;
        left--;
    }
    return len - left;
}
