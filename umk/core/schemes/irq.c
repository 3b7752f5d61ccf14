/*
 * irq: interrupt lines as files, for drivers. A read of a line gives the count of its interrupts
 * when it differs from the last one acknowledged, and never blocks; a write of that count
 * acknowledges. An event comes with every interrupt. Root only.
 */
#include "umk/core/event.h"
#include "umk/core/fmt.h"
#include "umk/core/kschemes.h"

#define LINES 16u

struct irq_file {
    struct list all; /* in `files` */
    struct desc *desc;
    u32 line; /* LINES: the directory */
    u64 acked;
};

struct pool irq_file_pool = POOL_INIT(irq_file, 1024);
static struct list files;
static u64 counts[LINES];

void irq_init(void)
{
    list_init(&files);
    memset(counts, 0, sizeof(counts));
}

u64 irq_count(u32 line)
{
    return line < LINES ? counts[line] : 0;
}

static i64 parse_line(const char *path, size_t len)
{
    u32 n = 0;

    if (len == 0 || len > 2)
        return -ENOENT;
    for (size_t i = 0; i < len; i++) {
        if (path[i] < '0' || path[i] > '9')
            return -ENOENT;
        n = n * 10 + (u32)(path[i] - '0');
    }
    return n < LINES ? (i64)n : -ENOENT;
}

static i64 irq_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                    struct opened *out)
{
    i64 line = LINES;
    struct irq_file *f;

    if (!is_root(c->proc))
        return -EACCES;
    if (len == 0 && !(flags & (RX_O_DIRECTORY | RX_O_STAT)))
        return -EISDIR;
    if (len && (line = parse_line(path, len)) < 0)
        return line;
    if (!(f = pool_get(&irq_file_pool)))
        return -ENOMEM;
    f->line = (u32)line;
    f->desc = out->desc = desc_new(dir->scheme, (u64)line, flags, f);
    if (!f->desc) {
        pool_put(&irq_file_pool, f);
        return -ENOMEM;
    }
    list_add(&files, &f->all);
    if (line < LINES)
        f->acked = counts[line];
    return 0;
}

static i64 irq_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    struct irq_file *f = d->priv;

    (void)c;
    (void)offset;
    if (!f || f->line == LINES)
        return -EISDIR;
    if (len < sizeof(u64))
        return -EINVAL;
    if (counts[f->line] == f->acked)
        return 0;
    memcpy(buf, &counts[f->line], sizeof(u64));
    return sizeof(u64);
}

static i64 irq_write(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset)
{
    struct irq_file *f = d->priv;
    u64 count;

    (void)c;
    (void)offset;
    if (!f || f->line == LINES)
        return -EISDIR;
    if (len != sizeof(count))
        return -EINVAL;
    memcpy(&count, buf, sizeof(count));
    if (count != counts[f->line])
        return 0;
    f->acked = count;
    return sizeof(count);
}

void core_irq(u32 line)
{
    struct irq_file *f, *tmp;

    if (line >= LINES)
        return;
    counts[line]++;
    LIST_FOR_EACH_SAFE (f, tmp, &files, all)
        if (f->line == line)
            event_trigger(f->desc, EVENT_READ);
}

static i64 irq_getdents(struct context *c, struct desc *d, u8 *buf, size_t len, u64 start)
{
    const struct irq_file *f = d->priv;
    size_t used = 0;

    (void)c;
    if (f && f->line != LINES)
        return -ENOTDIR;
    for (u64 i = start; i < LINES; i++) {
        char name[4];
        struct fmt t = {name, sizeof(name), 0};
        i64 n;

        fmt_add(&t, "%u", (u32)i);
        n = dirent_put(buf + used, len - used, i, i + 1, DIRENT_CHR, name, t.len);
        if (n < 0)
            return used ? (i64)used : n;
        used += (size_t)n;
    }
    return (i64)used;
}

static u32 irq_fevent(struct desc *d, u32 mask)
{
    const struct irq_file *f = d->priv;

    return f && f->line < LINES && counts[f->line] != f->acked ? mask & EVENT_READ : 0;
}

static i64 irq_fstat(struct desc *d, struct rx_stat *st)
{
    const struct irq_file *f = d->priv;
    bool dir = !f || f->line == LINES;

    st->mode = dir ? MODE_DIR | 0700 : MODE_CHR | 0600;
    st->ino = dir ? 0 : f->line;
    st->size = dir ? 0 : 8;
    return 0;
}

static i64 irq_fpath(struct desc *d, char *buf, size_t len)
{
    const struct irq_file *f = d->priv;
    char path[24];
    struct fmt t = {path, sizeof(path), 0};

    fmt_add(&t, "/scheme/irq/");
    if (f && f->line < LINES)
        fmt_add(&t, "%u", f->line);
    memcpy(buf, path, min_u64(len, t.len));
    return (i64)min_u64(len, t.len);
}

static void irq_close(struct desc *d)
{
    struct irq_file *f = d->priv;

    if (!f)
        return;
    list_remove(&f->all);
    pool_put(&irq_file_pool, f);
}

const struct kscheme_ops irq_ops = {
    .openat = irq_open,
    .read = irq_read,
    .write = irq_write,
    .getdents = irq_getdents,
    .fevent = irq_fevent,
    .fstat = irq_fstat,
    .fpath = irq_fpath,
    .close = irq_close,
};
