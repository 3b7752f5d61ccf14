/* Schemes of a server: creation, publishing, and the table of open files; see redox/scheme.h. */
#include "scheme_lib.h"
#include <stdlib.h>
#include <string.h>

struct scheme *all_schemes;

static bool have_loop;

/* Open files */

static bool grow(struct scheme *s)
{
    u32 n = s->nfiles ? 2 * s->nfiles : 64;
    struct file **files = realloc(s->files, n * sizeof(*files));
    u32 *free_list;

    if (!files)
        return false;
    s->files = files;
    free_list = realloc(s->free_files, n * sizeof(*free_list));
    if (!free_list)
        return false;
    s->free_files = free_list;
    for (u32 i = n; i > s->nfiles; i--) {
        files[i - 1] = NULL;
        free_list[s->nfree++] = i - 1;
    }
    s->nfiles = n;
    return true;
}

/* A file that is open to be looked at gives none of its content, whatever else was asked for: the
 * server did not look at permissions. */
u32 file_flags(u32 asked)
{
    return asked & RX_O_STAT ? asked & ~RX_O_ACCMODE : asked;
}

struct file *file_new(struct scheme *s, u64 id, u32 flags, bool positioned)
{
    static u32 generation;
    struct file *f = malloc(sizeof(*f));

    if (!f || (s->nfree == 0 && !grow(s))) {
        free(f);
        return NULL;
    }
    /* result numbers must not look like an errno */
    generation = (generation + 1) & 0x7FFFFFFF;
    *f = (struct file){.id = id,
                       .index = s->free_files[--s->nfree],
                       .generation = generation,
                       .flags = file_flags(flags),
                       .positioned = positioned};
    s->files[f->index] = f;
    return f;
}

struct file *file_or_spare(struct scheme *s, u64 number)
{
    u32 i = (u32)number;
    struct file *f = i < s->nfiles ? s->files[i] : NULL;

    return f && f->generation == number >> 32 ? f : NULL;
}

struct file *file_by_number(struct scheme *s, u64 number)
{
    struct file *f = file_or_spare(s, number);

    return f && f->spare != SPARE_EMPTY ? f : NULL;
}

void file_drop(struct scheme *s, u64 number)
{
    struct file *f = file_or_spare(s, number);

    if (!f)
        return;
    s->files[f->index] = NULL;
    s->free_files[s->nfree++] = f->index;
    free(f);
}

/* Creation */

static i64 open_word(const char *path, u32 flags)
{
    return (i64)redox_open_v1((const u8 *)path, strlen(path), flags, 0);
}

static i64 make_loop(void)
{
    i64 err;

    if (have_loop)
        return 0;
    err = gate_call(UMK_LOOP, GATE_ARGS(0), NULL, NULL);
    have_loop = err == 0 || err == -EEXIST;
    return have_loop ? 0 : err;
}

i64 scheme_loop_init(void)
{
    return make_loop();
}

static i64 make_socket(struct scheme *s)
{
    static const char create[] = "create-scheme";
    i64 cap = open_word("/scheme/namespace/scheme-creation-cap", RX_O_RDWR | RX_O_CLOEXEC), fd, at;

    if (cap < 0)
        return cap;
    fd = (i64)redox_dup_v1((size_t)cap, (const u8 *)create, sizeof(create) - 1);
    redox_close_v1((size_t)cap);
    if (fd < 0)
        return fd;
    redox_fcntl_v0((size_t)fd, RX_F_SETFD, RX_FD_CLOEXEC);
    at = gate_mmap((u64)fd, 0, QUEUE_SIZE, RX_PROT_READ | RX_PROT_WRITE | RX_MAP_SHARED, 0);
    if (at < 0) {
        redox_close_v1((size_t)fd);
        return at;
    }
    s->socket = (u64)fd;
    s->q = (struct queue_header *)at;
    s->sq_head = s->cq_tail = RING_INDEX_START;
    return 0;
}

i64 scheme_make_fd(struct scheme *s, u64 id, u32 open_flags, u32 newfd_flags)
{
    struct file *f = file_new(s, id, open_flags, newfd_flags & NEWFD_POSITIONED);
    struct rx_new_fd n;
    i64 fd;

    if (!f)
        return -ENOMEM;
    n = (struct rx_new_fd){
        .number = file_number(f), .flags = open_flags, .internal_flags = (u8)newfd_flags};
    fd = (i64)redox_dup_v1((size_t)s->socket, (const u8 *)&n, sizeof(n));
    if (fd < 0)
        file_drop(s, file_number(f));
    return fd;
}

i64 scheme_create(const struct scheme_ops *ops, void *state, u64 root_id, struct scheme **out)
{
    struct scheme *s = calloc(1, sizeof(*s));
    i64 err;

    if (!s)
        return -ENOMEM;
    s->ops = ops;
    s->state = state;
    if ((err = make_loop()) || (err = make_socket(s)))
        goto fail;
    err = scheme_make_fd(s, root_id, RX_O_RDWR | RX_O_CREAT, 0);
    if (err < 0)
        goto fail;
    s->root_fd = (u64)err;
    redox_fcntl_v0((size_t)err, RX_F_SETFD, RX_FD_CLOEXEC);
    s->next = all_schemes;
    all_schemes = s;
    *out = s;
    return 0;
fail:
    free(s);
    return err;
}

void *scheme_state(struct scheme *s)
{
    return s->state;
}

/* Publishing */

/* The descriptor that INIT_NOTIFY names, taken out of the environment's reach; -1: none. */
static i64 notify_fd(void)
{
    const char *text = NULL;
    u64 n = 0;

    for (char **e = gate_start.start.envp; e && *e; e++)
        if (strncmp(*e, "INIT_NOTIFY=", 12) == 0)
            text = *e + 12;
    if (!text || !*text)
        return -1;
    for (; *text; text++) {
        if (*text < '0' || *text > '9' || n > RX_FD_MAX)
            return -1;
        n = n * 10 + (u64)(*text - '0');
    }
    redox_fcntl_v0((size_t)n, RX_F_SETFD, RX_FD_CLOEXEC);
    return (i64)n;
}

i64 scheme_register(struct scheme *s, const char *name)
{
    i64 fd = (i64)redox_dup_v1((size_t)s->root_fd, NULL, 0);

    if (fd < 0)
        return fd;
    return (i64)redox_register_scheme_to_ns_v0(redox_get_ns_v0(), (const u8 *)name, strlen(name),
                                               (size_t)fd);
}

i64 scheme_publish(struct scheme *s, const char *name)
{
    i64 fd = notify_fd(), sent;
    u64 cap;

    if (fd < 0)
        return scheme_register(s, name);
    cap = s->root_fd;
    sent = rx_sendfd((u64)fd, &cap, 1, CALL_FD_CLONE, 0);
    redox_close_v1((size_t)fd);
    return sent < 0 ? sent : 0;
}

void scheme_notify_ready(void)
{
    i64 fd = notify_fd();
    const u8 zero = 0;

    if (fd < 0)
        return;
    redox_write_v1((size_t)fd, &zero, 1);
    redox_close_v1((size_t)fd);
}

/* Memory objects and descriptors in flight */

i64 scheme_object_fd(size_t len, void **out)
{
    i64 fd = open_word("/scheme/memory", RX_O_RDWR | RX_O_CLOEXEC), at, err;

    if (fd < 0)
        return fd;
    err = (i64)redox_ftruncate_v0((size_t)fd, len);
    at =
        err < 0 ? err : gate_mmap((u64)fd, 0, len, RX_PROT_READ | RX_PROT_WRITE | RX_MAP_SHARED, 0);
    if (at < 0) {
        redox_close_v1((size_t)fd);
        return at;
    }
    *out = (void *)at;
    return fd;
}

i64 scheme_object_alloc(size_t len, void **out)
{
    i64 fd = scheme_object_fd(len, out);

    if (fd < 0)
        return fd;
    redox_close_v1((size_t)fd);
    return 0;
}

i64 scheme_object_free(void *p, size_t len)
{
    return gate_munmap((u64)p, len);
}

static u64 tag_of(const struct scheme_ctx *c)
{
    return ((const struct request *)(uintptr_t)c->library)->e.tag;
}

i64 scheme_obtain_fds(struct scheme_ctx *c, u64 *fds, size_t n)
{
    const u64 args[6] = {c->scheme->socket, n * sizeof(u64), CALL_READ | CALL_FD | 2,
                         SOCKET_OBTAIN_FD,  tag_of(c),       0};
    struct gate_buf b = {.in = fds,
                         .in_len = n * sizeof(u64),
                         .out = fds,
                         .out_len = n * sizeof(u64),
                         .out_fixed = true};

    for (size_t i = 0; i < n; i++)
        fds[i] = RX_FD_NONE;
    return gate_call(SYS_CALL, args, &b, NULL);
}

i64 scheme_move_fds(struct scheme_ctx *c, const u64 *fds, size_t n)
{
    const u64 args[6] = {c->scheme->socket, n * sizeof(u64), CALL_WRITE | CALL_FD | 2,
                         SOCKET_MOVE_FD,    tag_of(c),       0};
    const struct gate_buf b = {.in = fds, .in_len = n * sizeof(u64)};

    return gate_call(SYS_CALL, args, &b, NULL);
}

bool dirent_add(struct dirent_builder *b, u64 ino, u64 next, enum dirent_kind kind,
                const char *name, size_t name_len)
{
    size_t len = (RX_DIRENT_HEADER + name_len + 1 + 7) & ~(size_t)7;
    struct rx_dirent e = {ino, next, (u16)len, (u8)kind};

    if (len > b->len - b->used)
        return false;
    memset(b->buf + b->used, 0, len);
    memcpy(b->buf + b->used, &e, sizeof(e));
    memcpy(b->buf + b->used + RX_DIRENT_HEADER, name, name_len);
    b->used += len;
    return true;
}
