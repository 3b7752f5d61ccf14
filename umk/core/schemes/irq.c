/*
 * irq: interrupts as files, for drivers. A read of one gives the count of its interrupts when it
 * differs from the last one acknowledged, and never blocks; a write of that count acknowledges: a
 * level-triggered line may be raised again. An event comes with every interrupt. Root only.
 *
 *     "" cpu-00   directories    N           a line of the interrupt controller
 *     bsp         what messages to the boot processor are addressed to (4 bytes)
 *     cpu-00/N    created: an interrupt for messages (MSI), which is the caller's until it is
 * closed
 */
#include "umk/core/event.h"
#include "umk/core/fmt.h"
#include "umk/core/kschemes.h"

#define LINES 16u /* that every machine has names for */
#define CPU_DIR "cpu-00"

enum irq_kind { IRQ_ROOT, IRQ_CPU, IRQ_BSP, IRQ_LINE };

struct irq_file {
    struct list all; /* in `files` */
    struct desc *desc;
    enum irq_kind kind;
    u32 line;
    u64 acked;
};

struct pool irq_file_pool = POOL_INIT(irq_file, 1024);
static struct list files;
static u64 counts[IRQS_MAX];
static u32 listeners[IRQS_MAX];

void irq_init(void)
{
    list_init(&files);
    memset(counts, 0, sizeof(counts));
    memset(listeners, 0, sizeof(listeners));
}

u64 irq_count(u32 line)
{
    return line < IRQS_MAX ? counts[line] : 0;
}

/* A number of at most three digits; -ENOENT: none. */
static i64 parse_number(const char *path, size_t len)
{
    u32 n = 0;

    if (len == 0 || len > 3)
        return -ENOENT;
    for (size_t i = 0; i < len; i++) {
        if (path[i] < '0' || path[i] > '9')
            return -ENOENT;
        n = n * 10 + (u32)(path[i] - '0');
    }
    return n < IRQS_MAX ? (i64)n : -ENOENT;
}

static bool starts(const char *path, size_t len, const char *word)
{
    return len >= strlen(word) && memcmp(path, word, strlen(word)) == 0;
}

/* Somebody listens, or nobody any more. */
static i64 listen(u32 line)
{
    i64 err = 0;

    if (listeners[line] == 0 && core.machine->irq_listen)
        err = core.machine->irq_listen(line, true);
    if (!err)
        listeners[line]++;
    return err;
}

static void unlisten(u32 line)
{
    if (--listeners[line] == 0 && core.machine->irq_listen)
        core.machine->irq_listen(line, false);
}

static i64 file_new(struct scheme *s, enum irq_kind kind, u32 line, u32 flags, struct opened *out)
{
    struct irq_file *f = pool_get(&irq_file_pool);
    i64 err = f ? 0 : -ENOMEM;

    if (!err && kind == IRQ_LINE)
        err = listen(line);
    if (err) {
        if (f)
            pool_put(&irq_file_pool, f);
        return err;
    }
    f->kind = kind;
    f->line = line;
    f->desc = out->desc = desc_new(s, line, flags, f);
    if (!f->desc) {
        if (kind == IRQ_LINE)
            unlisten(line);
        pool_put(&irq_file_pool, f);
        return -ENOMEM;
    }
    list_add(&files, &f->all);
    f->acked = counts[line];
    return 0;
}

static i64 open_line(struct scheme *s, const char *path, size_t len, u32 flags, struct opened *out)
{
    i64 line = parse_number(path, len);

    if (line < 0 || line >= MESSAGE_IRQS || (line >= LINES && !core.machine->irq_listen))
        return -ENOENT;
    return file_new(s, IRQ_LINE, (u32)line, flags, out);
}

static i64 open_message(struct scheme *s, const char *path, size_t len, u32 flags,
                        struct opened *out)
{
    i64 irq = parse_number(path, len);

    if (irq < (i64)MESSAGE_IRQS)
        return open_line(s, path, len, flags, out);
    if (!(flags & RX_O_CREAT))
        return -EINVAL;
    if (listeners[irq])
        return -EEXIST;
    return file_new(s, IRQ_LINE, (u32)irq, flags, out);
}

static i64 irq_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                    struct opened *out)
{
    const size_t cpu = sizeof(CPU_DIR) - 1;
    bool as_dir = flags & (RX_O_DIRECTORY | RX_O_STAT);

    if (!is_root(c->proc))
        return -EACCES;
    if (len == 0)
        return as_dir ? file_new(dir->scheme, IRQ_ROOT, 0, flags, out) : -EISDIR;
    if (!core.machine->irq_target)
        return open_line(dir->scheme, path, len, flags, out);
    if (len == 3 && memcmp(path, "bsp", 3) == 0)
        return file_new(dir->scheme, IRQ_BSP, 0, flags, out);
    if (starts(path, len, CPU_DIR) && len == cpu)
        return as_dir ? file_new(dir->scheme, IRQ_CPU, 0, flags, out) : -EISDIR;
    if (starts(path, len, CPU_DIR "/"))
        return open_message(dir->scheme, path + cpu + 1, len - cpu - 1, flags, out);
    return open_line(dir->scheme, path, len, flags, out);
}

static bool is_dir(const struct irq_file *f)
{
    return !f || f->kind == IRQ_ROOT || f->kind == IRQ_CPU;
}

static i64 irq_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    const struct irq_file *f = d->priv;
    u32 target;

    (void)c;
    (void)offset;
    if (is_dir(f))
        return -EISDIR;
    if (f->kind == IRQ_BSP) {
        if (len < sizeof(target))
            return -EINVAL;
        target = core.machine->irq_target();
        memcpy(buf, &target, sizeof(target));
        return sizeof(target);
    }
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
    if (is_dir(f))
        return -EISDIR;
    if (f->kind == IRQ_BSP)
        return -EBADF;
    if (len != sizeof(count))
        return -EINVAL;
    memcpy(&count, buf, sizeof(count));
    if (count != counts[f->line])
        return 0;
    f->acked = count;
    if (core.machine->irq_done)
        core.machine->irq_done(f->line);
    return sizeof(count);
}

void core_irq(u32 line)
{
    struct irq_file *f, *tmp;

    if (line >= IRQS_MAX)
        return;
    counts[line]++;
    LIST_FOR_EACH_SAFE (f, tmp, &files, all)
        if (f->kind == IRQ_LINE && f->line == line)
            event_trigger(f->desc, EVENT_READ);
}

/* The number of the i-th entry of a directory, or where i leads next. Entries are the lines; in a
 * processor's, the messages that nobody has. */
static bool entry_at(const struct irq_file *f, u64 i)
{
    if (!f || f->kind == IRQ_ROOT)
        return i < LINES;
    return i >= MESSAGE_IRQS && i < IRQS_MAX && !listeners[i];
}

static i64 irq_getdents(struct context *c, struct desc *d, u8 *buf, size_t len, u64 start)
{
    const struct irq_file *f = d->priv;
    size_t used = 0;

    (void)c;
    if (!is_dir(f))
        return -ENOTDIR;
    for (u64 i = start; i < IRQS_MAX; i++) {
        char name[4];
        struct fmt t = {name, sizeof(name), 0};
        i64 n;

        if (!entry_at(f, i))
            continue;
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

    return f && f->kind == IRQ_LINE && counts[f->line] != f->acked ? mask & EVENT_READ : 0;
}

static i64 irq_fstat(struct desc *d, struct rx_stat *st)
{
    const struct irq_file *f = d->priv;
    bool dir = is_dir(f);

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
    if (f && f->kind == IRQ_LINE)
        fmt_add(&t, "%u", f->line);
    else if (f && f->kind != IRQ_ROOT)
        fmt_add(&t, f->kind == IRQ_CPU ? CPU_DIR : "bsp");
    memcpy(buf, path, min_u64(len, t.len));
    return (i64)min_u64(len, t.len);
}

static void irq_close(struct desc *d)
{
    struct irq_file *f = d->priv;

    if (!f)
        return;
    if (f->kind == IRQ_LINE)
        unlisten(f->line);
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
