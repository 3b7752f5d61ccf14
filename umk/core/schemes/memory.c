/*
 * memory: anonymous memory and memory objects. A descriptor of the scheme names no pages until it
 * is given a size (ftruncate); then it is an object, which several processes may map and whose
 * pages all of them see. Before that, mapping it gives fresh zeroed memory, shared over fork
 * when asked for MAP_SHARED. Physical memory belongs to machines that have some.
 */
#include "umk/core/kschemes.h"
#include "umk/core/scheme.h"

struct memory_file {
    struct object *object;
    u64 length; /* in bytes, as set; the object is that rounded up to pages */
};

struct pool memory_file_pool = POOL_INIT(memory_file, 1u << 18);
static struct scheme *memory_scheme;

struct desc *memory_desc_new(struct object *o, u64 length, u32 flags)
{
    struct memory_file *f = pool_get(&memory_file_pool);
    struct desc *d = f ? desc_new(memory_scheme, 0, flags, f) : NULL;

    if (!d) {
        if (f)
            pool_put(&memory_file_pool, f);
        return NULL;
    }
    f->object = o;
    f->length = length;
    return d;
}

struct object *memory_desc_object(const struct desc *d, u64 *length)
{
    const struct memory_file *f = d->scheme->ops == &memory_ops ? d->priv : NULL;

    if (!f || !f->object)
        return NULL;
    *length = f->length;
    return f->object;
}

static bool is(const char *path, size_t len, const char *word)
{
    return strlen(word) == len && memcmp(path, word, len) == 0;
}

static i64 memory_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                       struct opened *out)
{
    (void)c;
    if (dir->priv)
        return -EACCES;
    if (is(path, len, "scheme-root"))
        out->desc = desc_new(dir->scheme, 0, flags, NULL);
    else if (len == 0 || is(path, len, "zeroed") || is(path, len, "zeroed@wb") ||
             is(path, len, "@wb"))
        out->desc = memory_desc_new(NULL, 0, flags);
    else
        return -ENOENT;
    return out->desc ? 0 : -ENOMEM;
}

static i64 memory_ftruncate(struct context *c, struct desc *d, u64 size)
{
    struct memory_file *f = d->priv;
    i64 err;

    (void)c;
    if (!f || !(d->flags & RX_O_WRONLY))
        return -EBADF;
    if (f->object)
        return size == f->length ? 0 : -EBUSY;
    if ((err = object_new(size, &f->object)))
        return err;
    f->length = size;
    return 0;
}

static i64 memory_fmap(struct desc *d, u64 offset, u64 size, u32 flags, struct object **o,
                       u64 *o_off)
{
    struct memory_file *f = d->priv;
    i64 err;

    if (!f)
        return -EOPNOTSUPP;
    if (!f->object) {
        if (!(flags & RX_MAP_SHARED)) {
            *o = NULL;
            *o_off = 0;
            return 0;
        }
        if ((err = object_new(size, &f->object)))
            return err;
        f->length = size;
    }
    if (offset > f->object->size || size > f->object->size - offset)
        return -EINVAL;
    *o = f->object;
    *o_off = offset;
    return 0;
}

static i64 memory_fstatvfs(struct desc *d, struct rx_statvfs *st)
{
    (void)d;
    st->bsize = PAGE_SIZE;
    st->blocks = core.config.memory / PAGE_SIZE;
    st->bfree = st->bavail = (core.config.memory - core.memory_used) / PAGE_SIZE;
    return 0;
}

static i64 memory_fstat(struct desc *d, struct rx_stat *st)
{
    const struct memory_file *f = d->priv;

    st->mode = MODE_FILE | 0600;
    st->size = f ? f->length : 0;
    return 0;
}

static i64 memory_fpath(struct desc *d, char *buf, size_t len)
{
    size_t n = min_u64(len, 15);

    (void)d;
    memcpy(buf, "/scheme/memory/", n);
    return (i64)n;
}

static void memory_close(struct desc *d)
{
    struct memory_file *f = d->priv;

    if (!f)
        return;
    if (f->object)
        object_put(f->object);
    pool_put(&memory_file_pool, f);
}

const struct kscheme_ops memory_ops = {
    .openat = memory_open,
    .ftruncate = memory_ftruncate,
    .fmap = memory_fmap,
    .fstatvfs = memory_fstatvfs,
    .fstat = memory_fstat,
    .fpath = memory_fpath,
    .close = memory_close,
};

void memory_init(struct scheme *s)
{
    memory_scheme = s;
}
