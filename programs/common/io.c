/* Reading and writing, see io.h. */
#include "io.h"

#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int write_all(int fd, const void *data, size_t len)
{
    const char *p = data;
    while (len > 0) {
        ssize_t n = write(fd, p, len);
        if (n < 0) {
            if (errno == EINTR)
                continue;
            return -1;
        }
        p += n;
        len -= (size_t)n;
    }
    return 0;
}

ssize_t read_some(int fd, void *data, size_t len)
{
    for (;;) {
        ssize_t n = read(fd, data, len);
        if (n >= 0 || errno != EINTR)
            return n;
    }
}

int open_quietly(const char *name)
{
    return strcmp(name, "-") == 0 ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
}

int open_operand(const char *name)
{
    int fd = open_quietly(name);
    if (fd < 0)
        warn_errno("%s", name);
    return fd;
}

void close_operand(int fd)
{
    if (fd > STDIN_FILENO)
        close(fd);
}

FILE *fopen_operand(const char *name)
{
    if (strcmp(name, "-") == 0)
        return stdin;
    FILE *f = fopen(name, "r");
    if (!f)
        warn_errno("%s", name);
    return f;
}

void fclose_operand(FILE *f)
{
    if (f == stdin)
        clearerr(f);
    else if (f)
        fclose(f);
}

int read_operands(char **names, int count, void (*work)(FILE *f))
{
    int status = 0;
    for (int i = 0; i < (count ? count : 1); i++) {
        const char *name = count ? names[i] : "-";
        FILE *f = fopen_operand(name);
        if (!f) {
            status = 1;
            continue;
        }
        work(f);
        if (ferror(f)) {
            warn_errno("%s", name);
            status = 1;
        }
        fclose_operand(f);
    }
    return status;
}

int copy_fd(int from, int to)
{
    char *block = xmalloc(IO_BLOCK);
    int result = 0;
    for (;;) {
        ssize_t n = read_some(from, block, IO_BLOCK);
        if (n < 0)
            result = -1;
        if (n <= 0)
            break;
        if (write_all(to, block, (size_t)n) < 0) {
            result = -2;
            break;
        }
    }
    int err = errno;
    free(block);
    errno = err;
    return result;
}

void bytes_reserve(struct bytes *b, size_t need)
{
    b->data = xgrow(b->data, &b->cap, need, 1);
}

void bytes_add(struct bytes *b, const void *data, size_t len)
{
    bytes_reserve(b, b->len + len);
    if (len)
        memcpy(b->data + b->len, data, len);
    b->len += len;
}

void bytes_put(struct bytes *b, char c)
{
    if (b->len < b->cap)
        b->data[b->len++] = c;
    else
        bytes_add(b, &c, 1);
}

static void writer_flush(struct writer *w)
{
    if (!w->error && write_all(w->fd, w->data, w->len) < 0)
        w->error = errno;
    w->len = 0;
}

void writer_add(struct writer *w, const void *data, size_t len)
{
    const char *p = data;
    if (!w->data)
        w->data = xmalloc(IO_BLOCK);
    while (len > 0) {
        size_t n = IO_BLOCK - w->len < len ? IO_BLOCK - w->len : len;
        memcpy(w->data + w->len, p, n);
        w->len += n;
        p += n;
        len -= n;
        if (w->len == IO_BLOCK)
            writer_flush(w);
    }
}

void writer_put(struct writer *w, char c)
{
    writer_add(w, &c, 1);
}

bool writer_end(struct writer *w)
{
    if (w->len > 0)
        writer_flush(w);
    free(w->data);
    w->data = NULL;
    errno = w->error;
    return w->error == 0;
}

/* More input behind what is there; false at the end. */
static bool reader_fill(struct reader *r)
{
    if (r->at > 0)
        memmove(r->data, r->data + r->at, r->len - r->at);
    r->len -= r->at;
    r->at = 0;
    r->data = xgrow(r->data, &r->cap, r->len + IO_BLOCK, 1);
    ssize_t n = read_some(r->fd, r->data + r->len, r->cap - r->len);
    if (n < 0)
        r->error = errno;
    r->len += n > 0 ? (size_t)n : 0;
    return n > 0;
}

char *reader_next(struct reader *r, char delim, size_t *len)
{
    size_t seen = 0;
    for (;;) {
        char *line = r->data + r->at;
        char *end =
            r->len - r->at > seen ? memchr(line + seen, delim, r->len - r->at - seen) : NULL;
        if (end) {
            *len = (size_t)(end - line);
            r->at += *len + 1;
            return line;
        }
        seen = r->len - r->at;
        if (reader_fill(r))
            continue;
        *len = r->len - r->at;
        r->at = r->len;
        return *len > 0 ? r->data + r->len - *len : NULL;
    }
}

bool read_everything(int fd, struct bytes *out)
{
    for (;;) {
        bytes_reserve(out, out->len + IO_BLOCK);
        ssize_t n = read_some(fd, out->data + out->len, out->cap - out->len);
        if (n < 0)
            return false;
        if (n == 0)
            return true;
        out->len += (size_t)n;
    }
}

bool read_record(FILE *f, struct bytes *out, int delim)
{
    out->len = 0;
    for (;;) {
        int c = getc_unlocked(f);
        if (c == EOF)
            return out->len > 0;
        bytes_put(out, (char)c);
        if (c == delim)
            return true;
    }
}

bool read_text_line(FILE *f, struct bytes *out)
{
    if (!read_record(f, out, '\n'))
        return false;
    if (out->data[out->len - 1] == '\n')
        out->len--;
    bytes_put(out, '\0');
    return true;
}

void *xmalloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        die(1, "memory exhausted");
    return p;
}

void *xcalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p)
        die(1, "memory exhausted");
    return p;
}

void *xrealloc(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        die(1, "memory exhausted");
    return p;
}

char *xstrdup(const char *s)
{
    size_t len = strlen(s) + 1;
    return memcpy(xmalloc(len), s, len);
}

void *xgrow(void *old, size_t *cap, size_t need, size_t size)
{
    if (need <= *cap)
        return old;
    size_t fresh = *cap ? *cap : size == 1 ? 256 : 16;
    while (fresh < need)
        fresh *= 2;
    if (fresh > SIZE_MAX / size)
        die(1, "memory exhausted");
    *cap = fresh;
    return xrealloc(old, fresh * size);
}
