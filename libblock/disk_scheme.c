/* The disk scheme; see disk_scheme.h. */
#include "libblock/disk_scheme.h"
#include "libblock/window.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILES_MAX 4096u
#define WHOLE UINT32_MAX
#define LIST_MAX 16384u

/* An open file. Its id is its index; 0 is the root. */
struct open_disk {
    struct disk *disk; /* NULL: a free place, or a listing */
    u32 number, part;  /* part WHOLE: the disk itself */
    u64 start, len;
    char *list; /* text of a listing */
    size_t list_len;
    struct window *window; /* NULL: it was never mapped */
};

/* Transfer memory. It stays when its file is closed, for the next one: a driver's pointers into it
 * are good for ever. The kernel tells of the close only after all requests were answered, so nobody
 * moves anything there any more. */
struct window {
    struct window *next; /* of those that are in no use */
    u8 *memory;
};

static struct window *free_windows;

static struct open_disk files[FILES_MAX];

static struct disk_scheme *scheme_of(const struct scheme_ctx *c)
{
    return scheme_state(c->scheme);
}

static struct open_disk *file_of(u64 id)
{
    return id > 0 && id < FILES_MAX && files[id].disk ? &files[id] : NULL;
}

static i64 free_place(void)
{
    for (u32 i = 1; i < FILES_MAX; i++) {
        if (!files[i].disk && !files[i].list)
            return i;
    }
    return -EMFILE;
}

/* A decimal number without sign or leading zeros; what follows it in *rest. */
static bool number(const char **at, const char *end, u32 *out)
{
    const char *p = *at;
    u32 n = 0;

    while (p < end && *p >= '0' && *p <= '9' && n < 100000)
        n = n * 10 + (u32)(*p++ - '0');
    if (p == *at || (**at == '0' && p - *at > 1))
        return false;
    *at = p;
    *out = n;
    return true;
}

/* "N" or "NpM". */
static i64 parse_path(const struct disk_scheme *s, const char *path, size_t len,
                      struct open_disk *out)
{
    const char *at = path, *end = path + len;

    if (!number(&at, end, &out->number) || out->number >= s->ndisks)
        return -ENOENT;
    out->disk = &s->disks[out->number];
    out->part = WHOLE;
    out->start = 0;
    out->len = out->disk->size;
    if (at == end)
        return 0;
    if (*at++ != 'p' || !number(&at, end, &out->part) || at != end ||
        out->part >= out->disk->nparts)
        return -ENOENT;
    out->start = out->disk->parts[out->part].start;
    out->len = out->disk->parts[out->part].len;
    return 0;
}

static bool part_open(const struct disk *d)
{
    for (u32 i = 0; i < d->nparts; i++) {
        if (d->part_opened[i])
            return true;
    }
    return false;
}

static u32 *open_count(const struct open_disk *f)
{
    return f->part == WHOLE ? &f->disk->opened : &f->disk->part_opened[f->part];
}

static i64 open_list(const struct disk_scheme *s, u32 flags, struct open_result *out)
{
    i64 id = free_place();
    char *text = malloc(LIST_MAX);
    size_t used = 0;

    if (!(flags & (RX_O_DIRECTORY | RX_O_STAT)) || id < 0 || !text) {
        free(text);
        return id < 0 ? id : text ? -EISDIR : -ENOMEM;
    }
    for (u32 i = 0; i < s->ndisks; i++) {
        used += (size_t)snprintf(text + used, LIST_MAX - used, "%u\n", i);
        for (u32 p = 0; p < s->disks[i].nparts && used + 24 < LIST_MAX; p++)
            used += (size_t)snprintf(text + used, LIST_MAX - used, "%up%u\n", i, p);
    }
    files[id] = (struct open_disk){.list = text, .list_len = used};
    out->id = (u64)id;
    out->flags = NEWFD_POSITIONED;
    return 0;
}

static i64 disk_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                       u32 fcntl_flags, struct open_result *out)
{
    const struct disk_scheme *s = scheme_of(c);
    struct open_disk f = {0};

    (void)fcntl_flags;
    if (dir != DISK_SCHEME_ROOT || c->uid != 0)
        return -EACCES;
    if (len == 0)
        return open_list(s, flags, out);
    i64 id = parse_path(s, path, len, &f);
    if (id < 0)
        return id;
    if ((flags & RX_O_WRONLY) && f.disk->read_only && !(flags & RX_O_STAT))
        return -EROFS;
    if (!(flags & RX_O_STAT) && (f.disk->opened || (f.part == WHOLE ? part_open(f.disk) : false) ||
                                 (f.part != WHOLE && f.disk->part_opened[f.part])))
        return -ENOLCK;
    id = free_place();
    if (id < 0)
        return id;
    if (flags & RX_O_STAT)
        f.number |= 1u << 31; /* it holds nothing */
    else
        ++*open_count(&f);
    files[id] = f;
    out->id = (u64)id;
    out->flags = NEWFD_POSITIONED;
    return 0;
}

static struct window *window_take(void)
{
    struct window *w = free_windows;
    void *memory;

    if (w) {
        free_windows = w->next;
        memset(w->memory, 0, DISK_WINDOW);
        return w;
    }
    w = malloc(sizeof *w);
    if (w && scheme_object_alloc(DISK_WINDOW, &memory) < 0) {
        free(w);
        return NULL;
    }
    if (w)
        w->memory = memory;
    return w;
}

static void window_give(struct window *w)
{
    if (!w)
        return;
    w->next = free_windows;
    free_windows = w;
}

static void disk_on_close(struct scheme *s, u64 id)
{
    struct open_disk *f = file_of(id);

    (void)s;
    if (f && !(f->number >> 31))
        --*open_count(f);
    if (id > 0 && id < FILES_MAX) {
        free(files[id].list);
        window_give(files[id].window);
        files[id] = (struct open_disk){0};
    }
}

/* The bytes of a request within the file; offset is rounded down to a block. */
static i64 clip(const struct open_disk *f, u64 *offset, size_t *len, bool write)
{
    u32 block = f->disk->block_size;

    if (*len % block)
        return -EINVAL;
    *offset -= *offset % block;
    if (*offset > f->len || *len > f->len - *offset) {
        if (write)
            return f->part == WHOLE ? -ENOSPC : -EOVERFLOW;
        if (*offset >= f->len)
            return f->part == WHOLE || *offset == f->len ? 0 : -EOVERFLOW;
        *len = f->len - *offset;
    }
    return 1;
}

static i64 disk_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    struct open_disk *f = file_of(id);

    if (!f && id < FILES_MAX && files[id].list) {
        size_t left = offset < files[id].list_len ? files[id].list_len - offset : 0;
        len = len < left ? len : left;
        memcpy(buf, files[id].list + (files[id].list_len - left), len);
        return (i64)len;
    }
    if (!f)
        return -EBADF;
    i64 r = clip(f, &offset, &len, false);
    if (r <= 0 || len == 0)
        return r < 0 ? r : 0;
    return scheme_of(c)->start(f->disk, DISK_READ, f->start + offset, buf, len, c->request);
}

static i64 disk_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    struct open_disk *f = file_of(id);

    if (!f)
        return -EBADF;
    i64 r = clip(f, &offset, &len, true);
    if (r <= 0 || len == 0)
        return r < 0 ? r : 0;
    /* the driver does not write to the buffer of a write */
    return scheme_of(c)->start(f->disk, DISK_WRITE, f->start + offset, (void *)(uintptr_t)buf, len,
                               c->request);
}

static i64 disk_mmap_prep(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    struct open_disk *f = file_of(id);

    (void)c;
    if (!f || f->number >> 31)
        return -EBADF;
    if (!(flags & RX_MAP_SHARED) || offset % PAGE_SIZE || offset > DISK_WINDOW ||
        size > DISK_WINDOW - offset)
        return -EINVAL;
    if (!f->window && !(f->window = window_take()))
        return -ENOMEM;
    return (i64)(uintptr_t)(f->window->memory + offset);
}

static i64 disk_munmap(struct scheme_ctx *c, u64 id, u64 offset, u64 size, u32 flags)
{
    (void)c, (void)id, (void)offset, (void)size, (void)flags;
    return 0; /* it goes with the file */
}

/* Between the transfer memory and the disk. */
static i64 disk_call(struct scheme_ctx *c, u64 id, void *payload, size_t payload_len,
                     const u64 meta[3])
{
    struct open_disk *f = file_of(id);
    u64 offset = meta[1], at = DISK_CALL_AT(meta[2]);
    size_t len = DISK_CALL_LEN(meta[2]);
    bool write = meta[0] == DISK_CALL_WRITE;

    (void)payload;
    if (!f || !(c->open_flags & (write ? RX_O_WRONLY : RX_O_RDONLY)) || (c->open_flags & RX_O_STAT))
        return -EBADF;
    if (payload_len || (!write && meta[0] != DISK_CALL_READ) || !f->window || at > DISK_WINDOW ||
        len > DISK_WINDOW - at)
        return -EINVAL;
    i64 r = clip(f, &offset, &len, write);
    if (r <= 0 || len == 0)
        return r < 0 ? r : 0;
    return scheme_of(c)->start(f->disk, write ? DISK_WRITE : DISK_READ, f->start + offset,
                               f->window->memory + at, len, c->request);
}

static i64 disk_fsync(struct scheme_ctx *c, u64 id)
{
    struct open_disk *f = file_of(id);

    return f ? scheme_of(c)->start(f->disk, DISK_FLUSH, 0, NULL, 0, c->request) : -EBADF;
}

static i64 disk_fsize(struct scheme_ctx *c, u64 id)
{
    struct open_disk *f = file_of(id);

    (void)c;
    if (!f && id > 0 && id < FILES_MAX && files[id].list)
        return (i64)files[id].list_len;
    return f ? (i64)f->len : -EBADF;
}

static i64 disk_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    struct open_disk *f = file_of(id);

    (void)c;
    if (!f) {
        *st = (struct rx_stat){.mode = MODE_DIR | 0700, .nlink = 1, .blksize = 4096};
        return 0;
    }
    *st = (struct rx_stat){.mode = MODE_FILE | (f->disk->read_only ? 0400 : 0600),
                           .nlink = 1,
                           .size = f->len,
                           .blksize = f->disk->block_size,
                           .blocks = f->len / 512};
    return 0;
}

static i64 disk_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    struct open_disk *f = file_of(id);
    char text[128];
    int n = snprintf(text, sizeof text, "%s:", scheme_of(c)->name);

    if (f) /* the old form of a path, as Redox has it here */
        n = f->part == WHOLE
                ? snprintf(text, sizeof text, "%s:%u", scheme_of(c)->name, f->number & ~(1u << 31))
                : snprintf(text, sizeof text, "%s:%up%u", scheme_of(c)->name,
                           f->number & ~(1u << 31), f->part);
    if (n < 0 || (size_t)n > len || (size_t)n >= sizeof text)
        return -ERANGE;
    memcpy(buf, text, (size_t)n);
    return n;
}

static void disk_on_cancel(struct scheme *s, u64 request)
{
    struct disk_scheme *d = scheme_state(s);

    d->cancel(request);
    scheme_answer(s, request, -ECANCELED);
}

const struct scheme_ops disk_scheme_ops = {
    .openat = disk_openat,
    .read = disk_read,
    .write = disk_write,
    .fsync = disk_fsync,
    .fsize = disk_fsize,
    .fstat = disk_fstat,
    .fpath = disk_fpath,
    .call = disk_call,
    .mmap_prep = disk_mmap_prep,
    .munmap = disk_munmap,
    .on_close = disk_on_close,
    .on_cancel = disk_on_cancel,
};
