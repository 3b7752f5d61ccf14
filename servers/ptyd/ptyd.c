/*
 * ptyd: the scheme pty, terminals without hardware. An open of "ptmx" makes a pair and gives its
 * master, an open of the pair's number the slave (docs/TERMINALS.md).
 *
 * Who made a pair may open its slave, and whoever is let in by fchown and fchmod. There are no
 * signals for reading or writing in the background (SIGTTIN, SIGTTOU).
 */
#include "redox/scheme.h"
#include "servers/ptyd/control.h"
#include "servers/ptyd/terminal.h"

#include <stdio.h>
#include <string.h>

#define ROOT_ID 0u
#define PTMX_INODE UINT32_MAX
#define NS_PER_TENTH 100000000ull
#define OWNER_SHIFT 6u
#define GROUP_SHIFT 3u

static u64 now(void)
{
    struct rx_timespec ts = {0};
    rx_clock(RX_CLOCK_MONOTONIC, &ts);
    return (u64)ts.sec * 1000000000ull + (u64)ts.nsec;
}

static i64 give(struct terminal *t, enum side side, struct open_result *out)
{
    struct file *f = file_open(t, side);
    if (!f) {
        terminal_release(t);
        return -ENOMEM;
    }
    out->id = f->id;
    return 0;
}

static bool may_open(const struct scheme_ctx *c, const struct terminal *t, u32 flags)
{
    u32 access = flags & RX_O_ACCMODE;
    u32 shift = c->uid == t->uid ? OWNER_SHIFT : c->gid == t->gid ? GROUP_SHIFT : 0;
    u32 bits = t->mode >> shift;
    if (c->uid == 0)
        return true;
    return (!(access & RX_O_RDONLY) || (bits & 4)) && (!(access & RX_O_WRONLY) || (bits & 2));
}

/* A decimal number and nothing else; -EINVAL. */
static i64 number_of(const char *path, size_t len)
{
    i64 n = 0;
    for (size_t i = 0; i < len; i++) {
        if (path[i] < '0' || path[i] > '9' || len > 9)
            return -EINVAL;
        n = n * 10 + (path[i] - '0');
    }
    return n;
}

static i64 pty_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                      u32 fcntl_flags, struct open_result *out)
{
    (void)fcntl_flags;
    struct terminal *t;
    if (dir != ROOT_ID)
        return -EACCES;
    if (!len && flags & (RX_O_DIRECTORY | RX_O_STAT)) {
        out->id = ROOT_ID;
        return 0;
    }
    if (!len)
        return -ENOENT;
    if (len == 4 && memcmp(path, "ptmx", 4) == 0) {
        i64 r = terminal_new(c->uid, c->gid, &t);
        return r < 0 ? r : give(t, SIDE_MASTER, out);
    }
    i64 number = number_of(path, len);
    if (number < 0)
        return number;
    t = terminal_find((u32)number);
    if (!t || !t->pair.masters)
        return -ENOENT;
    if (!may_open(c, t, flags))
        return -EACCES;
    return give(t, SIDE_SLAVE, out);
}

static i64 pty_dup(struct scheme_ctx *c, u64 id, const void *buf, size_t len,
                   struct open_result *out)
{
    (void)c;
    const struct file *f = file_find(id);
    if (!f)
        return -EBADF;
    if (!len && f->side != SIDE_CONTROL)
        return give(f->terminal, f->side, out);
    i64 control = f->side == SIDE_CONTROL ? -EINVAL : control_named(buf, len);
    if (control < 0)
        return control;
    struct file *made = file_open(f->terminal, SIDE_CONTROL);
    if (!made)
        return -ENOMEM;
    made->control = (u32)control;
    made->of_master = f->side == SIDE_MASTER;
    out->id = made->id;
    return 0;
}

static i64 master_read(struct scheme_ctx *c, struct terminal *t, void *buf, size_t len)
{
    i64 n = len ? pair_master_read(&t->pair, buf, len) : 0;
    if (n > 0)
        terminal_news(t, SIDE_SLAVE, EVENT_WRITE);
    if (n != -EAGAIN)
        return n;
    /* nobody is left who could write: who reads is told so, and need not wait */
    if (t->pair.slave_seen && !t->pair.slaves)
        return t->pair.plain ? 0 : -EAGAIN;
    return c->nonblock ? -EAGAIN : SCHEME_RETRY;
}

/* Readers look again: some read's time is over. */
static void time_over(void *arg)
{
    struct terminal *t = arg;
    t->timer = -1;
    terminal_news(t, SIDE_SLAVE, EVENT_READ);
}

/* When VTIME of this read is over; 0: it waits as long as need be. */
static u64 deadline(struct scheme_ctx *c, struct terminal *t)
{
    bool from_input;
    u32 tenths = pair_timeout(&t->pair, &from_input);
    if (!tenths)
        return 0;
    if (t->reader != c->request) {
        t->reader = c->request;
        t->reads_since = now();
    }
    return (from_input ? t->typed_at : t->reads_since) + tenths * NS_PER_TENTH;
}

static i64 slave_read(struct scheme_ctx *c, struct terminal *t, void *buf, size_t len)
{
    u64 end = c->nonblock ? 0 : deadline(c, t);
    enum pair_wait wait = c->nonblock ? WAIT_NEVER : end && now() >= end ? WAIT_OVER : WAIT_LONG;
    i64 n = pair_slave_read(&t->pair, buf, len, wait);
    if (n > 0)
        terminal_news(t, SIDE_MASTER, EVENT_WRITE);
    if (n != -EAGAIN || c->nonblock)
        return n;
    if (t->timer >= 0)
        rx_timer_cancel(t->timer);
    t->timer = end ? rx_timer(end, time_over, t) : -1;
    return SCHEME_RETRY;
}

static i64 pty_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)offset;
    const struct file *f = file_find(id);
    if (!f)
        return -EBADF;
    if (f->side == SIDE_CONTROL)
        return control_read(f->terminal, f->control, buf, len);
    return f->side == SIDE_MASTER ? master_read(c, f->terminal, buf, len)
                                  : slave_read(c, f->terminal, buf, len);
}

static i64 master_write(struct terminal *t, const void *buf, size_t len)
{
    size_t n = pair_type(&t->pair, buf, len);
    if (!n)
        return SCHEME_RETRY;
    t->typed_at = now();
    terminal_news(t, SIDE_SLAVE, EVENT_READ);
    terminal_news(t, SIDE_MASTER, EVENT_READ); /* the echo */
    return (i64)n;
}

static i64 slave_write(struct terminal *t, const void *buf, size_t len)
{
    if (!t->pair.masters)
        return -EPIPE;
    size_t n = pair_print(&t->pair, buf, len);
    if (!n)
        return SCHEME_RETRY;
    terminal_news(t, SIDE_MASTER, EVENT_READ);
    return (i64)n;
}

static i64 pty_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    (void)offset;
    const struct file *f = file_find(id);
    if (!f)
        return -EBADF;
    if (f->side == SIDE_CONTROL)
        return control_write(f->terminal, c, f->control, buf, len);
    if (!len)
        return 0;
    return f->side == SIDE_MASTER ? master_write(f->terminal, buf, len)
                                  : slave_write(f->terminal, buf, len);
}

/* A call with a verb and a direction: what files of the named values do, at once. */
static i64 pty_call(struct scheme_ctx *c, u64 id, void *payload, size_t len, const u64 meta[3])
{
    const struct file *f = file_find(id);
    if (!f || f->side == SIDE_CONTROL)
        return -EBADF;
    if (meta[0] >= CONTROLS || meta[1] > 1)
        return -EINVAL;
    return meta[1] ? control_write(f->terminal, c, (u32)meta[0], payload, len)
                   : control_read(f->terminal, (u32)meta[0], payload, len);
}

static i64 pty_fsync(struct scheme_ctx *c, u64 id)
{
    (void)c;
    const struct file *f = file_find(id);
    if (!f)
        return -EBADF;
    if (f->side != SIDE_SLAVE)
        return 0;
    if (!f->terminal->pair.masters)
        return -EPIPE;
    if (!pair_sync(&f->terminal->pair))
        return SCHEME_RETRY;
    terminal_news(f->terminal, SIDE_MASTER, EVENT_READ);
    return 0;
}

static i64 pty_fevent(struct scheme_ctx *c, u64 id, u32 mask)
{
    (void)c;
    const struct file *f = file_find(id);
    return f ? (i64)(mask & file_ready(f)) : -EBADF;
}

/* ptmx, then the slaves that can be opened; the one of terminal n is listed from n + 1 on. */
static i64 pty_getdents(struct scheme_ctx *c, u64 id, struct dirent_builder *b, u64 start)
{
    char name[12];
    (void)c;
    if (id != ROOT_ID)
        return file_find(id) ? -ENOTDIR : -EBADF;
    if (start == 0 && !dirent_add(b, PTMX_INODE, 1, DIRENT_CHR, "ptmx", 4))
        return 0;
    for (u64 n = start ? start - 1 : 0; n < TERMINALS_MAX; n++) {
        const struct terminal *t = terminal_find((u32)n);
        if (!t || !t->pair.masters)
            continue;
        int len = snprintf(name, sizeof name, "%u", t->number);
        if (!dirent_add(b, t->number + 1, n + 2, DIRENT_CHR, name, (size_t)len))
            break;
    }
    return 0;
}

static i64 pty_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    (void)c;
    const struct file *f = file_find(id);
    char path[32];
    if (!f && id != ROOT_ID)
        return -EBADF;
    bool master = f && (f->side == SIDE_CONTROL ? f->of_master : f->side == SIDE_MASTER);
    int n = !f       ? snprintf(path, sizeof path, "/scheme/pty")
            : master ? snprintf(path, sizeof path, "/scheme/pty/ptmx")
                     : snprintf(path, sizeof path, "/scheme/pty/%u", f->terminal->number);
    if (n < 0 || (size_t)n > len)
        return -ERANGE;
    memcpy(buf, path, (size_t)n);
    return n;
}

static i64 pty_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c;
    const struct file *f = file_find(id);
    if (id == ROOT_ID) {
        *st = (struct rx_stat){.mode = MODE_DIR | 0755, .nlink = 1, .blksize = 4096};
        return 0;
    }
    if (!f)
        return -EBADF;
    const struct terminal *t = f->terminal;
    *st = (struct rx_stat){.ino = t->number + 1,
                           .mode = MODE_CHR | (u16)(f->side == SIDE_SLAVE ? t->mode : 0666),
                           .uid = t->uid,
                           .gid = t->gid,
                           .nlink = 1,
                           .blksize = 4096};
    return 0;
}

static i64 pty_fchmod(struct scheme_ctx *c, u64 id, u32 mode)
{
    const struct file *f = file_find(id);
    if (!f)
        return -EBADF;
    if (c->uid != 0 && c->uid != f->terminal->uid)
        return -EPERM;
    f->terminal->mode = mode & 0777;
    return 0;
}

/* All ones: leave it as it is. */
static i64 pty_fchown(struct scheme_ctx *c, u64 id, u32 uid, u32 gid)
{
    const struct file *f = file_find(id);
    if (!f)
        return -EBADF;
    if (c->uid != 0)
        return -EPERM;
    if (uid != UINT32_MAX)
        f->terminal->uid = uid;
    if (gid != UINT32_MAX)
        f->terminal->gid = gid;
    return 0;
}

static void pty_on_close(struct scheme *s, u64 id)
{
    (void)s;
    struct file *f = file_find(id);
    if (f)
        file_close(f);
}

static const struct scheme_ops ops = {
    .openat = pty_openat,
    .dup = pty_dup,
    .read = pty_read,
    .write = pty_write,
    .call = pty_call,
    .fsync = pty_fsync,
    .fevent = pty_fevent,
    .getdents = pty_getdents,
    .fpath = pty_fpath,
    .fstat = pty_fstat,
    .fchmod = pty_fchmod,
    .fchown = pty_fchown,
    .on_close = pty_on_close,
};

static bool poll(void *arg)
{
    return terminal_tell(arg);
}

int main(void)
{
    struct scheme *scheme;
    i64 result = scheme_create(&ops, NULL, ROOT_ID, &scheme);
    if (result >= 0)
        result = scheme_publish(scheme, "pty");
    if (result < 0)
        rx_panic("ptyd: cannot make the scheme");
    redox_setrens_v1(0, 0);
    scheme_poll(poll, scheme);
    scheme_run();
}
