/* open_memstream: writes go to memory that grows; the program sees it after each flush. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/stdio.h"

struct memory {
    char **data;
    size_t *size;
    size_t pos, len, room;
};

static i64 memory_write(FILE *f, const void *buf, size_t len)
{
    struct memory *m = f->cookie;
    size_t end = m->pos + len;

    if (end >= m->room) {
        size_t room = end + end / 2 + 1;
        char *moved = realloc(*m->data, room);
        if (!moved)
            return -ENOMEM;
        *m->data = moved;
        m->room = room;
    }
    if (m->pos > m->len)
        memset(*m->data + m->len, 0, m->pos - m->len);
    memcpy(*m->data + m->pos, buf, len);
    m->pos = end;
    if (end > m->len) {
        m->len = end;
        (*m->data)[end] = 0;
    }
    *m->size = m->len < m->pos ? m->len : m->pos;
    return (i64)len;
}

static i64 memory_seek(FILE *f, i64 offset, int whence)
{
    struct memory *m = f->cookie;
    i64 base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (i64)m->pos : (i64)m->len;

    if (__builtin_add_overflow(base, offset, &offset) || offset < 0)
        return -EINVAL;
    m->pos = (size_t)offset;
    *m->size = m->len < m->pos ? m->len : m->pos;
    return offset;
}

static i64 memory_close(FILE *f)
{
    free(f->cookie);
    return 0;
}

static const struct stream_ops memory_ops = {NULL, memory_write, memory_seek, memory_close};

FILE *open_memstream(char **data, size_t *size)
{
    struct memory *m = calloc(1, sizeof *m);
    FILE *f = m ? __umk_file_new(F_WRITE, -1, &memory_ops, m) : NULL;

    if (!f || !(*data = malloc(128))) {
        free(m);
        free(f);
        return NULL;
    }
    m->data = data;
    m->size = size;
    m->room = 128;
    **data = 0;
    *size = 0;
    __umk_file_link(f);
    return f;
}
