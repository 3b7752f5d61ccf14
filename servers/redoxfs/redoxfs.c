/*
 * redoxfs [OPTION...] DISK SCHEME [BLOCK]
 * redoxfs [OPTION...] --uuid UUID SCHEME [BLOCK]
 *     --cache SIZE            bytes, with K, M or G; less than CACHE_MIN counts as that
 *     --read-only
 *     --password-file FILE    its first line is the password; without it the console is asked
 *
 * The RedoxFS file system on a disk (a path of a disk scheme, or the disk that has the UUID) as
 * scheme SCHEME. BLOCK says at which block of 4096 bytes it begins; by default that is looked for.
 *
 * What programs write is on the disk when fsync says so, and otherwise two seconds later. The
 * server may be killed at any time: what it had committed is what the next one finds.
 */
#include "servers/redoxfs/redoxfs.h"
#include "libfile/refuse.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DISK_WAIT_MS 5000u
#define CACHE_SHARE 8u               /* of the memory, by default */
#define BACKLOG_SHARE 4u             /* of the cache, for what waits to be written */
#define BACKLOG_MOST ((u64)16 << 20) /* more would be memory touched for the first time */
#define PASSWORD_TRIES 3u
#define CACHE_MIN ((u64)16 << 20) /* less would not do for mapping the programs */

struct arguments {
    const char *uuid, *disk, *scheme, *password_file;
    u64 base;
    size_t cache;
    bool read_only;
};

static struct volume volume;

static void now(struct rx_timespec *t)
{
    if (rx_clock(RX_CLOCK_REALTIME, t) < 0)
        *t = (struct rx_timespec){0};
}

static void rfs_now(void *ctx, struct rfs_time *out)
{
    struct rx_timespec t;

    (void)ctx;
    now(&t);
    *out = (struct rfs_time){(u64)t.sec, (u32)t.nsec};
}

/* A number, with K, M or G behind it where a unit makes sense. */
static bool parse_number(const char *text, u64 *out)
{
    char *end;
    u64 n = strtoull(text, &end, 10);
    unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;

    if (end == text || text[0] == '-' || (shift ? end[1] : end[0]) != 0 || n > UINT64_MAX >> shift)
        return false;
    *out = n << shift;
    return true;
}

static u64 default_cache(void)
{
    static const char path[] = "/scheme/memory";
    u64 vfs[11] = {0}; /* block size, fragment size, blocks, ... */
    i64 fd = rx_openat(RX_AT_FDCWD, path, sizeof path - 1, RX_O_STAT | RX_O_CLOEXEC, 0);

    if (fd < 0)
        return CACHE_MIN;
    bool known = !RX_IS_ERR(redox_fstatvfs_v1((size_t)fd, vfs));
    redox_close_v1((size_t)fd);
    return known ? vfs[0] * vfs[2] / CACHE_SHARE : CACHE_MIN;
}

static bool parse(int argc, char **argv, struct arguments *a)
{
    const char *words[3] = {NULL};
    u32 n = 0;
    u64 cache = default_cache();

    a->base = RFS_PROBE;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--read-only") == 0)
            a->read_only = true;
        else if (strcmp(argv[i], "--uuid") == 0 && i + 1 < argc)
            a->uuid = argv[++i];
        else if (strcmp(argv[i], "--password-file") == 0 && i + 1 < argc)
            a->password_file = argv[++i];
        else if (strcmp(argv[i], "--cache") == 0 && i + 1 < argc) {
            if (!parse_number(argv[++i], &cache))
                return false;
        } else if (argv[i][0] != '-' && n < 3)
            words[n++] = argv[i];
        else
            return false;
    }
    u32 first = 0;
    if (!a->uuid)
        a->disk = words[first++];
    a->scheme = words[first++];
    a->cache = (size_t)(cache > CACHE_MIN ? cache : CACHE_MIN);
    if (first < n && words[first][0] && !parse_number(words[first++], &a->base))
        return false;
    return a->scheme && a->scheme[0] && (a->uuid || a->disk);
}

static _Noreturn void give_up(const char *name, const char *why, u32 status)
{
    refuse("redoxfs", name, why, status);
}

static void answer(void *device, u64 request, i64 result)
{
    (void)device;
    scheme_answer(volume.scheme, request, result);
}

/* At the end of a turn of the loop. What was turned away comes again when the disk has answered. */
static bool ask_again(void *arg)
{
    struct backlog *q = &volume.device.backlog;

    (void)arg;
    bool any = writeback_turn(&volume);
    if (q->lying)
        backlog_poke(q);
    if (!q->ask_again)
        return any;
    q->ask_again = q->turned_away = false;
    tree_wake(volume.scheme);
    return true;
}

static u64 backlog_limit(const struct arguments *a)
{
    u64 share = a->cache / BACKLOG_SHARE;

    return share < BACKLOG_MOST ? share : BACKLOG_MOST;
}

static void open_disk(struct volume *v, const struct arguments *a)
{
    u8 uuid[UUID_LEN];
    i64 r;

    v->device.read_only = a->read_only;
    v->device.answer = answer;
    v->device.backlog_limit = backlog_limit(a);
    if (!a->uuid)
        r = device_open(&v->device, a->disk, DISK_WAIT_MS);
    else if (!uuid_parse(a->uuid, uuid))
        r = -EINVAL;
    else
        r = device_search(&v->device, uuid, a->base);
    if (r < 0)
        give_up(a->uuid ? a->uuid : a->disk, strerror((int)-r), EXIT_FAULT);
}

/* Opens it with as many passwords as it takes, up to PASSWORD_TRIES of the console's. */
static i64 open_encrypted(struct volume *v, const struct arguments *a, struct rfs_options *o)
{
    static char password[PASSWORD_MAX];
    i64 r = -ENOKEY;

    o->password = password;
    for (u32 i = 0; r == -ENOKEY && i < (a->password_file ? 1 : PASSWORD_TRIES); i++) {
        i64 len = a->password_file ? password_from_file(a->password_file, password, sizeof password)
                                   : password_ask(i > 0, password, sizeof password);
        if (len < 0)
            return len;
        o->password_len = (size_t)len;
        r = rfs_open(&v->rfs, &v->device.rfs, o);
    }
    memset(password, 0, sizeof password);
    return r;
}

static void open_volume(struct volume *v, const struct arguments *a)
{
    v->cache = a->cache - backlog_limit(a);
    struct rfs_options o = {.cache = v->cache,
                            .read_only = v->device.read_only || a->read_only,
                            .pool = true,
                            .base = a->base,
                            .now = rfs_now};
    i64 r = rfs_open(&v->rfs, &v->device.rfs, &o);

    if (r == -ENOKEY)
        r = open_encrypted(v, a, &o);
    if (r < 0)
        give_up(a->uuid ? a->uuid : a->disk,
                r == -ENOENT   ? "no RedoxFS found"
                : r == -ENOKEY ? "it is encrypted, and that is not its password"
                               : strerror((int)-r),
                r == -ENOENT || r == -ENOKEY ? EXIT_HOPELESS : EXIT_FAULT);
    writeback_init(v);
    v->tree = (struct tree){.ops = &volume_ops,
                            .fs = v,
                            .scheme = a->scheme,
                            .root = RFS_ROOT,
                            .now = now,
                            .names_are_ours = true};
}

int main(int argc, char **argv)
{
    struct arguments a = {0};

    if (!parse(argc, argv, &a))
        give_up("usage", "redoxfs [OPTION...] DISK|--uuid UUID SCHEME [BLOCK]", EXIT_HOPELESS);
    open_disk(&volume, &a);
    open_volume(&volume, &a);
    i64 r = tree_init(&volume.tree);
    if (r >= 0)
        r = scheme_create(&tree_scheme_ops, &volume.tree, TREE_ROOT_ID, &volume.scheme);
    if (r >= 0)
        r = scheme_publish(volume.scheme, a.scheme);
    if (r < 0)
        give_up(a.scheme, strerror((int)-r), EXIT_FAULT);
    scheme_poll(ask_again, NULL);
    /* The namespace is kept: a disk whose driver was started again has to be opened again. */
    scheme_run();
}
