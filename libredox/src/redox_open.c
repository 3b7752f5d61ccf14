/*
 * Opening, removing, renaming and linking files by path.
 *
 * A path is resolved to a place: a descriptor to ask, and what to ask it for. Absolute
 * paths ask the namespace, relative ones a directory, with the text as the caller wrote
 * it. Where a server answers EXDEV, a symbolic link leads out of its scheme: the link is
 * found and read, and the rest goes on from its target.
 */
#include "upper.h"

/* Whom to ask, and for what. Ended with place_leave. */
struct place {
    u64 dir;
    struct span scheme; /* for a namespace descriptor, else empty */
    struct span ref;
    bool has_cwd;
    struct cwd cwd;
    char text[RX_PATH_MAX]; /* holds ref when it is not the caller's text */
};

static i64 place_absolute(struct place *p, struct span scheme, struct span ref)
{
    p->dir = namespace_fd();
    if (p->dir == RX_FD_NONE)
        return -ENODEV;
    if (scheme.len == 0 && ref.len > 0)
        return -ENOENT;
    p->scheme = scheme;
    p->ref = ref;
    return 0;
}

static void place_leave(struct place *p)
{
    if (p->has_cwd)
        cwd_release(&p->cwd);
    p->has_cwd = false;
}

/* Resolves a path that counts from the working directory. */
static i64 place_in_cwd(struct place *p, struct span path)
{
    i64 r = cwd_acquire(&p->cwd);
    if (r < 0)
        return r;
    p->has_cwd = true;
    if (!path_climbs_out(p->cwd.path, path)) {
        p->dir = p->cwd.fd;
        p->ref = path;
        return 0;
    }
    struct path_parts parts = {0};
    i64 len = path_canonical(p->cwd.path, path, p->text, sizeof(p->text));
    if (len >= 0)
        len = path_split((struct span){p->text, (size_t)len}, &parts);
    if (len >= 0)
        len = place_absolute(p, parts.scheme, parts.reference);
    if (len < 0)
        place_leave(p);
    return len;
}

static i64 place_find(struct place *p, i64 dirfd, struct span path)
{
    p->has_cwd = false;
    p->scheme = (struct span){"", 0};
    if (path.len == 0 && dirfd != RX_AT_FDCWD) {
        p->dir = (u64)dirfd; /* the file itself, where its server has that */
        p->ref = path;
        return 0;
    }
    struct path_parts parts;
    i64 r = path_split(path, &parts);
    if (r < 0)
        return r;
    if (!parts.relative)
        return place_absolute(p, parts.scheme, parts.reference);
    if (dirfd == RX_AT_FDCWD)
        return place_in_cwd(p, path);
    p->dir = (u64)dirfd;
    p->ref = path;
    return 0;
}

i64 open_in_namespace(struct span scheme, struct span ref, u32 flags, u64 table)
{
    u64 ns = namespace_fd();
    if (ns == RX_FD_NONE)
        return -ENODEV;
    return fd_openat(ns, scheme, ref, flags, flags & RX_O_FCNTL_MASK, table);
}

static i64 open_once(i64 dirfd, struct span path, u32 flags, u64 table)
{
    struct place p;
    i64 r = place_find(&p, dirfd, path);
    if (r < 0)
        return r;
    r = fd_openat(p.dir, p.scheme, p.ref, flags, flags & RX_O_FCNTL_MASK, table);
    place_leave(&p);
    return r;
}

/* Reads the text of a link, RX_PATH_MAX bytes at out. -EXDEV: it is none. */
static i64 read_link(i64 dirfd, struct span link, char *out)
{
    i64 fd = open_once(dirfd, link, RX_O_RDONLY | RX_O_SYMLINK | RX_O_CLOEXEC, RX_FD_UPPER);
    if (fd < 0)
        return -EXDEV;
    struct rx_stat st;
    i64 len = -EXDEV;
    bool other = rx_fstat((u64)fd, &st) == 0 && (st.mode & MODE_TYPE) != MODE_SYMLINK;
    if (!other)
        len = (i64)redox_read_v1((size_t)fd, (u8 *)out, RX_PATH_MAX);
    fd_close((u64)fd);
    return len < 0 ? -EXDEV : len;
}

/*
 * Finds the link on the way along path that leads out of its scheme, and writes the path behind it
 * to out (RX_PATH_MAX bytes). Whatever lies beyond such a link cannot be opened, so it is the
 * longest part of the path that opens as a link. limit: how much of the path to look at.
 * Result: length, or -EXDEV: there is none.
 */
static i64 follow_link(i64 dirfd, struct span path, size_t limit, char *out)
{
    char target[RX_PATH_MAX];
    while (limit > 1 && path.p[limit - 1] == '/')
        limit--;
    for (struct span part = {path.p, limit}; part.len > 0; part.len = path_parent_len(part)) {
        i64 len = read_link(dirfd, part, target);
        if (len >= 0)
            return path_through_link(path, part.len, (struct span){target, (size_t)len}, out,
                                     RX_PATH_MAX);
    }
    return -EXDEV;
}

/* What is done with a path once it is known where it leads. */
typedef i64 path_action(i64 dirfd, struct span path, const u64 args[2]);

/* The slow way of with_links: path is known to run into a link to another scheme. */
__attribute__((noinline)) static i64 with_links_slow(i64 dirfd, struct span path, bool parent_only,
                                                     path_action *action, const u64 args[2])
{
    char text[2][RX_PATH_MAX];
    for (u32 n = 0; n < RX_SYMLOOP_MAX; n++) {
        size_t limit = parent_only ? path_parent_len(path) : path.len;
        i64 len = follow_link(dirfd, path, limit, text[n % 2]);
        if (len < 0)
            return len;
        path = (struct span){text[n % 2], (size_t)len};
        i64 r = action(dirfd, path, args);
        if (r != -EXDEV)
            return r;
    }
    return -ELOOP;
}

/* Does action, following links between schemes on the way; parent_only: not the last part. */
static i64 with_links(i64 dirfd, struct span path, bool parent_only, path_action *action,
                      const u64 args[2])
{
    i64 r = action(dirfd, path, args);
    return r == -EXDEV ? with_links_slow(dirfd, path, parent_only, action, args) : r;
}

/* Value of a variable in the program's environment as it was at start; empty if it has none. */
static struct span start_variable(struct span name)
{
    char **envp = gate_start.start.envp;
    for (size_t i = 0; envp && envp[i]; i++) {
        size_t n = 0;
        while (n < name.len && envp[i][n] == name.p[n])
            n++;
        if (n == name.len && envp[i][n] == '=')
            return (struct span){envp[i] + n + 1, __builtin_strlen(envp[i] + n + 1)};
    }
    return (struct span){"", 0};
}

/* The names that the library itself serves, /scheme/libc/... */
static i64 open_libc(struct span ref, u32 flags, u64 table)
{
    static const struct span standard[] = {{"stdin", 5}, {"stdout", 6}, {"stderr", 6}};
    for (u64 fd = 0; fd < 3; fd++)
        if (span_is(ref, standard[fd]))
            return fd_dup(fd, NULL, 0, table, flags & RX_O_CLOEXEC);
    if (!span_is(ref, SPAN("tty")))
        return -ENOENT;
    struct path_parts parts;
    struct span tty = start_variable(SPAN("TTY"));
    if (path_split(tty, &parts) < 0)
        return -ENXIO;
    if (!parts.relative && span_is(parts.scheme, SPAN("libc")))
        return -ELOOP;
    return open_path(RX_AT_FDCWD, tty, flags, table);
}

static i64 open_action(i64 dirfd, struct span path, const u64 args[2])
{
    struct path_parts parts;
    if (path_split(path, &parts) == 0 && !parts.relative && span_is(parts.scheme, SPAN("libc")))
        return open_libc(parts.reference, (u32)args[0], args[1]);
    return open_once(dirfd, path, (u32)args[0], args[1]);
}

i64 open_path(i64 dirfd, struct span path, u32 flags, u64 table)
{
    return with_links(dirfd, path, false, open_action, (const u64[2]){flags, table});
}

i64 rx_openat(i64 dirfd, const char *path, size_t len, u32 flags, u32 mode)
{
    flags = (flags & ~RX_O_MODE_MASK) | (mode & RX_O_MODE_MASK);
    return open_path(dirfd, (struct span){path, len}, flags, 0);
}

/* args[1]: where the status goes. */
static i64 stat_action(i64 dirfd, struct span path, const u64 args[2])
{
    struct path_parts parts;
    if (path_split(path, &parts) == 0 && !parts.relative && span_is(parts.scheme, SPAN("libc")))
        return -ENOTCONN;
    struct place p;
    i64 r = place_find(&p, dirfd, path);
    if (r < 0)
        return r;
    r = fd_statat(p.dir, p.scheme, p.ref, (u32)args[0], (struct rx_stat *)args[1]);
    place_leave(&p);
    return r;
}

i64 rx_statat(i64 dirfd, const char *path, size_t len, u32 flags, struct rx_stat *st)
{
    const struct span text = {path, len};
    i64 r = with_links(dirfd, text, false, stat_action, (const u64[2]){flags, (u64)st});
    if (r != -ENOTCONN)
        return r;
    i64 fd = open_path(dirfd, text, flags | RX_O_STAT | RX_O_CLOEXEC, RX_FD_UPPER);
    if (fd < 0)
        return fd;
    r = rx_fstat((u64)fd, st);
    fd_close((u64)fd);
    return r;
}

size_t redox_open_v1(const u8 *path, size_t len, u32 flags, u16 mode)
{
    return (size_t)rx_openat(RX_AT_FDCWD, (const char *)path, len, flags, mode & MODE_PERM);
}

static i64 unlink_action(i64 dirfd, struct span path, const u64 args[2])
{
    struct place p;
    i64 r = place_find(&p, dirfd, path);
    if (r < 0)
        return r;
    r = fd_unlinkat(p.dir, p.scheme, p.ref, (u32)args[0]);
    place_leave(&p);
    return r;
}

i64 rx_unlinkat(i64 dirfd, const char *path, size_t len, u32 flags)
{
    return with_links(dirfd, (struct span){path, len}, true, unlink_action,
                      (const u64[2]){flags, 0});
}

/* The scheme that an open file says it belongs to. */
static i64 scheme_of_file(u64 fd, char *text, struct span *scheme)
{
    i64 len = (i64)redox_fpath_v1(fd, (u8 *)text, RX_PATH_MAX);
    if (len < 0)
        return len;
    struct path_parts parts;
    i64 r = path_split((struct span){text, (size_t)len}, &parts);
    if (r < 0 || parts.relative)
        return -EXDEV;
    *scheme = parts.scheme;
    return 0;
}

/* FRENAME or FLINK of file args[0] by operation args[1]; path is canonical. */
static i64 name_action(i64 dirfd, struct span path, const u64 args[2])
{
    (void)dirfd;
    char text[RX_PATH_MAX];
    struct span scheme;
    struct path_parts parts;
    i64 r = path_split(path, &parts);
    if (r < 0)
        return r;
    r = scheme_of_file(args[0], text, &scheme);
    if (r < 0)
        return r;
    if (!span_is(scheme, parts.scheme))
        return -EXDEV;
    const struct gate_buf buf = {.in = parts.reference.p, .in_len = parts.reference.len};
    return gate_call((u32)args[1], GATE_ARGS(args[0], 0, 0, 0, 0, buf.in_len), &buf, NULL);
}

/* Gives the file opened from `from` the name `to`. */
static i64 give_name(struct span from, u32 open_flags, struct span to, u32 op)
{
    char text[RX_PATH_MAX];
    struct span base = {"", 0};
    struct cwd cwd;
    bool have_cwd = cwd_acquire(&cwd) == 0;
    if (have_cwd)
        base = cwd.path;
    i64 len = path_canonical(base, to, text, sizeof(text));
    if (have_cwd)
        cwd_release(&cwd);
    if (len < 0)
        return len;
    i64 fd = open_path(RX_AT_FDCWD, from, open_flags | RX_O_STAT | RX_O_CLOEXEC, RX_FD_UPPER);
    if (fd < 0)
        return fd;
    i64 r = with_links(RX_AT_FDCWD, (struct span){text, (size_t)len}, true, name_action,
                       (const u64[2]){(u64)fd, op});
    fd_close((u64)fd);
    return r;
}

i64 rx_rename(const char *from, size_t from_len, const char *to, size_t to_len)
{
    return give_name((struct span){from, from_len}, RX_O_NOFOLLOW, (struct span){to, to_len},
                     SYS_FRENAME);
}

i64 rx_link(const char *from, size_t from_len, const char *to, size_t to_len, bool follow)
{
    return give_name((struct span){from, from_len}, follow ? 0 : RX_O_NOFOLLOW,
                     (struct span){to, to_len}, SYS_FLINK);
}
