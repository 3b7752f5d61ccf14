/* fopencookie: a stream over the program's own functions. */
#include <errno.h>
#include <stdlib.h>
#include "shim/src/internal/stdio.h"

struct custom {
    void *cookie;
    cookie_io_functions_t fn;
};

static i64 failed(void)
{
    return errno ? -errno : -EIO;
}

static i64 custom_read(FILE *f, void *buf, size_t len)
{
    struct custom *c = f->cookie;

    if (!c->fn.read)
        return 0;
    i64 n = c->fn.read(c->cookie, buf, len);
    return n < 0 ? failed() : n;
}

static i64 custom_write(FILE *f, const void *buf, size_t len)
{
    struct custom *c = f->cookie;

    if (!c->fn.write)
        return (i64)len;
    i64 n = c->fn.write(c->cookie, buf, len);
    return n <= 0 ? failed() : n;
}

static i64 custom_seek(FILE *f, i64 offset, int whence)
{
    struct custom *c = f->cookie;

    if (!c->fn.seek)
        return -EOPNOTSUPP;
    return c->fn.seek(c->cookie, &offset, whence) < 0 ? failed() : offset;
}

static i64 custom_close(FILE *f)
{
    struct custom *c = f->cookie;
    i64 result = c->fn.close && c->fn.close(c->cookie) < 0 ? failed() : 0;

    free(c);
    return result;
}

static const struct stream_ops custom_ops = {custom_read, custom_write, custom_seek, custom_close};

FILE *fopencookie(void *cookie, const char *mode, cookie_io_functions_t fn)
{
    int open_flags;
    u32 flags = __umk_parse_mode(mode, &open_flags);
    struct custom *c = flags ? malloc(sizeof *c) : NULL;
    FILE *f = c ? __umk_file_new(flags, -1, &custom_ops, c) : NULL;

    if (!f) {
        free(c);
        return NULL;
    }
    *c = (struct custom){cookie, fn};
    __umk_file_link(f);
    return f;
}
