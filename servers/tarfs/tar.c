/* Tar archives; see tar.h. Layout: POSIX, pax, "ustar Interchange Format". */
#include "servers/tarfs/tar.h"
#include "umk/abi/errno.h"

#include <stdlib.h>
#include <string.h>

/* gcc 12 takes memory for lost that is stored through a pointer. */
#pragma GCC diagnostic ignored "-Wanalyzer-malloc-leak"

#define RECORD 512u
#define PATH_LEN_MAX 4095u
#define NODES_MAX 4000000u

/* What applies to the next member: from records before it, or its own header. */
struct member {
    char path[PATH_LEN_MAX + 1], link[PATH_LEN_MAX + 1];
    size_t path_len, link_len; /* 0: not given yet */
    bool has_size;
    u64 size;
};

/* Octal digits with blanks around; or, with the top bit set, binary. */
static bool number(const u8 *field, size_t len, u64 *out)
{
    u64 n = 0;

    if (field[0] & 0x80) {
        for (size_t i = 1; i < len; i++) {
            if (n >> 56)
                return false;
            n = n << 8 | field[i];
        }
        *out = n;
        return field[0] == 0x80;
    }
    while (len && *field == ' ')
        field++, len--;
    for (; len && *field >= '0' && *field <= '7'; field++, len--) {
        if (n >> 61)
            return false;
        n = n << 3 | (u64)(*field - '0');
    }
    *out = n;
    return len == 0 || *field == 0 || *field == ' ';
}

static bool checksum_fits(const u8 *h)
{
    u64 want, sum = 0;

    for (u32 i = 0; i < RECORD; i++)
        sum += i >= 148 && i < 156 ? ' ' : h[i];
    return number(h + 148, 8, &want) && want == sum;
}

static bool is_zero(const u8 *h)
{
    static const u8 zeros[RECORD];

    return memcmp(h, zeros, RECORD) == 0;
}

static size_t field_len(const u8 *field, size_t max)
{
    const u8 *end = memchr(field, 0, max);

    return end ? (size_t)(end - field) : max;
}

static bool set_text(char *to, size_t *to_len, const u8 *text, size_t len)
{
    while (len && text[len - 1] == 0)
        len--;
    if (len > PATH_LEN_MAX || memchr(text, 0, len))
        return false;
    memcpy(to, text, len);
    to[len] = 0;
    *to_len = len;
    return true;
}

/* Pax: lines "LENGTH KEY=VALUE\n". */
static bool pax(struct member *m, const u8 *p, size_t len)
{
    while (len) {
        size_t line = 0, i = 0;
        while (i < len && i < 8 && p[i] >= '0' && p[i] <= '9')
            line = line * 10 + (size_t)(p[i++] - '0');
        if (i == 0 || i == len || p[i] != ' ' || line <= i + 1 || line > len || p[line - 1] != '\n')
            return false;
        const u8 *key = p + i + 1, *end = p + line - 1;
        const u8 *equals = memchr(key, '=', (size_t)(end - key));
        if (!equals)
            return false;
        const u8 *value = equals + 1;
        size_t key_len = (size_t)(equals - key), value_len = (size_t)(end - value);
        if (key_len == 4 && memcmp(key, "path", 4) == 0 &&
            !set_text(m->path, &m->path_len, value, value_len))
            return false;
        if (key_len == 8 && memcmp(key, "linkpath", 8) == 0 &&
            !set_text(m->link, &m->link_len, value, value_len))
            return false;
        if (key_len == 4 && memcmp(key, "size", 4) == 0) {
            m->size = 0;
            m->has_size = true;
            for (size_t k = 0; k < value_len; k++) {
                if (value[k] < '0' || value[k] > '9' || m->size > UINT64_MAX / 16)
                    return false;
                m->size = m->size * 10 + (u64)(value[k] - '0');
            }
        }
        p += line;
        len -= line;
    }
    return true;
}

static i64 node_new(struct tar *t, u32 parent, const char *name, size_t len, u32 mode)
{
    if (t->count == t->room) {
        u32 room = t->room ? t->room * 2 : 64;
        struct tar_node *nodes = room <= NODES_MAX ? realloc(t->nodes, room * sizeof *nodes) : NULL;
        if (!nodes)
            return -ENOMEM;
        t->nodes = nodes;
        t->room = room;
    }
    char *copy = malloc(len + 1);
    if (!copy)
        return -ENOMEM;
    memcpy(copy, name, len);
    copy[len] = 0;
    u32 i = t->count++;
    t->nodes[i] = (struct tar_node){.parent = parent,
                                    .first_child = TAR_NONE,
                                    .last_child = TAR_NONE,
                                    .next_sibling = TAR_NONE,
                                    .same_as = TAR_NONE,
                                    .name = copy,
                                    .name_len = (u32)len,
                                    .mode = mode};
    if (i == 0)
        return 0;
    struct tar_node *p = &t->nodes[parent];
    if (p->last_child == TAR_NONE)
        p->first_child = i;
    else
        t->nodes[p->last_child].next_sibling = i;
    p->last_child = i;
    return i;
}

u32 tar_child(const struct tar *t, u32 dir, const char *name, size_t len)
{
    u32 i = t->nodes[dir].first_child;

    while (i != TAR_NONE &&
           !(t->nodes[i].name_len == len && memcmp(t->nodes[i].name, name, len) == 0))
        i = t->nodes[i].next_sibling;
    return i;
}

u32 tar_content(const struct tar *t, u32 node)
{
    return t->nodes[node].same_as != TAR_NONE ? t->nodes[node].same_as : node;
}

/* The node at a path, made with directories above it if make; -ENOENT; -EBADMSG: "..", or a file
 * where a directory must be. */
static i64 at_path(struct tar *t, const char *path, size_t len, bool make)
{
    u32 here = 0;

    for (const char *end = path + len; path < end;) {
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t n = slash ? (size_t)(slash - path) : (size_t)(end - path);
        const char *name = path;
        path += n + (slash != NULL);
        if (n == 0 || (n == 1 && name[0] == '.'))
            continue;
        if ((n == 2 && name[0] == '.' && name[1] == '.') ||
            (t->nodes[here].mode & MODE_TYPE) != MODE_DIR || n > 255)
            return -EBADMSG;
        u32 child = tar_child(t, here, name, n);
        i64 r = child;
        if (child == TAR_NONE)
            r = make ? node_new(t, here, name, n, MODE_DIR | 0755) : -ENOENT;
        if (r < 0)
            return r;
        here = (u32)r;
    }
    return here;
}

static u32 type_of(u8 flag)
{
    switch (flag) {
    case 0:
    case '0':
    case '7':
    case '1':
        return MODE_FILE;
    case '2':
        return MODE_SYMLINK;
    case '5':
        return MODE_DIR;
    default: /* devices and pipes have no place here */
        return 0;
    }
}

/* A member with its data; m is complete. */
static i64 add(struct tar *t, const u8 *h, const struct member *m, const u8 *data)
{
    u64 mode, uid, gid, mtime;
    u32 type = type_of(h[156]);

    if (!type)
        return 0;
    if (!number(h + 100, 8, &mode) || !number(h + 108, 8, &uid) || !number(h + 116, 8, &gid) ||
        !number(h + 136, 12, &mtime))
        return -EBADMSG;
    i64 i = at_path(t, m->path, m->path_len, true);
    if (i < 0)
        return i;
    struct tar_node *n = &t->nodes[i];
    if (type != MODE_DIR && (i == 0 || n->first_child != TAR_NONE))
        return -EBADMSG;
    if ((n->mode & MODE_TYPE) == MODE_SYMLINK) /* the same name once more: the last one counts */
        free((void *)(uintptr_t)n->data);
    n->data = NULL;
    n->mode = type | (u32)(mode & MODE_PERM);
    n->uid = (u32)uid;
    n->gid = (u32)gid;
    n->mtime = mtime;
    if (type == MODE_FILE)
        n->data = data;
    n->size = type == MODE_FILE && h[156] != '1' ? m->size : 0;
    n->same_as = TAR_NONE;
    if (h[156] == '1') {
        i64 other = at_path(t, m->link, m->link_len, false);
        if (other < 0 || other == i || (t->nodes[other].mode & MODE_TYPE) != MODE_FILE)
            return -EBADMSG;
        t->nodes[i].same_as = tar_content(t, (u32)other);
    } else if (type == MODE_SYMLINK) {
        char *target = malloc(m->link_len + 1);
        if (!target) {
            n->mode = MODE_FILE; /* tar_free looks at it */
            return -ENOMEM;
        }
        memcpy(target, m->link, m->link_len + 1);
        n->data = (const u8 *)target; /* freed by tar_free, by its type */
        n->size = m->link_len;
    }
    return 0;
}

/* Fields of the header that no record before it has set. */
static bool complete(struct member *m, const u8 *h)
{
    u64 size;

    if (!number(h + 124, 12, &size))
        return false;
    if (!m->has_size)
        m->size = size;
    if (!m->link_len && !set_text(m->link, &m->link_len, h + 157, field_len(h + 157, 100)))
        return false;
    if (m->path_len)
        return true;
    u8 path[256];
    size_t prefix = memcmp(h + 257, "ustar", 5) == 0 && h[263] == '0' ? field_len(h + 345, 155) : 0;
    size_t name = field_len(h, 100), at = 0;
    memcpy(path, h + 345, prefix);
    at = prefix;
    if (prefix)
        path[at++] = '/';
    memcpy(path + at, h, name);
    return set_text(m->path, &m->path_len, path, at + name);
}

/* A record that describes the next member. */
static bool describe(struct member *m, u8 flag, const u8 *data, size_t size)
{
    return flag == 'x'   ? pax(m, data, size)
           : flag == 'L' ? set_text(m->path, &m->path_len, data, size)
           : flag == 'K' ? set_text(m->link, &m->link_len, data, size)
                         : true; /* 'g': nothing that we use is said there */
}

i64 tar_read(struct tar *t, const u8 *archive, size_t len)
{
    static struct member m; /* large, and there is one thread */
    size_t at = 0;

    *t = (struct tar){0};
    i64 r = node_new(t, 0, "", 0, MODE_DIR | 0755);
    memset(&m, 0, sizeof m);
    while (r >= 0 && len - at >= RECORD && !is_zero(archive + at)) {
        const u8 *h = archive + at;
        u8 flag = h[156];
        u64 size;
        bool extra = flag == 'x' || flag == 'g' || flag == 'L' || flag == 'K';
        if (!checksum_fits(h) || !number(h + 124, 12, &size) || (!extra && !complete(&m, h)))
            return -EBADMSG;
        u64 bytes = extra ? size : flag == '1' || flag == '2' ? 0 : m.size;
        at += RECORD;
        if (bytes > len - at)
            return -EBADMSG;
        if (extra && !describe(&m, flag, archive + at, (size_t)bytes))
            return -EBADMSG;
        if (!extra) {
            r = add(t, h, &m, archive + at);
            memset(&m, 0, sizeof m);
        }
        u64 padded = (bytes + RECORD - 1) / RECORD * RECORD;
        at += padded < len - at ? (size_t)padded : len - at;
    }
    /* less than a record left: it was cut off */
    if (r >= 0 && (at == 0 || (at < len && len - at < RECORD)))
        return -EBADMSG;
    return r < 0 ? r : 0;
}

void tar_free(struct tar *t)
{
    for (u32 i = 0; i < t->count; i++) {
        if ((t->nodes[i].mode & MODE_TYPE) == MODE_SYMLINK)
            free((void *)(uintptr_t)t->nodes[i].data);
        free(t->nodes[i].name);
    }
    free(t->nodes);
    *t = (struct tar){0};
}
