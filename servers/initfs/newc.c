/*
 * The newc reader. A record is a header of 110 characters, the name with its NUL, padding to a
 * multiple of 4, the data, padding to a multiple of 4. All lengths are 32 bits wide, so sums in
 * 64 bits cannot overflow.
 */
#include "servers/initfs/newc.h"
#include "umk/abi/errno.h"

#include <string.h>

#define HEADER_SIZE 110u
#define NAME_MAX_LEN 4096u

enum field { F_INO, F_MODE, F_UID, F_GID, F_NLINK, F_MTIME, F_SIZE, F_NAMESIZE = 11, F_COUNT = 13 };

static bool read_field(const u8 *header, enum field f, u32 *out)
{
    const u8 *digits = header + 6 + (size_t)f * 8;
    u32 value = 0;
    for (int i = 0; i < 8; i++) {
        u8 c = digits[i];
        u32 digit = c >= '0' && c <= '9'   ? (u32)c - '0'
                    : c >= 'a' && c <= 'f' ? (u32)c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? (u32)c - 'A' + 10
                                           : 16u;
        if (digit > 15)
            return false;
        value = value << 4 | digit;
    }
    *out = value;
    return true;
}

static size_t align4(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

static void strip_leading(struct newc_entry *e)
{
    for (;;) {
        if (e->name_len >= 1 && e->name[0] == '/') {
            e->name++;
            e->name_len--;
        } else if (e->name_len >= 2 && e->name[0] == '.' && e->name[1] == '/') {
            e->name += 2;
            e->name_len -= 2;
        } else {
            break;
        }
    }
    if (e->name_len == 1 && e->name[0] == '.')
        e->name_len = 0;
}

int newc_next(struct newc *a, struct newc_entry *out)
{
    if (a->at > a->len || a->len - a->at < HEADER_SIZE)
        return -EBADMSG;
    const u8 *header = a->base + a->at;
    if (memcmp(header, "070701", 6) != 0)
        return -EBADMSG;
    u32 v[F_COUNT];
    for (unsigned f = 0; f < F_COUNT; f++) {
        if (!read_field(header, f, &v[f]))
            return -EBADMSG;
    }
    size_t name_at = a->at + HEADER_SIZE, name_len = v[F_NAMESIZE];
    if (name_len == 0 || name_len > NAME_MAX_LEN || name_len > a->len - name_at)
        return -EBADMSG;
    size_t data_at = align4(name_at + name_len), size = v[F_SIZE];
    const char *name = (const char *)a->base + name_at;
    if (memchr(name, 0, name_len) != name + name_len - 1)
        return -EBADMSG;
    if (size == 0 && strcmp(name, "TRAILER!!!") == 0)
        return 0;
    if (data_at > a->len || size > a->len - data_at)
        return -EBADMSG;
    *out = (struct newc_entry){.name = name,
                               .name_len = name_len - 1,
                               .data = a->base + data_at,
                               .size = size,
                               .ino = v[F_INO],
                               .mode = v[F_MODE],
                               .uid = v[F_UID],
                               .gid = v[F_GID],
                               .nlink = v[F_NLINK],
                               .mtime = v[F_MTIME]};
    strip_leading(out);
    a->at = align4(data_at + size);
    return 1;
}
