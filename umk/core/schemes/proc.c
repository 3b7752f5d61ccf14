/* proc: "ps", a table of the processes as text; credentials are asked by call (PROC_CREDENTIALS).
 */
#include "umk/core/fmt.h"
#include "umk/core/kschemes.h"
#include "umk/core/scheme.h"

#define TEXT_MAX 65536u
static char text[TEXT_MAX];

static const char *status_of(const struct process *p)
{
    switch (p->state) {
    case PROC_NEW:
        return "N";
    case PROC_ALIVE:
        return p->stopped ? "S" : "R";
    case PROC_DYING:
    case PROC_ZOMBIE:
        return "E";
    }
    return "?";
}

static size_t make_ps(void)
{
    struct fmt f = {text, sizeof(text), 0};
    struct process *p;
    struct context *c;

    fmt_add(&f, "%-5s %-5s %-5s %-5s %-5s %-5s %-5s %-5s %-5s %-7s %s\n", "PID", "PGID", "PPID",
            "SID", "RUID", "RGID", "EUID", "EGID", "NTHRD", "STATUS", "NAME");
    LIST_FOR_EACH (p, &core.processes, all) {
        u32 threads = 0;

        LIST_FOR_EACH (c, &p->contexts, of_process)
            threads += !c->async;
        fmt_add(&f, "%-5u %-5u %-5u %-5u %-5u %-5u %-5u %-5u %-5u %-7s %s\n", p->pid, p->pgid,
                p->parent ? p->parent->pid : 0, p->sid, p->cred.ruid, p->cred.rgid, p->cred.euid,
                p->cred.egid, threads, status_of(p), p->name);
    }
    return min_u64(f.len, sizeof(text) - 1);
}

static i64 proc_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                     struct opened *out)
{
    (void)c;
    if (len && (len != 2 || memcmp(path, "ps", 2) != 0))
        return -ENOENT;
    out->desc = desc_new(dir->scheme, len ? 1 : 0, flags, NULL);
    if (!out->desc)
        return -ENOMEM;
    out->desc->positioned = len;
    return 0;
}

static i64 proc_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    size_t total, n;

    (void)c;
    if (d->number != 1)
        return -EBADF;
    total = make_ps();
    if (offset >= total)
        return 0;
    n = min_u64(len, total - offset);
    memcpy(buf, text + offset, n);
    return (i64)n;
}

static i64 proc_fstat(struct desc *d, struct rx_stat *st)
{
    st->mode = d->number == 1 ? MODE_FILE | 0444 : MODE_DIR | 0555;
    return 0;
}

static i64 proc_fpath(struct desc *d, char *buf, size_t len)
{
    const char *path = d->number == 1 ? "/scheme/proc/ps" : "/scheme/proc/";
    size_t n = min_u64(len, strlen(path));

    memcpy(buf, path, n);
    return (i64)n;
}

static i64 proc_getdents(struct context *c, struct desc *d, u8 *buf, size_t len, u64 start)
{
    (void)c;
    if (d->number == 1)
        return -ENOTDIR;
    return start ? 0 : dirent_put(buf, len, 1, 1, DIRENT_FILE, "ps", 2);
}

const struct kscheme_ops proc_ops = {
    .openat = proc_open,
    .read = proc_read,
    .fstat = proc_fstat,
    .fpath = proc_fpath,
    .getdents = proc_getdents,
};
