/*
 * readdir, readdir_r. Servers list no "." and ".."; portable programs may not count on
 * them, and none are invented here. Records come from a server: their lengths are
 * checked before use.
 */
#include <errno.h>
#include <string.h>
#include "shim/src/dirent/dir.h"
#include "shim/src/internal/result.h"

/* The length of the name in the record at used, or -EIO. */
static i64 check_record(const DIR *d, struct rx_dirent *header)
{
    size_t left = d->len - d->used, room;

    if (left < sizeof *header)
        return -EIO;
    memcpy(header, d->buf + d->used, sizeof *header);
    if (header->reclen <= sizeof *header || header->reclen > left)
        return -EIO;
    room = header->reclen - sizeof *header;
    const u8 *name = d->buf + d->used + sizeof *header;
    const u8 *end = memchr(name, 0, room);
    if (!end || end == name || (size_t)(end - name) >= sizeof d->entry.d_name)
        return -EIO;
    return end - name;
}

/* 1: *out is filled; 0: the end; or negative errno. The directory's lock is held. */
static i64 next_entry(DIR *d, struct dirent *out)
{
    struct rx_dirent header;

    if (d->used >= d->len) {
        i64 r = (i64)redox_getdents_v0((u64)d->fd, d->buf, sizeof d->buf, d->next);
        if (r <= 0)
            return r;
        d->len = (size_t)r;
        d->used = 0;
    }
    i64 name_len = check_record(d, &header);
    if (name_len < 0)
        return name_len;
    out->d_ino = header.ino;
    out->d_off = (off_t)header.next;
    out->d_type = header.kind;
    out->d_reclen = (unsigned short)(offsetof(struct dirent, d_name) + (size_t)name_len + 1);
    memcpy(out->d_name, d->buf + d->used + sizeof header, (size_t)name_len + 1);
    d->used += header.reclen;
    d->next = header.next;
    return 1;
}

struct dirent *readdir(DIR *d)
{
    __umk_lock(&d->lock);
    i64 r = next_entry(d, &d->entry);
    __umk_unlock(&d->lock);
    if (r < 0)
        __umk_fail((int)-r);
    return r > 0 ? &d->entry : NULL;
}

int readdir_r(DIR *restrict d, struct dirent *restrict entry, struct dirent **restrict result)
{
    __umk_lock(&d->lock);
    i64 r = next_entry(d, entry);
    __umk_unlock(&d->lock);
    *result = r > 0 ? entry : NULL;
    return r < 0 ? (int)-r : 0;
}

static void seek(DIR *d, u64 position)
{
    __umk_lock(&d->lock);
    d->next = position;
    d->used = d->len = 0;
    __umk_unlock(&d->lock);
}

void rewinddir(DIR *d)
{
    seek(d, 0);
}

void seekdir(DIR *d, long position)
{
    seek(d, (u64)position);
}

long telldir(DIR *d)
{
    return (long)d->next;
}
