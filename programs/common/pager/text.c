/* Lines of a file; see text.h. */
#include "text.h"

#include "../error.h"

#include <errno.h>
#include <string.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void text_open(struct pager_text *t, int fd, bool (*wait)(int fd))
{
    struct stat st;
    *t = (struct pager_text){.fd = fd, .wait = wait};
    t->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && lseek(fd, 0, SEEK_SET) == 0;
}

void text_open_memory(struct pager_text *t, const char *data, size_t len)
{
    *t = (struct pager_text){.fd = -1};
    bytes_add(&t->kept, data, len);
    bytes_put(&t->kept, '\0');
    t->kept.len--;
}

void text_close(struct pager_text *t)
{
    if (t->fd >= 0)
        close_operand(t->fd);
    free(t->kept.data);
    free(t->starts);
    free(t->block);
}

/*
 * Bytes [at, at + len) of a regular file, or fewer at its end, come into the block; when they are
 * not there yet, with up to `back` bytes before them, for who is going backwards. The error is
 * kept.
 */
static size_t load(struct pager_text *t, off_t at, size_t len, size_t back)
{
    off_t end = t->block_at + (off_t)t->block_len;
    if (at >= t->block_at && at + (off_t)len <= end)
        return len;
    back = (off_t)back > at ? (size_t)at : back;
    size_t want = (len > IO_BLOCK ? len : IO_BLOCK) + back, got = 0;
    t->block = xgrow(t->block, &t->block_cap, want + 1, 1);
    while (got < want) {
        ssize_t n = pread(t->fd, t->block + got, want - got, at - (off_t)back + (off_t)got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            t->error = errno;
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    t->block[got] = '\0'; /* behind the text there is always one */
    t->block_at = at - (off_t)back;
    t->block_len = got;
    got = got > back ? got - back : 0;
    return got < len ? got : len;
}

/* The next bytes that were not scanned yet; 0 at the end, or when reading was not allowed. */
static size_t next_bytes(struct pager_text *t, const char **data)
{
    if (t->regular) {
        size_t n = load(t, t->scanned, IO_BLOCK, 0);
        t->ended = n == 0;
        *data = t->block + (t->scanned - t->block_at);
        return n;
    }
    if (t->scanned == (off_t)t->kept.len && t->fd >= 0 && !t->ended) {
        if (t->wait && !t->wait(t->fd))
            return 0;
        bytes_reserve(&t->kept, t->kept.len + IO_BLOCK + 1);
        ssize_t n = read_some(t->fd, t->kept.data + t->kept.len, IO_BLOCK);
        if (n < 0)
            t->error = errno;
        t->kept.len += n > 0 ? (size_t)n : 0;
        t->kept.data[t->kept.len] = '\0';
        t->ended = n <= 0;
    }
    t->ended |= t->fd < 0 && t->scanned == (off_t)t->kept.len;
    *data = t->kept.data + t->scanned;
    return t->kept.len - (size_t)t->scanned;
}

static bool scan(struct pager_text *t)
{
    const char *data;
    size_t len = next_bytes(t, &data), at = 0;
    while (at < len) {
        if (!t->open) {
            t->starts = xgrow(t->starts, &t->cap, t->count + 1, sizeof *t->starts);
            t->starts[t->count++] = t->scanned + (off_t)at;
        }
        const char *end = memchr(data + at, '\n', len - at);
        t->open = !end;
        at = end ? (size_t)(end - data) + 1 : len;
    }
    t->scanned += (off_t)len;
    return len > 0;
}

/* Lines that are whole: the last one is when the text has ended. */
static size_t whole_lines(const struct pager_text *t)
{
    return t->count - (t->open && !t->ended);
}

bool text_has(struct pager_text *t, size_t n)
{
    while (n >= whole_lines(t) && !t->ended && scan(t))
        ;
    return n < whole_lines(t);
}

bool text_read_all(struct pager_text *t, bool (*stop)(void))
{
    while (!t->ended) {
        if (!scan(t) && !t->ended)
            return false;
        if (stop())
            return false;
    }
    return true;
}

void text_again(struct pager_text *t)
{
    struct stat st;
    t->ended = false;
    t->block_len = 0;
    /* A file that was emptied begins anew. */
    if (t->regular && fstat(t->fd, &st) == 0 && st.st_size < t->scanned) {
        t->count = 0;
        t->scanned = 0;
        t->open = false;
    }
}

off_t text_offset(const struct pager_text *t, size_t n)
{
    return n < t->count ? t->starts[n] : t->scanned;
}

off_t text_size(const struct pager_text *t)
{
    struct stat st;
    if (t->ended)
        return t->scanned;
    return t->regular && fstat(t->fd, &st) == 0 ? st.st_size : -1;
}

const char *text_line(struct pager_text *t, size_t n, size_t *len)
{
    off_t start = text_offset(t, n);
    size_t want = (size_t)(text_offset(t, n + 1) - start);
    const char *line = t->kept.data + start;
    *len = want;
    if (t->regular) {
        *len = load(t, start, want, IO_BLOCK / 2);
        line = t->block + (start - t->block_at);
    }
    if (*len > 0 && line[*len - 1] == '\n')
        --*len;
    /* as some systems end lines */
    if (*len > 0 && line[*len - 1] == '\r')
        --*len;
    return *len > 0 ? line : "";
}
