/*
 * Namespaces; see namespace.h. A namespace is shared by the descriptions that refer to it; a
 * file of the scheme is a namespace with permissions, a registration of one name, or a listing.
 */
#include "umk/core/namespace.h"
#include "umk/core/channel.h"
#include "umk/core/kschemes.h"
#include "umk/core/scheme.h"

#define NAME_MAX_LEN 255u

struct ns_entry {
    struct list link;
    struct desc *cap;
    u32 len;
    char name[NAME_MAX_LEN + 1];
};

struct namespace
{
    u32 refs;
    struct list entries;
    struct list all;
};

enum ns_kind { NS_SPACE, NS_REGISTRATION, NS_LISTING };

struct ns_file {
    enum ns_kind kind;
    struct namespace *ns;
    u32 perms;
    u32 name_len;
    char name[NAME_MAX_LEN + 1];
};

struct pool ns_entry_pool = POOL_INIT(ns_entry, 1u << 16);
struct pool namespace_pool = POOL_INIT(namespace, 1u << 14);
struct pool ns_file_pool = POOL_INIT(ns_file, 1u << 16);

static struct scheme *ns_scheme;
static struct list all_namespaces;

void namespace_init(void)
{
    list_init(&all_namespaces);
    ns_scheme = scheme_new_kernel("namespace", 12, &namespace_ops);
}

bool namespace_is(const struct desc *d)
{
    return d->scheme->ops == &namespace_ops && ((struct ns_file *)d->priv)->kind == NS_SPACE;
}

static void entry_free(struct ns_entry *e)
{
    list_remove(&e->link);
    roots_end_at(e->cap);
    desc_put(e->cap);
    pool_put(&ns_entry_pool, e);
}

static void ns_put(struct namespace *ns)
{
    struct list *first;

    if (--ns->refs > 0)
        return;
    list_remove(&ns->all);
    while ((first = list_first(&ns->entries)))
        entry_free(LIST_ENTRY(first, struct ns_entry, link));
    pool_put(&namespace_pool, ns);
}

static struct namespace *ns_new(void)
{
    struct namespace *ns = pool_get(&namespace_pool);

    if (!ns)
        return NULL;
    ns->refs = 1;
    list_init(&ns->entries);
    list_init(&ns->all);
    list_add(&all_namespaces, &ns->all);
    return ns;
}

/* A file on ns, taking over the reference; NULL (reference dropped) when memory is short. */
static struct desc *file_new(struct namespace *ns, enum ns_kind kind, u32 perms)
{
    struct ns_file *f = pool_get(&ns_file_pool);
    struct desc *d;

    if (f && (d = desc_new(ns_scheme, 0, RX_O_RDWR, f))) {
        f->kind = kind;
        f->ns = ns;
        f->perms = perms;
        return d;
    }
    if (f)
        pool_put(&ns_file_pool, f);
    ns_put(ns);
    return NULL;
}

struct desc *namespace_create(void)
{
    struct namespace *ns = ns_new();

    return ns ? file_new(ns, NS_SPACE, NS_LIST | NS_INSERT | NS_DELETE | NS_SCHEME_CREATE) : NULL;
}

static struct ns_entry *find(const struct namespace *ns, const char *name, size_t len)
{
    struct ns_entry *e;

    LIST_FOR_EACH (e, &ns->entries, link)
        if (e->len == len && memcmp(e->name, name, len) == 0)
            return e;
    return NULL;
}

static bool name_ok(const char *name, size_t len)
{
    if (len == 0 || len > NAME_MAX_LEN)
        return false;
    for (size_t i = 0; i < len; i++)
        if (name[i] <= ' ' || name[i] > '~' || name[i] == '/' || name[i] == ':')
            return false;
    return true;
}

/* A namespace or a pipe could hold the very namespace that holds it, for ever. */
static bool cap_ok(const struct desc *cap)
{
    return cap->scheme->ops != &namespace_ops && !(cap->scheme->ops == &pipe_ops && cap->priv);
}

static i64 insert(struct namespace *ns, const char *name, size_t len, struct desc *cap)
{
    struct ns_entry *e;

    if (!name_ok(name, len) || !cap_ok(cap))
        return -EINVAL;
    e = find(ns, name, len);
    if (e && !e->cap->scheme->dead)
        return -EEXIST;
    if (e) /* the name of a server that died: its successor takes it */
        entry_free(e);
    e = pool_get(&ns_entry_pool);
    if (!e)
        return -ENOMEM;
    memcpy(e->name, name, len);
    e->len = (u32)len;
    e->cap = cap;
    desc_get(cap);
    list_init(&e->link);
    list_add(&ns->entries, &e->link);
    if (!cap->scheme->ops && len < sizeof(cap->scheme->label)) {
        memset(cap->scheme->label, 0, sizeof(cap->scheme->label));
        memcpy(cap->scheme->label, name, len);
    }
    return 0;
}

i64 namespace_insert(struct desc *d, const char *name, size_t len, struct desc *cap)
{
    return insert(((struct ns_file *)d->priv)->ns, name, len, cap);
}

i64 namespace_lookup(struct desc *d, const char *name, size_t len, struct desc **cap)
{
    struct ns_entry *e;

    if (!namespace_is(d))
        return -EBADF;
    e = find(((struct ns_file *)d->priv)->ns, name, len);
    if (!e)
        return -ENODEV;
    *cap = e->cap;
    return 0;
}

const char *namespace_name_of(const struct scheme *s)
{
    struct namespace *ns;
    struct ns_entry *e;

    LIST_FOR_EACH (ns, &all_namespaces, all)
        LIST_FOR_EACH (e, &ns->entries, link)
            if (e->cap->scheme == s)
                return e->name;
    return "";
}

/* Dup: the verbs */

static bool pattern_matches(const u8 *pat, u64 len, const struct ns_entry *e)
{
    if (len && pat[len - 1] == '*')
        return e->len >= len - 1 && memcmp(pat, e->name, len - 1) == 0;
    return e->len == len && memcmp(pat, e->name, len) == 0;
}

static i64 copy_matching(struct namespace *to, const struct namespace *from, const u8 *pat, u64 len)
{
    struct ns_entry *e;

    LIST_FOR_EACH (e, &from->entries, link) {
        i64 err;

        if (!pattern_matches(pat, len, e))
            continue;
        err = insert(to, e->name, e->len, e->cap);
        if (err && err != -EEXIST)
            return err;
    }
    return 0;
}

/* The list of {word length, bytes} lies in the caller's memory: every length is read once. */
static i64 dup_fork(const struct namespace *from, const u8 *list, size_t len, struct opened *out)
{
    struct namespace *ns = ns_new();
    i64 err = 0;

    if (!ns)
        return -ENOMEM;
    for (size_t at = 0; at < len && !err;) {
        u8 pattern[NAME_MAX_LEN + 1];
        u64 n;

        err = -EINVAL;
        if (len - at < sizeof(n))
            break;
        memcpy(&n, list + at, sizeof(n));
        at += sizeof(n);
        if (n > len - at || n > NAME_MAX_LEN)
            break;
        memcpy(pattern, list + at, n);
        err = copy_matching(ns, from, pattern, n);
        at += n;
    }
    if (err) {
        ns_put(ns);
        return err;
    }
    out->desc = file_new(ns, NS_SPACE, NS_LIST | NS_INSERT | NS_DELETE);
    return out->desc ? 0 : -ENOMEM;
}

static i64 dup_register(struct ns_file *f, const u8 *name, size_t len, struct opened *out)
{
    struct ns_file *reg;
    char copy[NAME_MAX_LEN + 1];

    if (!(f->perms & NS_INSERT))
        return -EACCES;
    if (len > NAME_MAX_LEN)
        return -EINVAL;
    memcpy(copy, name, len);
    if (!name_ok(copy, len))
        return -EINVAL;
    f->ns->refs++;
    out->desc = file_new(f->ns, NS_REGISTRATION, 0);
    if (!out->desc)
        return -ENOMEM;
    reg = out->desc->priv;
    memcpy(reg->name, copy, len);
    reg->name_len = (u32)len;
    return 0;
}

static i64 ns_dup(struct context *c, struct desc *d, const u8 *buf, size_t len, struct opened *out)
{
    struct ns_file *f = d->priv;
    u64 verb, mask;

    (void)c;
    if (f->kind != NS_SPACE)
        return -ENOENT;
    if (len < sizeof(verb))
        return -EINVAL;
    memcpy(&verb, buf, sizeof(verb));
    switch (verb) {
    case NSDUP_FORK:
        return dup_fork(f->ns, buf + sizeof(verb), len - sizeof(verb), out);
    case NSDUP_SHRINK:
        if (len != 2 * sizeof(u64))
            return -EINVAL;
        memcpy(&mask, buf + sizeof(verb), sizeof(mask));
        f->ns->refs++;
        out->desc = file_new(f->ns, NS_SPACE, f->perms & (u32)mask);
        return out->desc ? 0 : -ENOMEM;
    case NSDUP_REGISTER:
        return dup_register(f, buf + sizeof(verb), len - sizeof(verb), out);
    default:
        return -EINVAL;
    }
}

/* The other operations */

static bool is_name(const char *path, size_t len, const char *name)
{
    return len == strlen(name) && memcmp(path, name, len) == 0;
}

/* The scheme's own paths: "" lists, "scheme-creation-cap". Names of schemes are resolved before
 * an open comes here. */
static i64 ns_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                   struct opened *out)
{
    struct ns_file *f = dir->priv;

    (void)c;
    if (f->kind != NS_SPACE)
        return -ENOENT;
    if (len == 0) {
        if (!(f->perms & NS_LIST))
            return -EACCES;
        f->ns->refs++;
        out->desc = file_new(f->ns, NS_LISTING, 0);
        return out->desc ? 0 : -ENOMEM;
    }
    if (!is_name(path, len, "scheme-creation-cap"))
        return -ENOENT;
    if (!(f->perms & NS_SCHEME_CREATE))
        return -EACCES;
    out->desc = desc_new(core.scheme_manager, 0, flags | RX_O_RDWR, NULL);
    return out->desc ? 0 : -ENOMEM;
}

static i64 ns_unlink(struct context *c, struct desc *d, const char *name, size_t len, u32 flags)
{
    struct ns_file *f = d->priv;
    struct ns_entry *e;

    (void)c;
    (void)flags;
    if (f->kind != NS_SPACE)
        return -ENOENT;
    if (!(f->perms & NS_DELETE))
        return -EACCES;
    e = find(f->ns, name, len);
    if (!e)
        return -ENODEV;
    entry_free(e);
    return 0;
}

static i64 ns_sendfd(struct context *c, struct desc *d, struct desc **ds, size_t n,
                     const u64 meta[3])
{
    struct ns_file *f = d->priv;

    (void)c;
    (void)meta;
    if (f->kind != NS_REGISTRATION)
        return -EACCES;
    if (n != 1)
        return -EINVAL;
    return insert(f->ns, f->name, f->name_len, ds[0]);
}

static i64 ns_getdents(struct context *c, struct desc *d, u8 *buf, size_t len, u64 start)
{
    struct ns_file *f = d->priv;
    struct ns_entry *e;
    size_t used = 0;
    u64 i = 0;

    (void)c;
    if (f->kind != NS_LISTING)
        return -ENOTDIR;
    LIST_FOR_EACH (e, &f->ns->entries, link) {
        i64 n;

        if (i++ < start)
            continue;
        n = dirent_put(buf + used, len - used, 0, i, DIRENT_UNKNOWN, e->name, e->len);
        if (n < 0)
            return used ? (i64)used : n;
        used += (size_t)n;
    }
    return (i64)used;
}

static i64 ns_fstat(struct desc *d, struct rx_stat *st)
{
    st->mode = ((struct ns_file *)d->priv)->kind == NS_LISTING ? MODE_DIR | 0555 : MODE_FILE | 0600;
    return 0;
}

static i64 ns_fpath(struct desc *d, char *buf, size_t len)
{
    static const char path[] = "/scheme/";
    size_t n = min_u64(len, ((struct ns_file *)d->priv)->kind == NS_LISTING ? 8 : 0);

    memcpy(buf, path, n);
    return (i64)n;
}

static void ns_close(struct desc *d)
{
    struct ns_file *f = d->priv;

    ns_put(f->ns);
    pool_put(&ns_file_pool, f);
}

const struct kscheme_ops namespace_ops = {
    .openat = ns_open,
    .unlinkat = ns_unlink,
    .dup = ns_dup,
    .sendfd = ns_sendfd,
    .getdents = ns_getdents,
    .fstat = ns_fstat,
    .fpath = ns_fpath,
    .close = ns_close,
};
