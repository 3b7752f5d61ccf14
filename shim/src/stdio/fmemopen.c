/* fmemopen: a stream over memory of a fixed size. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/stdio.h"

struct area {
    char *data;
    size_t pos, len, size;
    bool own;
};

static i64 area_read(FILE *f, void *buf, size_t len)
{
    struct area *a = f->cookie;
    size_t have = a->pos < a->len ? a->len - a->pos : 0;

    if (len > have)
        len = have;
    memcpy(buf, a->data + a->pos, len);
    a->pos += len;
    return (i64)len;
}

static i64 area_write(FILE *f, const void *buf, size_t len)
{
    struct area *a = f->cookie;

    if (f->flags & F_APPEND)
        a->pos = a->len;
    if (a->pos >= a->size)
        return -ENOSPC;
    if (len > a->size - a->pos)
        len = a->size - a->pos;
    memcpy(a->data + a->pos, buf, len);
    a->pos += len;
    if (a->pos > a->len) {
        a->len = a->pos;
        if (a->len < a->size)
            a->data[a->len] = 0;
        else if (f->flags & F_READ)
            a->data[a->size - 1] = 0;
    }
    return (i64)len;
}

static i64 area_seek(FILE *f, i64 offset, int whence)
{
    struct area *a = f->cookie;
    i64 base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? (i64)a->pos : (i64)a->len;

    if (__builtin_add_overflow(base, offset, &offset) || offset < 0 || (size_t)offset > a->size)
        return -EINVAL;
    a->pos = (size_t)offset;
    return offset;
}

static i64 area_close(FILE *f)
{
    struct area *a = f->cookie;

    if (a->own)
        free(a->data);
    free(a);
    return 0;
}

static const struct stream_ops area_ops = {area_read, area_write, area_seek, area_close};

FILE *fmemopen(void *restrict data, size_t size, const char *restrict mode)
{
    int open_flags;
    u32 flags = __umk_parse_mode(mode, &open_flags);

    if (!flags)
        return NULL;
    if (size == 0) {
        errno = EINVAL;
        return NULL;
    }
    struct area *a = calloc(1, sizeof *a);
    FILE *f = a ? __umk_file_new(flags, -1, &area_ops, a) : NULL;
    if (f && !data) {
        data = calloc(1, size);
        a->own = true;
    }
    if (!f || !data) {
        free(f);
        free(a);
        return NULL;
    }
    a->data = data;
    a->size = size;
    if (open_flags & O_TRUNC)
        a->data[0] = 0;
    else
        a->len = *mode == 'r' && !a->own ? size : strnlen(a->data, size);
    if (flags & F_APPEND)
        a->pos = a->len;
    __umk_file_link(f);
    return f;
}
