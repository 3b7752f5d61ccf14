/*
 * debug: the machine's console and the kernel's log.
 *
 *     ""  no-preserve         input is the console's, output goes to the log, line by line
 *     stdin stdout stderr     the console's three streams; those that are the terminal that stdin
 *                             is give its input as well
 *
 * All for root only at open. A stream gives these handles by dup: "pgrp", the group that the
 * console's interrupt, quit and stop keys go to, and, if it is a terminal, "termios" and "winsize",
 * the records of umk/abi/tty.h.
 */
#include "umk/abi/tty.h"
#include "umk/core/event.h"
#include "umk/core/kschemes.h"
#include "umk/core/signal.h"

enum debug_kind {
    DEBUG_LOG,
    DEBUG_IN,
    DEBUG_OUT,
    DEBUG_ERR,
    DEBUG_PGRP,
    DEBUG_TERMIOS,
    DEBUG_WINSIZE,
};

struct debug_file {
    struct list all; /* in `files`, for events */
    enum debug_kind kind;
    struct desc *desc;
    u32 line_len; /* DEBUG_LOG: an unfinished line */
    char line[256];
};

struct pool debug_file_pool = POOL_INIT(debug_file, 4096);

static struct list files, readers, writers[2];
static u32 foreground;

void debug_init(void)
{
    list_init(&files);
    list_init(&readers);
    list_init(&writers[0]);
    list_init(&writers[1]);
    foreground = 0;
}

u32 debug_foreground(void)
{
    return foreground;
}

static const struct {
    const char *path;
    enum debug_kind kind;
} paths[] = {
    {"", DEBUG_LOG},       {"no-preserve", DEBUG_LOG}, {"stdin", DEBUG_IN},
    {"stdout", DEBUG_OUT}, {"stderr", DEBUG_ERR},
};

static i64 file_new(struct scheme *s, enum debug_kind kind, u32 flags, struct opened *out)
{
    struct debug_file *f = pool_get(&debug_file_pool);

    if (!f)
        return -ENOMEM;
    f->kind = kind;
    f->desc = out->desc = desc_new(s, kind, flags, f);
    if (!f->desc) {
        pool_put(&debug_file_pool, f);
        return -ENOMEM;
    }
    list_add(&files, &f->all);
    return 0;
}

static i64 debug_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                      struct opened *out)
{
    if (!is_root(c->proc))
        return -EPERM;
    if (dir->priv)
        return -EACCES;
    for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
        if (strlen(paths[i].path) == len && memcmp(path, paths[i].path, len) == 0)
            return file_new(dir->scheme, paths[i].kind, flags, out);
    return -ENOENT;
}

static bool is_tty(const struct debug_file *f)
{
    return f->kind >= DEBUG_IN && f->kind <= DEBUG_ERR &&
           (core.config.console_ttys & 1u << (f->kind - DEBUG_IN));
}

static i64 debug_dup(struct context *c, struct desc *d, const u8 *buf, size_t len,
                     struct opened *out)
{
    const struct debug_file *f = d->priv;

    (void)c;
    if (!f || f->kind >= DEBUG_PGRP)
        return -EINVAL;
    if (len == 4 && memcmp(buf, "pgrp", 4) == 0)
        return file_new(d->scheme, DEBUG_PGRP, RX_O_RDWR, out);
    if (!is_tty(f) || !core.machine->console_get || len != 7)
        return -EINVAL;
    if (memcmp(buf, "termios", 7) == 0)
        return file_new(d->scheme, DEBUG_TERMIOS, RX_O_RDWR, out);
    if (memcmp(buf, "winsize", 7) == 0)
        return file_new(d->scheme, DEBUG_WINSIZE, RX_O_RDWR, out);
    return -EINVAL;
}

/* Settings. A record is read or written whole. */

union setting {
    struct rx_termios termios;
    struct rx_winsize winsize;
};

static size_t setting_size(const struct debug_file *f)
{
    return f->kind == DEBUG_TERMIOS ? sizeof(struct rx_termios) : sizeof(struct rx_winsize);
}

static enum console_setting setting_of(const struct debug_file *f)
{
    return f->kind == DEBUG_TERMIOS ? CONSOLE_TERMIOS : CONSOLE_WINSIZE;
}

static i64 setting_read(const struct debug_file *f, u8 *buf, size_t len)
{
    union setting record = {0};
    size_t size = setting_size(f);
    i64 r;

    if (len < size)
        return -EINVAL;
    r = core.machine->console_get(setting_of(f), &record);
    if (r)
        return r;
    memcpy(buf, &record, size);
    return (i64)size;
}

static i64 setting_write(const struct debug_file *f, const u8 *buf, size_t len)
{
    union setting record = {0};
    size_t size = setting_size(f);
    i64 r;

    if (len != size)
        return -EINVAL;
    memcpy(&record, buf, size);
    r = core.machine->console_set(setting_of(f), &record);
    return r ? r : (i64)size;
}

/* Input */

static void interrupted(struct context *c)
{
    context_finish(c, -EINTR);
}

/* Streams that are all the one terminal give its input, whichever is asked, as Unix's do. */
static bool gives_input(const struct debug_file *f)
{
    bool terminal = is_tty(f) && (core.config.console_ttys & 1u << CONSOLE_IN);

    return f->kind == DEBUG_LOG || f->kind == DEBUG_IN || terminal;
}

static i64 debug_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    struct debug_file *f = d->priv;
    i64 n;

    (void)offset;
    if (!f || (f->kind <= DEBUG_ERR && !gives_input(f)))
        return -EBADF;
    if (f->kind == DEBUG_PGRP) {
        if (len < sizeof(foreground))
            return -EINVAL;
        memcpy(buf, &foreground, sizeof(foreground));
        return sizeof(foreground);
    }
    if (f->kind > DEBUG_PGRP)
        return setting_read(f, buf, len);
    n = list_empty(&readers) ? core.machine->console_read(buf, len) : -EAGAIN;
    if (n != -EAGAIN || (d->flags & RX_O_NONBLOCK))
        return n;
    context_park(c, "console input", interrupted);
    c->w[0] = len;
    list_add(&readers, &c->wait);
    return PARKED;
}

static void serve_readers(void)
{
    struct list *first;

    while ((first = list_first(&readers))) {
        struct context *c = LIST_ENTRY(first, struct context, wait);
        i64 n = core.machine->console_read(c->call.payload, c->w[0]);

        if (n == -EAGAIN)
            return;
        context_finish(c, n);
    }
}

/* Output */

static i64 log_write(struct debug_file *f, const u8 *buf, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        char ch = (char)buf[i];

        if (ch != '\n' && f->line_len < sizeof(f->line) - 1)
            f->line[f->line_len++] = ch;
        if (ch == '\n' || f->line_len == sizeof(f->line) - 1) {
            f->line[f->line_len] = '\0';
            klog("%s", f->line);
            f->line_len = 0;
        }
    }
    return (i64)len;
}

static i64 debug_write(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset)
{
    struct debug_file *f = d->priv;
    struct list *queue;
    enum debug_kind kind;
    i64 n;

    (void)offset;
    if (!f || (f->kind == DEBUG_IN && !is_tty(f)))
        return -EBADF;
    if (f->kind == DEBUG_LOG)
        return log_write(f, buf, len);
    if (f->kind == DEBUG_PGRP) {
        if (len != sizeof(foreground))
            return -EINVAL;
        memcpy(&foreground, buf, sizeof(foreground));
        return sizeof(foreground);
    }
    if (f->kind > DEBUG_PGRP)
        return setting_write(f, buf, len);
    /* a terminal is one thing: what is written to its input is shown */
    kind = f->kind == DEBUG_IN ? DEBUG_OUT : f->kind;
    queue = &writers[kind - DEBUG_OUT];
    n = list_empty(queue)
            ? core.machine->console_write((enum console_stream)(kind - DEBUG_IN), buf, len)
            : -EAGAIN;
    if (n != -EAGAIN || (d->flags & RX_O_NONBLOCK))
        return n;
    context_park(c, "console output", interrupted);
    c->w[0] = len;
    list_add(queue, &c->wait);
    return PARKED;
}

static void serve_writers(enum console_stream s)
{
    struct list *queue = &writers[s - CONSOLE_OUT], *first;

    while ((first = list_first(queue))) {
        struct context *c = LIST_ENTRY(first, struct context, wait);
        i64 n = core.machine->console_write(s, c->call.payload, c->w[0]);

        if (n == -EAGAIN)
            return;
        context_finish(c, n);
    }
}

void core_console_ready(enum console_stream s)
{
    struct debug_file *f, *tmp;

    if (s == CONSOLE_IN)
        serve_readers();
    else
        serve_writers(s);
    LIST_FOR_EACH_SAFE (f, tmp, &files, all) {
        if (s == CONSOLE_IN && gives_input(f) && list_empty(&readers))
            event_trigger(f->desc, EVENT_READ);
        else if (s != CONSOLE_IN && f->kind == (enum debug_kind)(DEBUG_IN + s))
            event_trigger(f->desc, EVENT_WRITE);
    }
}

bool core_console_signal(u32 sig)
{
    if (foreground)
        signal_group(foreground, sig);
    return foreground != 0;
}

u32 core_console_session(void)
{
    const struct process *p;

    LIST_FOR_EACH (p, &core.processes, all)
        if (foreground && p->pgid == foreground)
            return p->sid;
    return 0;
}

/* The rest */

static u32 debug_fevent(struct desc *d, u32 mask)
{
    struct debug_file *f = d->priv;
    u32 ready = 0;

    if (!f)
        return 0;
    if (f->kind != DEBUG_IN)
        ready = mask & EVENT_WRITE;
    /* whoever reads already takes what comes */
    if ((mask & EVENT_READ) && f->kind != DEBUG_LOG && gives_input(f) && list_empty(&readers) &&
        core.machine->console_readable())
        ready |= EVENT_READ;
    return ready;
}

static i64 debug_fstat(struct desc *d, struct rx_stat *st)
{
    struct debug_file *f = d->priv;

    if (!f)
        st->mode = MODE_CHR | 0600;
    else if (f->kind == DEBUG_LOG || is_tty(f))
        st->mode = MODE_CHR | 0600;
    else
        st->mode = MODE_FIFO | 0600;
    return 0;
}

static i64 debug_fpath(struct desc *d, char *buf, size_t len)
{
    static const char *const names[] = {
        "/scheme/debug/", "/scheme/debug/stdin", "/scheme/debug/stdout", "/scheme/debug/stderr",
        "/scheme/debug/", "/scheme/debug/",      "/scheme/debug/"};
    const struct debug_file *f = d->priv;
    const char *path = names[f ? f->kind : DEBUG_LOG];
    size_t n = min_u64(len, strlen(path));

    memcpy(buf, path, n);
    return (i64)n;
}

static void debug_close(struct desc *d)
{
    struct debug_file *f = d->priv;

    if (!f)
        return;
    if (f->line_len)
        log_write(f, (const u8 *)"\n", 1);
    list_remove(&f->all);
    pool_put(&debug_file_pool, f);
}

const struct kscheme_ops debug_ops = {
    .openat = debug_open,
    .dup = debug_dup,
    .read = debug_read,
    .write = debug_write,
    .fevent = debug_fevent,
    .fstat = debug_fstat,
    .fpath = debug_fpath,
    .close = debug_close,
};
