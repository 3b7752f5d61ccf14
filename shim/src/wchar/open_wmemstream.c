/*
 * open_wmemstream: what is written, which arrives here as UTF-8, becomes wide characters in memory
 * that grows. Positions count characters. A character cut off by a flush waits for its rest.
 */
#include <errno.h>
#include <stdlib.h>
#include "shim/src/internal/stdio.h"
#include "shim/src/internal/utf8.h"

#define FIRST_ROOM 64

struct memory {
    wchar_t **data;
    size_t *size;
    size_t pos, len, room; /* in characters */
    mbstate_t state;
};

static int make_room(struct memory *m, size_t end)
{
    size_t room = end + end / 2 + 1;

    if (end < m->room)
        return 0;
    wchar_t *moved = reallocarray(*m->data, room, sizeof *moved);
    if (!moved)
        return -ENOMEM;
    *m->data = moved;
    m->room = room;
    return 0;
}

static int put(struct memory *m, wchar_t c)
{
    int r = make_room(m, m->pos + 1);

    if (r < 0)
        return r;
    if (m->pos > m->len)
        wmemset(*m->data + m->len, 0, m->pos - m->len);
    (*m->data)[m->pos++] = c;
    if (m->pos > m->len) {
        m->len = m->pos;
        (*m->data)[m->len] = 0;
    }
    return 0;
}

static i64 memory_write(FILE *f, const void *buf, size_t len)
{
    struct memory *m = f->cookie;
    const char *p = buf, *end = p + len;

    while (p < end) {
        wchar_t c;
        size_t n = __umk_utf8_decode(&c, p, (size_t)(end - p), &m->state);
        if (n == (size_t)-1)
            return -EILSEQ;
        if (n == (size_t)-2)
            break;
        int r = put(m, c);
        if (r < 0)
            return r;
        p += n ? n : 1;
    }
    *m->size = m->pos < m->len ? m->pos : m->len;
    return (i64)len;
}

static i64 memory_seek(FILE *f, i64 offset, int whence)
{
    struct memory *m = f->cookie;
    i64 base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (i64)m->pos : (i64)m->len;

    if (__builtin_add_overflow(base, offset, &offset) || offset < 0 ||
        offset > (i64)(PTRDIFF_MAX / sizeof(wchar_t)))
        return -EINVAL;
    m->pos = (size_t)offset;
    *m->size = m->pos < m->len ? m->pos : m->len;
    return offset;
}

static i64 memory_close(FILE *f)
{
    free(f->cookie);
    return 0;
}

static const struct stream_ops memory_ops = {NULL, memory_write, memory_seek, memory_close};

FILE *open_wmemstream(wchar_t **data, size_t *size)
{
    struct memory *m = calloc(1, sizeof *m);
    FILE *f = m ? __umk_file_new(F_WRITE | F_UTF8, -1, &memory_ops, m) : NULL;

    if (!f || !(*data = calloc(FIRST_ROOM, sizeof **data))) {
        free(m);
        if (f)
            __umk_file_free(f);
        return NULL;
    }
    m->data = data;
    m->size = size;
    m->room = FIRST_ROOM;
    *size = 0;
    f->orientation = 1;
    __umk_file_link(f);
    return f;
}
