/*
 * zerod: the schemes null and zero, one program. Its argument says which of the two it is.
 */
#include "redox/scheme.h"

#include <string.h>

#define ROOT_ID 0u
#define FILE_ID 1u

static bool is_zero;

static i64 dev_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                      u32 fcntl_flags, struct open_result *out)
{
    (void)c, (void)path, (void)len, (void)flags, (void)fcntl_flags;
    if (dir != ROOT_ID)
        return -EACCES;
    out->id = FILE_ID;
    return 0;
}

static i64 dev_dup(struct scheme_ctx *c, u64 id, const void *buf, size_t len,
                   struct open_result *out)
{
    (void)c, (void)buf;
    if (len)
        return -EINVAL;
    out->id = id;
    return 0;
}

static i64 dev_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)c, (void)offset;
    if (id != FILE_ID)
        return -EBADF;
    if (!is_zero)
        return 0;
    memset(buf, 0, len);
    return (i64)len;
}

static i64 dev_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    (void)c, (void)buf, (void)offset;
    return id == FILE_ID ? (i64)len : -EBADF;
}

static i64 dev_fsize(struct scheme_ctx *c, u64 id)
{
    (void)c, (void)id;
    return 0;
}

static i64 dev_ftruncate(struct scheme_ctx *c, u64 id, u64 len)
{
    (void)c, (void)len;
    return id == FILE_ID ? 0 : -EBADF; /* "> /dev/null" truncates */
}

static i64 dev_fevent(struct scheme_ctx *c, u64 id, u32 mask)
{
    (void)c, (void)id;
    return mask & (EVENT_READ | EVENT_WRITE);
}

static i64 dev_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    (void)c, (void)id;
    const char *path = is_zero ? "/scheme/zero/" : "/scheme/null/";
    size_t n = strlen(path);
    if (n > len)
        return -ERANGE;
    memcpy(buf, path, n);
    return (i64)n;
}

static i64 dev_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c, (void)id;
    *st = (struct rx_stat){.ino = 1, .mode = MODE_CHR | 0666, .nlink = 1, .blksize = 4096};
    return 0;
}

static const struct scheme_ops ops = {
    .openat = dev_openat,
    .dup = dev_dup,
    .read = dev_read,
    .write = dev_write,
    .fsize = dev_fsize,
    .ftruncate = dev_ftruncate,
    .fevent = dev_fevent,
    .fpath = dev_fpath,
    .fstat = dev_fstat,
};

int main(int argc, char **argv)
{
    if (argc != 2 || (strcmp(argv[1], "null") != 0 && strcmp(argv[1], "zero") != 0))
        rx_panic("usage: zerod null|zero");
    is_zero = argv[1][0] == 'z';
    struct scheme *scheme;
    i64 result = scheme_create(&ops, NULL, ROOT_ID, &scheme);
    if (result >= 0)
        result = scheme_publish(scheme, argv[1]);
    if (result < 0)
        rx_panic("zerod: cannot make the scheme");
    redox_setrens_v1(0, 0);
    scheme_run();
}
