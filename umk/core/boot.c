/*
 * Boot and stop. The kernel schemes get their names, the first namespace and the first process
 * are made; that process is bin/init of the boot archive, with
 *
 *     fd 0, 1, 2    the console's streams
 *     fd 3          the boot archive, a memory object of exactly its length
 *     ns            the first namespace, with all permissions (an upper descriptor)
 */
#include "umk/core/aspace.h"
#include "umk/core/event.h"
#include "umk/core/futex.h"
#include "umk/core/words.h"
#include "umk/core/kschemes.h"
#include "umk/core/namespace.h"
#include "umk/core/sched.h"
#include "umk/core/scheme.h"

/* The boot archive: cpio, format "newc" */

#define CPIO_HEADER 110u

static bool hex8(const u8 *p, u64 *out)
{
    u64 v = 0;

    for (u32 i = 0; i < 8; i++) {
        u8 c = p[i];
        u32 low = c | 32u;
        u32 d = c >= '0' && c <= '9'       ? c - (u32)'0'
                : low >= 'a' && low <= 'f' ? low - 'a' + 10u
                                           : 16;

        if (d == 16)
            return false;
        v = v << 4 | d;
    }
    *out = v;
    return true;
}

struct cpio_entry {
    const u8 *name;
    u64 name_len; /* without NUL */
    u64 offset, size;
};

/* The entry at *at, which moves to the next one. -EINVAL: not an archive, or cut off. */
static i64 cpio_next(const u8 *a, u64 size, u64 *at, struct cpio_entry *e)
{
    u64 name_size, data_size;

    if (*at > size || size - *at < CPIO_HEADER || memcmp(a + *at, "070701", 6) != 0)
        return -EINVAL;
    if (!hex8(a + *at + 54, &data_size) || !hex8(a + *at + 94, &name_size) || name_size == 0)
        return -EINVAL;
    e->name = a + *at + CPIO_HEADER;
    e->name_len = name_size - 1;
    e->offset = (*at + CPIO_HEADER + name_size + 3) & ~3ull;
    e->size = data_size;
    if (e->offset > size || data_size > size - e->offset || e->name[name_size - 1] != '\0')
        return -EINVAL;
    *at = (e->offset + data_size + 3) & ~3ull;
    return 0;
}

static bool entry_is(const struct cpio_entry *e, const char *name)
{
    const u8 *n = e->name;
    u64 len = e->name_len;

    if (len >= 2 && n[0] == '.' && n[1] == '/') {
        n += 2;
        len -= 2;
    }
    return len == strlen(name) && memcmp(n, name, len) == 0;
}

static i64 cpio_find(const u8 *a, u64 size, const char *name, struct cpio_entry *e)
{
    for (u64 at = 0;;) {
        i64 err = cpio_next(a, size, &at, e);

        if (err)
            return err;
        if (entry_is(e, name))
            return 0;
        if (entry_is(e, "TRAILER!!!"))
            return -ENOENT;
    }
}

/* The first process */

static struct desc *open_root(struct desc *ns, const char *name, const char *path, u32 flags,
                              struct process *p)
{
    struct context as_init = {.proc = p};
    struct opened o = {0};
    struct desc *cap;

    if (namespace_lookup(ns, name, strlen(name), &cap) ||
        cap->scheme->ops->openat(&as_init, cap, path, strlen(path), flags, &o))
        return NULL;
    return o.desc;
}

static i64 init_descriptors(struct process *p, struct desc *ns)
{
    static const char *const streams[] = {"stdin", "stdout", "stderr"};
    struct desc *d;
    i64 fd;

    for (u32 i = 0; i < 3; i++) {
        d = open_root(ns, "debug", streams[i], i ? RX_O_WRONLY : RX_O_RDONLY, p);
        if (!d || fd_install(&p->fds, 0, d, false) != (i64)i)
            return -ENOMEM;
    }
    d = memory_desc_new(core.config.initfs, core.config.initfs_size, RX_O_RDONLY);
    if (!d || fd_install(&p->fds, 3, d, false) != 3)
        return -ENOMEM;
    desc_get(ns);
    fd = fd_install(&p->fds, RX_FD_UPPER, ns, false);
    return fd < 0 ? fd : 0;
}

static i64 start_init(struct desc *ns, const struct cpio_entry *e)
{
    struct {
        struct exec_block head;
        char strings[8];
    } block = {.head = {.magic = EXEC_BLOCK_MAGIC,
                        .argc = 1,
                        .umask = 022,
                        .cwd_fd = RX_FD_NONE,
                        .ns_fd = RX_FD_UPPER,
                        .strings_len = 7,
                        .cwd_len = 2},
               .strings = "init\0/"};
    struct process *p;
    i64 err;

    core.next_pid = 0;
    p = process_new(NULL);
    if (!p)
        return -ENOMEM;
    core_assert(p->pid == 1);
    core.init = p;
    if ((err = init_descriptors(p, ns)))
        return err;
    return start_first(p, core.config.initfs, e->offset, e->size, &block,
                       sizeof(block.head) + block.head.strings_len);
}

/* Kernel schemes */

static const struct {
    const char *name;
    u32 id;
    const struct kscheme_ops *ops;
} kernel_schemes[] = {
    {"debug", 1, &debug_ops}, {"event", 2, &event_ops}, {"memory", 3, &memory_ops},
    {"pipe", 4, &pipe_ops},   {"irq", 6, &irq_ops},     {"time", 7, &time_ops},
    {"sys", 8, &sys_ops},     {"proc", 9, &proc_ops},
};

static i64 make_schemes(struct desc *ns)
{
    for (size_t i = 0; i < sizeof(kernel_schemes) / sizeof(kernel_schemes[0]); i++) {
        struct scheme *s =
            scheme_new_kernel(kernel_schemes[i].name, kernel_schemes[i].id, kernel_schemes[i].ops);
        struct desc *cap = desc_new(s, 0, RX_O_RDWR, NULL);
        i64 err;

        if (!cap)
            return -ENOMEM;
        err = namespace_insert(ns, s->name, strlen(s->name), cap);
        desc_put(cap);
        if (err)
            return err;
        if (kernel_schemes[i].ops == &memory_ops)
            memory_init(s);
        if (kernel_schemes[i].ops == &proc_ops)
            proc_init(s);
    }
    return 0;
}

i64 core_boot(const struct machine *m, const struct core_config *cfg, const char **why)
{
    const u8 *archive;
    struct cpio_entry init;
    struct desc *ns;
    i64 err;

    core.machine = m;
    core.config = *cfg;
    core.booted = m->now();
    list_init(&core.processes);
    list_init(&core.schemes);
    list_init(&core.to_ring);
    futex_init();
    words_init();
    calls_init();
    event_init();
    sched_init();
    debug_init();
    irq_init();
    *why = "the boot archive cannot be mapped";
    if (!(archive = m->object_alias(cfg->initfs, cfg->initfs->size)))
        return -ENOMEM;
    err = cpio_find(archive, cfg->initfs_size, "bin/init", &init);
    *why = err == -ENOENT ? "the boot archive has no bin/init"
                          : "the boot archive is damaged or not a newc cpio archive";
    if (err)
        return err;
    *why = "out of memory";
    core.memory_used = cfg->initfs->size;
    /* the machine made this record: it must never come to the core to be freed */
    object_get(cfg->initfs);
    core.scheme_manager = scheme_new_kernel("scheme", 16, &scheme_socket_ops);
    namespace_init();
    if (cfg->initfs->size > cfg->memory || !(ns = namespace_create()))
        return -ENOMEM;
    if ((err = make_schemes(ns)) || (err = start_init(ns, &init)))
        return err;
    desc_put(ns);
    *why = "";
    return 0;
}

void core_shutdown(u32 status)
{
    if (core.stopping)
        return;
    core.stopping = true;
    core.machine->stop(status);
}
