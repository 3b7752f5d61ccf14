/* Who needs whom: loading what is missing, and the order of constructors. */
#include <errno.h>
#include <string.h>
#include "shim/ldso/dso.h"

/* The C library goes by the names that its parts have elsewhere. */
static const char *const own_names[] = {"libc.so", "libm.so", "libpthread.so", "libdl.so",
                                        "ld-umk.so.1"};

struct dso __umk_self_dso;

static struct dso *last_initialized;

void __umk_dso_append(struct dso *d)
{
    struct dso **end = &__umk_dsos;

    while (*end)
        end = &(*end)->next;
    /* pairs with the acquire in __umk_dso_resolve */
    __atomic_store_n(end, d, __ATOMIC_RELEASE);
}

void __umk_dso_drop(struct dso *d)
{
    struct dso **end = &__umk_dsos;

    while (*end && *end != d)
        end = &(*end)->next;
    if (*end)
        __atomic_store_n(end, NULL, __ATOMIC_RELAXED);
    while (d) {
        struct dso *next = d->next;

        __umk_dso_unmap(d);
        __umk_dso_free(d);
        d = next;
    }
}

static bool is_own_name(const char *name)
{
    for (size_t i = 0; i < sizeof own_names / sizeof own_names[0]; i++)
        if (strcmp(name, own_names[i]) == 0)
            return true;
    return false;
}

static struct dso *find_by_name(const char *name)
{
    if (is_own_name(name)) {
        if (!__umk_self_dso.next && __umk_dsos != &__umk_self_dso) {
            struct dso *d = __umk_dsos;

            while (d && d != &__umk_self_dso)
                d = d->next;
            if (!d)
                __umk_dso_append(&__umk_self_dso);
        }
        return &__umk_self_dso;
    }
    for (struct dso *d = __umk_dsos; d; d = d->next)
        if (!d->leaving && (strcmp(d->name, name) == 0 || strcmp(d->path, name) == 0))
            return d;
    return NULL;
}

/* The same file under another name: what fd is. */
static struct dso *find_by_file(i64 fd)
{
    struct rx_stat st;

    if (rx_fstat((u64)fd, &st) < 0)
        return NULL;
    for (struct dso *d = __umk_dsos; d; d = d->next)
        if (d != &__umk_self_dso && !d->leaving && d->device == st.dev && d->inode == st.ino)
            return d;
    return NULL;
}

i64 __umk_dso_get(const struct dso *from, const char *name, bool global, struct dso **out,
                  struct dl_text *why)
{
    const char *path;
    i64 fd, r = 0;

    *out = find_by_name(name);
    if (*out)
        return 0;
    fd = __umk_dso_open(from, name, &path);
    if (fd < 0) {
        __umk_dl_say(why, from ? from->path : NULL, "shared library not found:", name);
        return fd;
    }
    *out = find_by_file(fd);
    if (!*out) {
        r = __umk_dso_map(fd, path, out, why);
        if (r == 0) {
            (*out)->global = global;
            __umk_dso_append(*out);
        }
    } else {
        __umk_dl_free(path, strlen(path) + 1);
    }
    redox_close_v1((u64)fd);
    return r;
}

static i64 get_needed_of(struct dso *d, bool global, struct dl_text *why)
{
    const struct elf_tables *t = &d->tables;

    for (u64 i = 0; i < t->ndynamic; i++) {
        const char *name;
        i64 r;

        if (t->dynamic[i].tag != ELF_DT_NEEDED)
            continue;
        name = __umk_elf_string(t, t->dynamic[i].value);
        if (!name) {
            __umk_dl_say(why, d->path, "it needs a library without a name", NULL);
            return -ENOEXEC;
        }
        r = __umk_dso_get(d, name, global, &d->needed[d->nneeded], why);
        if (r < 0)
            return r;
        d->nneeded++;
    }
    return 0;
}

i64 __umk_dso_get_needed(struct dso *d, bool global, struct dl_text *why)
{
    i64 r = 0;

    for (; r == 0 && d; d = d->next)
        if (d != &__umk_self_dso)
            r = get_needed_of(d, global, why);
    return r;
}

i64 __umk_dso_seal(const struct dso *d, struct dl_text *why)
{
    const struct elf_plan *p = &d->image.plan;
    u64 start = p->relro & ~(u64)PAGE_MASK;
    u64 end = (p->relro + p->relro_len) & ~(u64)PAGE_MASK; /* a page that is shared stays open */
    i64 r;

    if (end <= start)
        return 0;
    r = rx_mprotect((void *)(uintptr_t)(d->image.bias + start), end - start, RX_PROT_READ);
    if (r < 0)
        __umk_dl_say(why, d->path, "cannot be made read-only:", strerror((int)-r));
    return r;
}

typedef void constructor(int argc, char **argv, char **envp);

static void run_constructors(const struct dso *d)
{
    const struct rx_start *s = __umk_start;

    if (d->tables.init)
        ((constructor *)(uintptr_t)(d->image.bias + d->tables.init))(s->argc, s->argv, s->envp);
    for (u64 i = 0; i < d->tables.ninit; i++)
        ((constructor *)(uintptr_t)d->tables.init_array[i])(s->argc, s->argv, s->envp);
}

void __umk_dso_init(struct dso *d)
{
    if (d->init_state != DSO_INIT_NOT)
        return;
    d->init_state = DSO_INIT_RUNNING;
    for (u32 i = 0; i < d->nneeded; i++)
        __umk_dso_init(d->needed[i]);
    d->after = last_initialized;
    last_initialized = d;
    run_constructors(d);
    d->init_state = DSO_INIT_DONE;
}

void __umk_dso_fini(const struct dso *d)
{
    for (u64 i = d->tables.nfini; i > 0; i--)
        ((void (*)(void))(uintptr_t)d->tables.fini_array[i - 1])();
    if (d->tables.fini)
        ((void (*)(void))(uintptr_t)(d->image.bias + d->tables.fini))();
}

const struct dso *__umk_dso_next_leaving(void)
{
    struct dso **at = &last_initialized, *d;

    while (*at && !(*at)->leaving)
        at = &(*at)->after;
    d = *at;
    if (d)
        *at = d->after;
    return d;
}

void __umk_ldso_fini(void)
{
    while (last_initialized) {
        const struct dso *d = last_initialized;

        last_initialized = d->after;
        __umk_dso_fini(d);
    }
}
