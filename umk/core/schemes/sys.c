/*
 * sys: the state of the system as text files. Contents are made at every read from the position
 * asked for, so a reader that wants one moment reads with one large buffer. Others, for root only:
 *
 *     kstop               ends the system: "shutdown [STATUS]", "reset", "emergency_reset"
 *     entropy             not text: each read gives up to 32 bytes that nobody can guess
 *     update_time_offset  sets the wall clock: 16 bytes, its nanoseconds since 1970 at monotonic
 *                         time 0; EPERM where the clock is the host's
 */
#include "umk/core/fmt.h"
#include "umk/core/kschemes.h"
#include "umk/core/channel.h"
#include "umk/core/namespace.h"
#include "umk/core/scheme.h"

#define TEXT_MAX (192u * 1024)

static char text[TEXT_MAX];

/* Contents */

static void put_uname(struct fmt *f)
{
    fmt_add(f, "Redox\n%s\n%s\n%s\n", "0.1.0-umk", core.machine->arch, "umk");
}

static char state_letter(const struct context *c)
{
    if (c->state != CTX_WAITING)
        return process_in_loop(c->proc) ? 'B' : 'R';
    return c->timer.armed ? 'S' : 'B';
}

static void put_context_line(struct fmt *f, const struct process *p, const struct context *c)
{
    char stat[4] = {p->body ? 'U' : 'R', c ? state_letter(c) : 'Z', 0, 0};
    u64 cs = process_cpu(p) / 10000000;
    char time[24], priv[16], shared[16];
    struct fmt t = {time, sizeof(time), 0}, a = {priv, sizeof(priv), 0},
               b = {shared, sizeof(shared), 0};

    fmt_add(&t, "%02lu:%02lu:%02lu.%02lu", cs / 360000, cs / 6000 % 60, cs / 100 % 60, cs % 100);
    fmt_add(&a, "%lu KB", p->aspace.private_bytes / 1024);
    fmt_add(&b, "%lu KB", p->aspace.shared_bytes / 1024);
    fmt_add(f, "%-5u %-5u %-5u %-5s %-5s %-10s %-11s %-7s %-7s %s\n", p->pid, p->cred.euid,
            p->cred.egid, stat, "0", "-", time, priv, shared, p->name);
}

static void put_context(struct fmt *f)
{
    struct process *p;
    struct context *c;

    fmt_add(f, "%-5s %-5s %-5s %-5s %-5s %-10s %-11s %-7s %-7s %s\n", "PID", "EUID", "EGID", "STAT",
            "CPU", "AFFINITY", "TIME", "PRIVATE", "SHARED", "NAME");
    LIST_FOR_EACH (p, &core.processes, all) {
        bool any = false;

        LIST_FOR_EACH (c, &p->contexts, of_process)
            if (!c->async) {
                put_context_line(f, p, c);
                any = true;
            }
        if (!any)
            put_context_line(f, p, NULL);
    }
}

static void put_block(struct fmt *f)
{
    struct process *p;
    struct context *c;

    LIST_FOR_EACH (p, &core.processes, all)
        LIST_FOR_EACH (c, &p->contexts, of_process) {
            fmt_add(f, "%u: %s\n", p->pid, p->name);
            if (c->waiting_for)
                fmt_add(f, "  %s\n", c->waiting_for);
        }
}

static void put_iostat(struct fmt *f)
{
    struct process *p;

    LIST_FOR_EACH (p, &core.processes, all) {
        fmt_add(f, "%u: %s\n", p->pid, p->name);
        for (u64 fd = fd_next(&p->fds, 0); fd != RX_FD_NONE; fd = fd_next(&p->fds, fd + 1)) {
            const struct desc *d = fd_lookup(&p->fds, fd);
            bool upper = fd & RX_FD_UPPER;

            fmt_add(f, "  %s%4lu: %4u %8lu %08x %s\n", upper ? "U" : " ", (u64)(fd & ~RX_FD_UPPER),
                    d->scheme->id, d->number, d->flags,
                    d->scheme->ops ? d->scheme->name : d->scheme->label);
        }
    }
}

static void put_cpu(struct fmt *f)
{
    fmt_add(f, "CPUs: %u\n", core.machine->ncpus);
}

static void put_scheme(struct fmt *f)
{
    struct scheme *s;

    LIST_FOR_EACH (s, &core.schemes, all)
        fmt_add(f, "%u %s%s\n", s->id, s->ops ? s->name : s->label, s->dead ? " dead" : "");
}

static void put_syscall(struct fmt *f)
{
    struct process *p;
    struct context *c;

    LIST_FOR_EACH (p, &core.processes, all)
        LIST_FOR_EACH (c, &p->contexts, of_process)
            fmt_add(f, "%u: %s %s\n", p->pid, p->name,
                    c->state == CTX_USER ? "-"
                    : c->waiting_for     ? c->waiting_for
                                         : "?");
}

static void put_log(struct fmt *f)
{
    u64 start = core.log_end > LOG_SIZE ? core.log_end - LOG_SIZE : 0;

    for (u64 i = start; i < core.log_end; i++)
        fmt_add(f, "%c", core.log[i % LOG_SIZE]);
}

static void put_env(struct fmt *f)
{
    fmt_add(f, "%s", core.config.env ? core.config.env : "");
}

static void put_stat(struct fmt *f)
{
    u32 alive = 0, running = 0, blocked = 0;
    struct process *p;
    struct context *c;
    u64 boot = (core.booted + core.machine->real_offset()) / 1000000000;

    LIST_FOR_EACH (p, &core.processes, all)
        LIST_FOR_EACH (c, &p->contexts, of_process) {
            alive++;
            running += c->state != CTX_WAITING;
            blocked += c->state == CTX_WAITING;
        }
    fmt_add(f, "boot_time: %lu\ncontext_switches: %lu\ncontexts_created: %lu\n", boot, core.calls,
            core.contexts_made);
    fmt_add(f, "contexts_alive: %u\ncontexts_running: %u\ncontexts_blocked: %u\n", alive, running,
            blocked);
}

/* Files */

static const struct {
    const char *name;
    void (*put)(struct fmt *f); /* NULL: written to */
} files[] = {
    {"block", put_block},
    {"context", put_context},
    {"cpu", put_cpu},
    {"env", put_env},
    {"iostat", put_iostat},
    {"log", put_log},
    {"scheme", put_scheme},
    {"stat", put_stat},
    {"syscall", put_syscall},
    {"uname", put_uname},
    {"exe", NULL},
    {"kstop", NULL},
    {"update_time_offset", NULL},
    {"entropy", NULL},
};
#define NFILES (sizeof(files) / sizeof(files[0]))
#define DIRECTORY NFILES

static bool named(size_t i, const char *name)
{
    return i < NFILES && strlen(files[i].name) == strlen(name) &&
           memcmp(files[i].name, name, strlen(name)) == 0;
}

static bool write_only(size_t i)
{
    return named(i, "kstop") || named(i, "update_time_offset");
}

/* Not text: neither a size nor a position. */
static bool special(size_t i)
{
    return write_only(i) || named(i, "entropy");
}

static i64 sys_open(struct context *c, struct desc *dir, const char *path, size_t len, u32 flags,
                    struct opened *out)
{
    size_t i = 0;

    (void)dir;
    while (len && path[len - 1] == '/')
        len--;
    if (len == 0)
        i = DIRECTORY;
    else
        while (i < NFILES && (strlen(files[i].name) != len || memcmp(files[i].name, path, len)))
            i++;
    if (len && i == NFILES)
        return -ENOENT;
    if (special(i) && !is_root(c->proc))
        return -EPERM;
    if (named(i, "update_time_offset") && !core.machine->set_real_offset)
        return -EPERM;
    if (len && (flags & RX_O_DIRECTORY) && !(flags & RX_O_STAT))
        return -ENOTDIR;
    out->desc = desc_new(dir->scheme, i, flags, NULL);
    if (!out->desc)
        return -ENOMEM;
    out->desc->positioned = i != DIRECTORY && !special(i);
    return 0;
}

static size_t make_text(struct desc *d, const struct process *reader)
{
    struct fmt f = {text, sizeof(text), 0};

    text[0] = '\0';
    if (named(d->number, "exe"))
        fmt_add(&f, "%s", reader ? reader->name : "");
    else
        files[d->number].put(&f);
    return min_u64(f.len, sizeof(text) - 1);
}

static i64 read_entropy(u8 *buf, size_t len)
{
    u8 bytes[32];

    len = min_u64(len, sizeof(bytes));
    core.machine->entropy(bytes);
    memcpy(buf, bytes, len);
    return (i64)len;
}

static i64 sys_file_read(struct context *c, struct desc *d, u8 *buf, size_t len, u64 offset)
{
    size_t total, n;

    if (d->number == DIRECTORY || write_only(d->number))
        return -EISDIR;
    if (named(d->number, "entropy"))
        return read_entropy(buf, len);
    total = make_text(d, c->proc);
    if (offset >= total)
        return 0;
    n = min_u64(len, total - offset);
    memcpy(buf, text + offset, n);
    return (i64)n;
}

static i64 sys_file_size(struct context *c, struct desc *d)
{
    return d->number == DIRECTORY || special(d->number) ? 0 : (i64)make_text(d, c->proc);
}

/* "shutdown 3\n" ends with status 3. */
static i64 kstop(const char *s, size_t len)
{
    static const char *const words[] = {"shutdown", "reset", "emergency_reset"};
    u32 status = 0;

    while (len && (s[len - 1] == '\n' || s[len - 1] == ' '))
        len--;
    for (u32 i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);

        if (len < n || memcmp(s, words[i], n) != 0 || (len > n && s[n] != ' '))
            continue;
        for (n++; n < len; n++) {
            if (s[n] < '0' || s[n] > '9' || status > 255)
                return -EINVAL;
            status = status * 10 + (u32)(s[n] - '0');
        }
        core_shutdown(status);
        return 0;
    }
    return -EINVAL;
}

static i64 set_clock(const u8 *buf, size_t len)
{
    u64 ns[2];

    if (len != sizeof(ns))
        return -EINVAL;
    memcpy(ns, buf, sizeof(ns));
    if (ns[1])
        return -EINVAL; /* after the year 2554 */
    core.machine->set_real_offset(ns[0]);
    return (i64)len;
}

static i64 sys_file_write(struct context *c, struct desc *d, const u8 *buf, size_t len, u64 offset)
{
    char copy[64];
    i64 err;

    (void)c;
    (void)offset;
    if (named(d->number, "update_time_offset"))
        return set_clock(buf, len);
    if (!named(d->number, "kstop"))
        return -EISDIR;
    if (len > sizeof(copy))
        return -EINVAL;
    memcpy(copy, buf, len);
    err = kstop(copy, len);
    return err ? err : (i64)len;
}

static i64 sys_getdents(struct context *c, struct desc *d, u8 *buf, size_t len, u64 start)
{
    size_t used = 0;

    (void)c;
    if (d->number != DIRECTORY)
        return -ENOTDIR;
    for (u64 i = start; i < NFILES; i++) {
        i64 n = dirent_put(buf + used, len - used, i, i + 1, DIRENT_FILE, files[i].name,
                           strlen(files[i].name));
        if (n < 0)
            return used ? (i64)used : n;
        used += (size_t)n;
    }
    return (i64)used;
}

static i64 sys_file_stat(struct desc *d, struct rx_stat *st)
{
    st->mode = d->number == DIRECTORY ? MODE_DIR | 0444 : MODE_FILE | 0666;
    st->ino = d->number;
    if (d->number != DIRECTORY && !special(d->number))
        st->size = make_text(d, NULL);
    return 0;
}

static i64 sys_file_path(struct desc *d, char *buf, size_t len)
{
    char path[64];
    struct fmt f = {path, sizeof(path), 0};

    fmt_add(&f, "/scheme/sys/%s", d->number < NFILES ? files[d->number].name : "");
    memcpy(buf, path, min_u64(len, f.len));
    return (i64)min_u64(len, f.len);
}

const struct kscheme_ops sys_ops = {
    .openat = sys_open,
    .read = sys_file_read,
    .write = sys_file_write,
    .fsize = sys_file_size,
    .getdents = sys_getdents,
    .fstat = sys_file_stat,
    .fpath = sys_file_path,
};
