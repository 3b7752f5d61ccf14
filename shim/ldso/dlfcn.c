/*
 * dlopen and what goes with it. A handle is the library's record; NULL stands for the program. The
 * text of the last error is each thread's own.
 */
#include <dlfcn.h>
#include <errno.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include "shim/ldso/dso.h"

#define MODES (RTLD_LAZY | RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL | RTLD_NODELETE)

static _Thread_local struct dl_text error;
static _Thread_local bool failed;

static void *fail(const char *subject, const char *message, const char *detail)
{
    __umk_dl_say(&error, subject, message, detail);
    failed = true;
    return NULL;
}

char *dlerror(void)
{
    if (!failed)
        return NULL;
    failed = false;
    return error.text;
}

/* The library and all it needs, breadth first, those included that were there before. */
static struct dso_group *make_group(struct dso *root)
{
    struct dso_group *g;
    u32 n = 0;

    for (const struct dso *d = __umk_dsos; d; d = d->next)
        n++;
    g = __umk_dl_alloc(sizeof *g + n * sizeof g->members[0]);
    if (!g)
        return NULL;
    g->room = n;
    g->members[g->n++] = root;
    for (u32 i = 0; i < g->n; i++) {
        for (u32 k = 0; k < g->members[i]->nneeded; k++) {
            struct dso *d = g->members[i]->needed[k];
            u32 j = 0;

            while (j < g->n && g->members[j] != d)
                j++;
            if (j == g->n)
                g->members[g->n++] = d;
        }
    }
    return g;
}

static void free_group(struct dso_group *g)
{
    if (g)
        __umk_dl_free(g, sizeof *g + g->room * sizeof g->members[0]);
}

/* The lowest that no library has. */
static size_t free_tls_number(void)
{
    size_t n = 1;

    for (const struct dso *d = __umk_dsos; d;) {
        bool taken = d->tls.number == n;

        n += taken;
        d = taken ? __umk_dsos : d->next;
    }
    return n;
}

/* Relocates what came with root, from `first` to the end of the list. Thread-local storage gets a
 * number before anything can refer to it. */
static i64 link_new(struct dso *first, struct dso_group *g, int mode)
{
    static u64 serials;

    for (struct dso *d = first; d; d = d->next) {
        d->group = g;
        d->lazy = !(mode & RTLD_NOW) && !d->tables.bind_now;
        if (d->tls.size) {
            d->tls.number = free_tls_number();
            d->tls.serial = ++serials;
        }
    }
    for (struct dso *d = first; d; d = d->next) {
        i64 r = __umk_dso_relocate(d, &error);

        if (r == 0)
            r = __umk_dso_seal(d, &error);
        if (r < 0)
            return r;
    }
    return 0;
}

/* From now on anybody may be bound to them, so they stay. */
static void make_global(const struct dso_group *g)
{
    for (u32 i = 0; i < g->n; i++) {
        g->members[i]->stays = true;
        __atomic_store_n(&g->members[i]->global, true, __ATOMIC_RELAXED);
    }
}

/* The list's end before, and what came after it. */
static struct dso *loaded_after(const struct dso *last)
{
    return last->next;
}

static void opened(struct dso *d, int mode)
{
    d->opens++;
    if (mode & RTLD_NODELETE)
        d->stays = true;
    if ((mode & RTLD_GLOBAL) && d->group)
        make_global(d->group);
}

static struct dso *open_library(const char *name, int mode)
{
    const struct dso *last = __umk_dsos;
    struct dso_group *g = NULL;
    struct dso *d;

    while (last->next)
        last = last->next;
    i64 r = __umk_dso_get(__umk_dsos, name, false, &d, &error);
    if (r == 0)
        r = __umk_dso_get_needed(loaded_after(last), false, &error);
    if (r == 0 && !(g = make_group(d))) {
        fail(name, "no memory", NULL);
        r = -ENOMEM;
    }
    if (r == 0)
        r = link_new(loaded_after(last), g, mode);
    if (r) {
        failed = true;
        if (last->next)
            __umk_dso_drop(last->next);
        free_group(g);
        return NULL;
    }
    if (!d->group)
        d->group = g;
    else if (d->group != g)
        free_group(g);
    opened(d, mode);
    __umk_dso_init(d);
    return d;
}

void *dlopen(const char *name, int mode)
{
    struct dso *d = __umk_dsos;

    if ((mode & ~MODES) || !(mode & (RTLD_LAZY | RTLD_NOW)))
        return fail(name, "bad mode", NULL);
    if (!name)
        return __umk_dsos;
    __umk_dl_lock();
    if (mode & RTLD_NOLOAD) {
        while (d && (d->leaving || (strcmp(d->name, name) != 0 && strcmp(d->path, name) != 0)))
            d = d->next;
        if (d)
            opened(d, mode);
        else
            fail(name, "not loaded", NULL);
    } else {
        d = open_library(name, mode);
    }
    __umk_dl_unlock();
    return d;
}

static bool is_handle(const void *handle)
{
    for (const struct dso *d = __umk_dsos; d; d = d->next)
        if (d == handle)
            return true;
    return false;
}

int dlclose(void *handle)
{
    struct dso *d = handle;
    int r = 0;

    __umk_dl_lock();
    if (!is_handle(handle) || (d->opens == 0 && d != __umk_dsos)) {
        fail(NULL, "not a handle of a library", NULL);
        r = -1;
    } else if (d->opens > 0 && --d->opens == 0) {
        __umk_dso_collect();
    }
    __umk_dl_unlock();
    return r;
}

/* The file whose memory an address is in, or NULL. */
static const struct dso *owner(u64 address)
{
    for (const struct dso *d = __umk_dsos; d; d = d->next)
        if (__umk_elf_at(&d->image, address - d->image.bias, 1, 0))
            return d;
    return NULL;
}

static bool find(const void *handle, const char *name, const struct dso *caller,
                 struct dso_symbol *out)
{
    const struct dso *d = handle;

    if (handle == RTLD_DEFAULT || handle == __umk_dsos)
        return __umk_dso_resolve(caller, name, NULL, out);
    if (handle == RTLD_NEXT) {
        for (d = caller ? caller->next : NULL; d; d = d->next)
            if ((d->global || d->group == caller->group) && __umk_dso_find(d, name, out))
                return true;
        return false;
    }
    if (!d->group)
        return __umk_dso_find(d, name, out);
    for (u32 i = 0; i < d->group->n; i++)
        if (__umk_dso_find(d->group->members[i], name, out))
            return true;
    return false;
}

void *__tls_get_addr(const void *index);

static void *address_of(const struct dso_symbol *s)
{
    if (ELF_SYM_TYPE(s->sym->info) == ELF_STT_TLS) {
        const u64 index[2] = {(uintptr_t)&s->dso->tls, s->sym->value};

        return __tls_get_addr(index);
    }
    return (void *)(uintptr_t)__umk_dso_address(s);
}

void *dlsym(void *restrict handle, const char *restrict name)
{
    const struct dso *caller = owner((uintptr_t)__builtin_return_address(0));
    struct dso_symbol found;

    if (handle != RTLD_DEFAULT && handle != RTLD_NEXT && !is_handle(handle))
        return fail(NULL, "not a handle of a library", NULL);
    if (!find(handle, name, caller, &found))
        return fail(NULL, "symbol not found:", name);
    return address_of(&found);
}

int dladdr(const void *address, Dl_info *info)
{
    const struct dso *d = owner((uintptr_t)address);
    const struct elf_sym *best = NULL;
    u64 at;

    if (!d)
        return 0;
    at = (uintptr_t)address - d->image.bias;
    for (u32 i = 1; i < d->tables.nhashed; i++) {
        const struct elf_sym *s = &d->tables.syms[i];

        if (s->section && ELF_SYM_TYPE(s->info) != ELF_STT_TLS && s->value <= at &&
            (s->size == 0 || at - s->value < s->size) && (!best || s->value > best->value))
            best = s;
    }
    info->dli_fname = d->path;
    info->dli_fbase = (void *)(uintptr_t)(d->image.bias + d->image.plan.low);
    info->dli_sname = best ? __umk_elf_string(&d->tables, best->name) : NULL;
    info->dli_saddr = best ? (void *)(uintptr_t)(d->image.bias + best->value) : NULL;
    return 1;
}

int dl_iterate_phdr(int (*fn)(struct dl_phdr_info *, size_t, void *), void *arg)
{
    unsigned long long n = 0;
    int r = 0;

    for (const struct dso *d = __umk_dsos; d; d = d->next)
        n++;
    for (const struct dso *d = __umk_dsos; r == 0 && d; d = d->next) {
        const struct elf_plan *p = &d->image.plan;
        struct dl_phdr_info info = {
            .dlpi_addr = d->image.bias,
            .dlpi_name = d == __umk_dsos ? "" : d->path,
            .dlpi_phdr = p->phdr ? (const void *)(uintptr_t)(d->image.bias + p->phdr) : NULL,
            .dlpi_phnum = (Elf64_Half)p->phnum,
            .dlpi_adds = n + __umk_dso_unloaded,
            .dlpi_subs = __umk_dso_unloaded,
        };

        r = fn(&info, sizeof info, arg);
    }
    return r;
}
