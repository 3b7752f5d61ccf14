/*
 * proc: "ps", a table of the processes as text; and handles, each of which stands for one process.
 * A handle is made by the process itself (PROC_HANDLE) and may be passed on. Whoever is root and
 * holds one may set the process's ids, which is how a privileged daemon lifts a client. A handle
 * outlives its process and then answers ESRCH: it holds the serial number, which no later process
 * gets.
 */
#include "umk/core/fmt.h"
#include "umk/core/kschemes.h"
#include "umk/core/scheme.h"

#define TEXT_MAX 65536u
#define NUMBER_ROOT 0u
#define NUMBER_PS 1u
#define NUMBER_HANDLES 2u /* + serial */

static struct scheme *proc_scheme;
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
    if (dir->number != NUMBER_ROOT)
        return -ENOTDIR;
    if (len && (len != 2 || memcmp(path, "ps", 2) != 0))
        return -ENOENT;
    out->desc = desc_new(dir->scheme, len ? NUMBER_PS : NUMBER_ROOT, flags, NULL);
    if (!out->desc)
        return -ENOMEM;
    out->desc->positioned = len;
    return 0;
}

static i64 proc_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    size_t total, n;

    (void)c;
    if (d->number != NUMBER_PS)
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
    st->mode = d->number == NUMBER_ROOT ? MODE_DIR | 0555
               : d->number == NUMBER_PS ? MODE_FILE | 0444
                                        : MODE_CHR | 0600;
    return 0;
}

static i64 proc_fpath(struct desc *d, char *buf, size_t len)
{
    const char *path = d->number == NUMBER_PS ? "/scheme/proc/ps" : "/scheme/proc/";
    size_t n = min_u64(len, strlen(path));

    if (d->number >= NUMBER_HANDLES)
        return -EOPNOTSUPP;
    memcpy(buf, path, n);
    return (i64)n;
}

static i64 proc_getdents(struct context *c, struct desc *d, u8 *buf, size_t len, u64 start)
{
    (void)c;
    if (d->number != NUMBER_ROOT)
        return -ENOTDIR;
    return start ? 0 : dirent_put(buf, len, 1, 1, DIRENT_FILE, "ps", 2);
}

void proc_init(struct scheme *s)
{
    proc_scheme = s;
}

struct desc *proc_handle_new(const struct process *p)
{
    return desc_new(proc_scheme, NUMBER_HANDLES + p->serial, RX_O_RDWR, NULL);
}

static struct process *of_handle(const struct desc *d)
{
    struct process *p;

    LIST_FOR_EACH (p, &core.processes, all)
        if (d->number == NUMBER_HANDLES + p->serial)
            return p->state == PROC_ALIVE ? p : NULL;
    return NULL;
}

/* metadata word 0: the verb. Payload of PROC_SETRESUGID: six ids. */
static i64 proc_call(struct context *c, struct desc *d, u8 *buf, size_t len, u32 flags,
                     const u64 meta[3])
{
    struct process *p;
    u32 ids[6];

    (void)flags;
    if (d->number < NUMBER_HANDLES || meta[0] != PROC_SETRESUGID)
        return -EOPNOTSUPP;
    if (!is_root(c->proc))
        return -EPERM;
    if (len != sizeof(ids))
        return -EINVAL;
    if (!(p = of_handle(d)))
        return -ESRCH;
    memcpy(ids, buf, sizeof(ids));
    return process_set_ids(p, c->proc, ids);
}

const struct kscheme_ops proc_ops = {
    .openat = proc_open,
    .read = proc_read,
    .fstat = proc_fstat,
    .fpath = proc_fpath,
    .getdents = proc_getdents,
    .call = proc_call,
};
