/*
 * memory: anonymous memory, memory objects, and for drivers physical memory.
 *
 *     "" zeroed                     names no pages until it is given a size (ftruncate); then it is
 *                                   an object, which several processes may map and whose pages all
 *                                   of them see. Before that, mapping it gives fresh zeroed memory,
 *                                   shared over fork when asked for MAP_SHARED
 *     zeroed@wb?phys_contiguous     mapping it gives zeroed memory in one piece
 *     physical@wb|wc|uc|dev         mapping it gives the physical range that begins at the offset
 *     translation                   a call with an address gives the physical one behind it
 *     ports                         I/O ports: reads and writes of 1, 2 or 4 bytes at a position,
 *                                   which is the port's number
 *
 * The last four are for root, on machines that give hardware to programs.
 */
#include "umk/core/kschemes.h"
#include "umk/core/scheme.h"

enum memory_kind { KIND_OBJECT, KIND_CONTIGUOUS, KIND_PHYSICAL, KIND_TRANSLATION, KIND_PORTS };

struct memory_file {
    enum memory_kind kind;
    enum memory_cache cache; /* KIND_PHYSICAL */
    struct object *object;   /* KIND_OBJECT: what it names; others: what was mapped last */
    u64 length;              /* in bytes, as set; the object is that rounded up to pages */
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

    if (!f || !f->object || f->kind != KIND_OBJECT)
        return NULL;
    *length = f->length;
    return f->object;
}

/* Paths: NAME[@TYPE[?FLAG]] */

#define PATH_MAX_LEN 64u

struct part {
    const char *at;
    size_t len;
};

static bool is(struct part p, const char *word)
{
    return strlen(word) == p.len && memcmp(p.at, word, p.len) == 0;
}

/* Takes what comes before `mark` off p; all of it when there is none. */
static struct part take(struct part *p, char mark)
{
    struct part first = {p->at, 0};

    while (first.len < p->len && p->at[first.len] != mark)
        first.len++;
    p->at += first.len;
    p->len -= first.len;
    if (p->len) {
        p->at++;
        p->len--;
    }
    return first;
}

static i64 parse_cache(struct part type, enum memory_cache *cache)
{
    if (type.len == 0 || is(type, "wb"))
        *cache = MEMORY_WB;
    else if (is(type, "wc"))
        *cache = MEMORY_WC;
    else if (is(type, "uc") || is(type, "dev"))
        *cache = MEMORY_UC;
    else
        return -ENOENT;
    return 0;
}

static i64 parse_path(const char *path, size_t len, struct memory_file *f)
{
    struct part rest = {path, len}, name = take(&rest, '@'), type = take(&rest, '?');
    i64 err = len > PATH_MAX_LEN ? -ENOENT : parse_cache(type, &f->cache);

    if (err || (rest.len && !is(rest, "phys_contiguous")))
        return -ENOENT;
    if (is(name, "physical"))
        f->kind = KIND_PHYSICAL;
    else if (is(name, "translation"))
        f->kind = KIND_TRANSLATION;
    else if (is(name, "ports"))
        f->kind = KIND_PORTS;
    else if (name.len == 0 || is(name, "zeroed"))
        f->kind = rest.len ? KIND_CONTIGUOUS : KIND_OBJECT;
    else
        return -ENOENT;
    if ((f->kind == KIND_OBJECT && f->cache != MEMORY_WB) ||
        (f->kind != KIND_OBJECT && !core.machine->object_device))
        return -ENOENT;
    return 0;
}

static i64 memory_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                       struct opened *out)
{
    struct memory_file what = {0}, *f;
    i64 err;

    if (dir->priv)
        return -EACCES;
    if (is((struct part){path, len}, "scheme-root")) {
        out->desc = desc_new(dir->scheme, 0, flags, NULL);
        return out->desc ? 0 : -ENOMEM;
    }
    if ((err = parse_path(path, len, &what)))
        return err;
    if (what.kind != KIND_OBJECT && !is_root(c->proc))
        return -EACCES;
    out->desc = memory_desc_new(NULL, 0, flags);
    if (!out->desc)
        return -ENOMEM;
    f = out->desc->priv;
    f->kind = what.kind;
    f->cache = what.cache;
    out->desc->positioned = f->kind == KIND_PORTS;
    return 0;
}

#define PORTS_END 0x10000u

static i64 port_access(struct desc *d, u8 *buf, size_t len, u64 port, bool write)
{
    const struct memory_file *f = d->priv;
    u32 value = 0;
    i64 err;

    if (!f || f->kind != KIND_PORTS)
        return -EBADF;
    if ((len != 1 && len != 2 && len != 4) || port > PORTS_END - len)
        return -EINVAL;
    if (write)
        memcpy(&value, buf, len);
    if ((err = core.machine->port((u16)port, (u32)len, &value, write)))
        return err;
    if (!write)
        memcpy(buf, &value, len);
    return (i64)len;
}

static i64 memory_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    (void)c;
    return port_access(d, buf, len, offset, false);
}

static i64 memory_write(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset)
{
    u8 copy[4] = {0};

    (void)c;
    memcpy(copy, buf, min_u64(len, sizeof(copy)));
    return port_access(d, copy, len, offset, true);
}

static i64 memory_ftruncate(struct context *c, struct desc *d, u64 size)
{
    struct memory_file *f = d->priv;
    i64 err;

    (void)c;
    if (!f || !(d->flags & RX_O_WRONLY))
        return -EBADF;
    if (f->kind != KIND_OBJECT)
        return -EINVAL;
    if (f->object)
        return size == f->length ? 0 : -EBUSY;
    if ((err = object_new(size, &f->object)))
        return err;
    f->length = size;
    return 0;
}

static i64 object_fmap(struct memory_file *f, u64 offset, u64 size, u32 flags, struct object **o,
                       u64 *o_off)
{
    i64 err;

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

#define PHYSICAL_END (1ull << 52)

/* A new object each time; the file keeps the last one, the mappings keep theirs. */
static i64 hardware_fmap(struct memory_file *f, u64 offset, u64 size, u32 *flags, struct object **o,
                         u64 *o_off)
{
    struct object *made;
    i64 err;

    if (*flags & RX_PROT_EXEC)
        return -EACCES;
    if (f->kind == KIND_CONTIGUOUS && (*flags & RX_MAP_SHARED))
        return -EOPNOTSUPP;
    if (f->kind == KIND_PHYSICAL && (offset >= PHYSICAL_END || size > PHYSICAL_END - offset))
        return -EINVAL;
    err = f->kind == KIND_PHYSICAL ? object_new_device(offset, size, f->cache, &made)
                                   : object_new_contiguous(size, &made);
    if (err)
        return err;
    if (f->object)
        object_put(f->object);
    f->object = *o = made;
    *o_off = 0;
    *flags = (*flags & ~(u32)RX_MAP_PRIVATE) | RX_MAP_SHARED;
    return 0;
}

static i64 memory_fmap(struct desc *d, u64 offset, u64 size, u32 *flags, struct object **o,
                       u64 *o_off)
{
    struct memory_file *f = d->priv;

    if (!f || f->kind == KIND_TRANSLATION || f->kind == KIND_PORTS)
        return -EOPNOTSUPP;
    if (f->kind == KIND_OBJECT)
        return object_fmap(f, offset, size, *flags, o, o_off);
    return hardware_fmap(f, offset, size, flags, o, o_off);
}

static i64 memory_call(struct context *c, struct desc *d, u8 *buf, size_t len, u32 flags,
                       const u64 meta[3])
{
    const struct memory_file *f = d->priv;
    u64 address, physical;
    i64 err;

    (void)flags;
    (void)meta;
    if (!f || f->kind != KIND_TRANSLATION)
        return -EOPNOTSUPP;
    if (len != sizeof(address))
        return -EINVAL;
    memcpy(&address, buf, sizeof(address));
    if ((err = core.machine->translate(c->proc->body, address, &physical)))
        return err;
    memcpy(buf, &physical, sizeof(physical));
    return 0;
}

static i64 memory_fstatvfs(struct desc *d, struct rx_statvfs *st)
{
    (void)d;
    st->bsize = PAGE_SIZE;
    st->blocks = core.config.memory / PAGE_SIZE;
    st->bfree = st->bavail = memory_left() / PAGE_SIZE;
    return 0;
}

static i64 memory_fstat(struct desc *d, struct rx_stat *st)
{
    const struct memory_file *f = d->priv;

    st->mode = MODE_FILE | 0600;
    st->size = !f ? 0 : f->kind == KIND_PORTS ? PORTS_END : f->length;
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
    .read = memory_read,
    .write = memory_write,
    .ftruncate = memory_ftruncate,
    .fmap = memory_fmap,
    .call = memory_call,
    .fstatvfs = memory_fstatvfs,
    .fstat = memory_fstat,
    .fpath = memory_fpath,
    .close = memory_close,
};

void memory_init(struct scheme *s)
{
    memory_scheme = s;
}
