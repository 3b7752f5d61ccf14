/* Finding a file system by its UUID: through all disks and partitions, in the order of names. */
#include "servers/redoxfs/redoxfs.h"

#include <stdio.h>
#include <string.h>

#define LIST_MAX 8192u

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

bool uuid_parse(const char *text, u8 uuid[UUID_LEN])
{
    for (u32 i = 0; i < UUID_LEN; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
            return false;
        int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);
        if (low < 0)
            return false;
        uuid[i] = (u8)(high << 4 | low);
        text += 2;
    }
    return *text == 0;
}

static bool holds(struct device *d, const u8 uuid[UUID_LEN], u64 base)
{
    const struct rfs_options look = {.read_only = true, .base = base};
    struct rfs_info info;
    struct rfs *fs;

    if (rfs_open(&fs, &d->rfs, &look) < 0)
        return false;
    rfs_info(fs, &info);
    rfs_abandon(fs);
    return memcmp(info.uuid, uuid, UUID_LEN) == 0;
}

/* Tries what a disk scheme lists, one name a line. */
static i64 search_scheme(struct device *d, const char *scheme, size_t len, const u8 *uuid, u64 base)
{
    static char list[LIST_MAX + 1];
    char path[200];
    size_t used = 0;
    i64 n = snprintf(path, sizeof path, "/scheme/%.*s", (int)len, scheme);
    i64 fd =
        rx_openat(RX_AT_FDCWD, path, (size_t)n, RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC, 0);

    if (fd < 0)
        return -ENOENT;
    while (used < LIST_MAX &&
           (n = (i64)redox_read_v1((u64)fd, (u8 *)list + used, LIST_MAX - used)) > 0)
        used += (size_t)n;
    redox_close_v1((u64)fd);
    list[used] = 0;
    for (char *name = list, *end; (end = strchr(name, '\n')) != NULL; name = end + 1) {
        *end = 0;
        snprintf(path, sizeof path, "/scheme/%.*s/%.40s", (int)len, scheme, name);
        *d = (struct device){0};
        if (device_open(d, path, 0) < 0)
            continue;
        if (holds(d, uuid, base))
            return 0;
        device_close(d);
    }
    return -ENOENT;
}

static i64 search_list(struct device *d, const u8 *list, size_t len, const u8 *uuid, u64 base,
                       u64 *next)
{
    for (size_t at = 0; at + RX_DIRENT_HEADER < len;) {
        struct rx_dirent e;
        memcpy(&e, list + at, RX_DIRENT_HEADER);
        if (e.reclen <= RX_DIRENT_HEADER || e.reclen > len - at)
            return -EIO;
        const char *name = (const char *)list + at + RX_DIRENT_HEADER;
        size_t name_len = strnlen(name, e.reclen - RX_DIRENT_HEADER);
        if (name_len >= 4 && name_len < 128 && memcmp(name, "disk", 4) == 0 &&
            search_scheme(d, name, name_len, uuid, base) == 0)
            return 0;
        *next = e.next;
        at += e.reclen;
    }
    return -ENOENT;
}

i64 device_search(struct device *d, const u8 uuid[UUID_LEN], u64 base)
{
    static const char path[] = "/scheme/";
    static u8 list[LIST_MAX];
    u64 next = 0;
    i64 n, r = -ENOENT;
    i64 fd = rx_openat(RX_AT_FDCWD, path, sizeof path - 1,
                       RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC, 0);

    if (fd < 0)
        return fd;
    while (r == -ENOENT && (n = (i64)redox_getdents_v0((u64)fd, list, sizeof list, next)) > 0)
        r = search_list(d, list, (size_t)n, uuid, base, &next);
    redox_close_v1((u64)fd);
    return r;
}
