/*
 * randd: random bytes. One device node with an owner and permission bits; what is written to it
 * is mixed into the generator.
 */
#include "redox/scheme.h"
#include "servers/randd/generator.h"

#include <string.h>

#define ROOT_ID 0u
#define FILE_ID 1u

static struct generator generator;
static struct {
    u32 mode, uid, gid;
} node = {.mode = 0644};

static bool permitted(const struct scheme_ctx *c, u32 wanted)
{
    if (c->uid == 0)
        return true;
    u32 shift = c->uid == node.uid ? 6 : c->gid == node.gid ? 3 : 0;
    return (node.mode >> shift & wanted) == wanted;
}

static i64 rand_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                       u32 fcntl_flags, struct open_result *out)
{
    (void)fcntl_flags;
    if (dir != ROOT_ID)
        return -EACCES;
    if (len && !(len == 7 && memcmp(path, "urandom", 7) == 0))
        return -ENOENT;
    if ((flags & RX_O_CREAT) && (flags & RX_O_EXCL))
        return -EEXIST;
    u32 wanted = (flags & RX_O_RDONLY ? 4u : 0u) | (flags & RX_O_WRONLY ? 2u : 0u);
    if (!(flags & RX_O_STAT) && !permitted(c, wanted))
        return -EPERM;
    out->id = FILE_ID;
    return 0;
}

static i64 rand_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)c, (void)offset;
    if (id != FILE_ID)
        return -EBADF;
    generator_read(&generator, buf, len);
    return (i64)len;
}

static i64 rand_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    (void)c, (void)offset;
    if (id != FILE_ID)
        return -EBADF;
    generator_mix(&generator, buf, len);
    return (i64)len;
}

static i64 rand_fchmod(struct scheme_ctx *c, u64 id, u32 mode)
{
    if (id != FILE_ID)
        return -EBADF;
    if (c->uid != 0 && c->uid != node.uid)
        return -EPERM;
    node.mode = mode & MODE_PERM;
    return 0;
}

static i64 rand_fchown(struct scheme_ctx *c, u64 id, u32 uid, u32 gid)
{
    if (id != FILE_ID)
        return -EBADF;
    if (c->uid != 0 && c->uid != node.uid)
        return -EPERM;
    if (uid != UINT32_MAX)
        node.uid = uid;
    if (gid != UINT32_MAX)
        node.gid = gid;
    return 0;
}

static i64 rand_ftruncate(struct scheme_ctx *c, u64 id, u64 len)
{
    (void)c, (void)len;
    return id == FILE_ID ? 0 : -EBADF;
}

static i64 rand_fevent(struct scheme_ctx *c, u64 id, u32 mask)
{
    (void)c, (void)id;
    return mask & EVENT_READ;
}

static i64 rand_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    (void)c, (void)id;
    static const char path[] = "/scheme/rand/";
    if (len < sizeof path - 1)
        return -ERANGE;
    memcpy(buf, path, sizeof path - 1);
    return (i64)sizeof path - 1;
}

static i64 rand_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c, (void)id;
    *st = (struct rx_stat){.ino = 1,
                           .mode = (u16)(MODE_CHR | node.mode),
                           .nlink = 1,
                           .uid = node.uid,
                           .gid = node.gid,
                           .blksize = 4096};
    return 0;
}

static const struct scheme_ops ops = {
    .openat = rand_openat,
    .read = rand_read,
    .write = rand_write,
    .fchmod = rand_fchmod,
    .fchown = rand_fchown,
    .ftruncate = rand_ftruncate,
    .fevent = rand_fevent,
    .fpath = rand_fpath,
    .fstat = rand_fstat,
};

int main(int argc, char **argv)
{
    u8 seed[GENERATOR_SEED];
    struct scheme *scheme;
    if (rx_entropy(seed, sizeof seed) < 0)
        rx_panic("randd: the kernel gives no entropy");
    generator_seed(&generator, seed);
    i64 result = scheme_create(&ops, NULL, ROOT_ID, &scheme);
    if (result >= 0)
        result = scheme_publish(scheme, argc > 1 ? argv[1] : "rand");
    if (result < 0)
        rx_panic("randd: cannot make the scheme");
    redox_setrens_v1(0, 0);
    scheme_run();
}
