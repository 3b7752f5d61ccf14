/*
 * posix_getdents: entries in the form of struct posix_dent. The descriptor has no position that
 * other calls see, so where a call left off is kept by lseek.
 */
#include <dirent.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>
#include "shim/src/fcntl/fd.h"

#define RAW 2048

/* Puts one record; its length, 0 when it does not fit. */
static size_t put(const struct rx_dirent *header, const u8 *name, size_t len, u8 *out, size_t room)
{
    size_t size = (offsetof(struct posix_dent, d_name) + len + 1 + 7) & ~(size_t)7;
    struct posix_dent d = {
        .d_ino = header->ino, .d_reclen = (reclen_t)size, .d_type = header->kind};

    if (size > room)
        return 0;
    memset(out, 0, size);
    memcpy(out, &d, offsetof(struct posix_dent, d_name));
    memcpy(out + offsetof(struct posix_dent, d_name), name, len);
    return size;
}

/* Moves whole records from raw to out; *next is the place of the first that was not. */
static i64 translate(const u8 *raw, size_t len, u8 *out, size_t room, u64 *next)
{
    size_t done = 0;

    for (size_t at = 0; at + sizeof(struct rx_dirent) < len;) {
        struct rx_dirent header;
        memcpy(&header, raw + at, sizeof header);
        const u8 *name = raw + at + sizeof header;
        if (header.reclen <= sizeof header || header.reclen > len - at)
            return -EIO;
        size_t name_len = strnlen((const char *)name, header.reclen - sizeof header);
        size_t n = put(&header, name, name_len, out + done, room - done);
        if (n == 0)
            return done ? (i64)done : -EINVAL;
        done += n;
        *next = header.next;
        at += header.reclen;
    }
    return (i64)done;
}

ssize_t posix_getdents(int fd, void *buf, size_t len, int flags)
{
    u8 raw[RAW];
    i64 at = rx_lseek(__umk_fd(fd), 0, RX_SEEK_CUR);
    u64 next = at < 0 ? 0 : (u64)at;

    if (flags)
        return __umk_fail(EOPNOTSUPP);
    i64 r = at < 0 && at != -ESPIPE && at != -EISDIR
                ? at
                : (i64)redox_getdents_v0(__umk_fd(fd), raw, sizeof raw, next);
    if (r > 0)
        r = translate(raw, (size_t)r, buf, len, &next);
    if (r > 0) {
        i64 moved = rx_lseek((u64)fd, (i64)next, RX_SEEK_SET);
        r = moved < 0 ? moved : r;
    }
    return __umk_result(r);
}
