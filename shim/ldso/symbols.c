/*
 * Looking symbols up. The lazy binder comes here from the middle of a call whose arguments may be
 * in any register, so this file is compiled without vector registers and calls nobody else.
 */
#include "shim/ldso/dso.h"

#pragma GCC target("general-regs-only")

struct dso *__umk_dsos;

static bool same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static u32 gnu_hash(const char *name)
{
    u32 h = 5381;

    for (; *name; name++)
        h = h * 33 + (u8)*name;
    return h;
}

static u32 sysv_hash(const char *name)
{
    u32 h = 0;

    for (; *name; name++) {
        h = (h << 4) + (u8)*name;
        h ^= h >> 24 & 0xf0;
    }
    return h & 0x0fffffff;
}

/* A definition of that name, of the version that an unversioned reference means. */
static bool fits(const struct elf_tables *t, u32 index, const char *name)
{
    const struct elf_sym *s = &t->syms[index];

    return s->section != 0 && ELF_SYM_BIND(s->info) != ELF_STB_LOCAL && s->name < t->strings_len &&
           same(t->strings + s->name, name) &&
           !(t->versions && (t->versions[index] & ELF_VERSION_HIDDEN));
}

static const struct elf_sym *find_gnu(const struct elf_tables *t, const char *name, u32 hash)
{
    u64 word = t->bloom[hash / 64 & (t->bloom_words - 1)];
    u32 i;

    if (!(word >> (hash & 63) & word >> (hash >> t->bloom_shift & 63) & 1))
        return NULL;
    i = t->buckets[hash % t->nbuckets];
    if (i < t->first_hashed)
        return NULL;
    for (; i < t->nhashed; i++) {
        u32 chain = t->chains[i - t->first_hashed];

        if ((chain | 1) == (hash | 1) && fits(t, i, name))
            return &t->syms[i];
        if (chain & 1)
            break;
    }
    return NULL;
}

static const struct elf_sym *find_sysv(const struct elf_tables *t, const char *name)
{
    u32 i = t->sysv_buckets[sysv_hash(name) % t->sysv_nbuckets];

    /* a chain visits no symbol twice, so a longer one goes round */
    for (u32 steps = 0; i != 0 && i < t->sysv_nchains && steps < t->sysv_nchains; steps++) {
        if (fits(t, i, name))
            return &t->syms[i];
        i = t->sysv_chains[i];
    }
    return NULL;
}

static bool find_hashed(const struct dso *d, const char *name, u32 hash, struct dso_symbol *out)
{
    const struct elf_sym *s = NULL;

    if (d->tables.nbuckets)
        s = find_gnu(&d->tables, name, hash);
    else if (d->tables.sysv_nbuckets)
        s = find_sysv(&d->tables, name);
    if (!s)
        return false;
    *out = (struct dso_symbol){d, s};
    return true;
}

bool __umk_dso_find(const struct dso *d, const char *name, struct dso_symbol *out)
{
    return find_hashed(d, name, gnu_hash(name), out);
}

bool __umk_dso_resolve(const struct dso *from, const char *name, const struct dso *skip,
                       struct dso_symbol *out)
{
    u32 hash = gnu_hash(name);
    const struct dso *d = __atomic_load_n(&__umk_dsos, __ATOMIC_ACQUIRE);

    for (; d; d = __atomic_load_n(&d->next, __ATOMIC_ACQUIRE))
        if (d != skip && __atomic_load_n(&d->global, __ATOMIC_RELAXED) &&
            find_hashed(d, name, hash, out))
            return true;
    for (u32 i = 0; from && from->group && i < from->group->n; i++)
        if (from->group->members[i] != skip &&
            find_hashed(from->group->members[i], name, hash, out))
            return true;
    return false;
}

u64 __umk_dso_address(const struct dso_symbol *s)
{
    u64 at = s->dso->image.bias + s->sym->value;

    return ELF_SYM_TYPE(s->sym->info) == ELF_STT_IFUNC ? __umk_dl_choose(at) : at;
}

u64 __umk_dl_bind(const struct dso *d, u64 index) __umk_hidden;

/* Called by lazy.S: the address that a call is for, which is also stored for the next time. */
u64 __umk_dl_bind(const struct dso *d, u64 index)
{
    const struct elf_rela *r = &d->tables.jmprel[index];
    const char *name = d->tables.strings + d->tables.syms[ELF_RELA_SYM(r->info)].name;
    struct dso_symbol found;
    u64 at;

    if (!__umk_dso_resolve(d, name, NULL, &found)) {
        struct dl_text why;

        __umk_dl_say(&why, d->path, "symbol not found:", name);
        __umk_dl_fatal(&why);
    }
    at = __umk_dso_address(&found);
    __atomic_store_n((u64 *)(d->image.bias + r->offset), at, __ATOMIC_RELAXED);
    return at;
}
