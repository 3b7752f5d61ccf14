/*
 * Relocation: writing into a file's data where everything has come to lie. A file may write only
 * into its own writable segments; types that x86-64's static model alone uses are refused.
 * Source: psABI, 4.4.1, and "ELF handling for thread-local storage", 3.
 */
#include <errno.h>
#include <string.h>
#include "shim/ldso/dso.h"

/* A word that may lie anywhere, as in a packed record. */
typedef u64 __attribute__((aligned(1), may_alias)) any_u64;

static i64 refuse(const struct dso *d, struct dl_text *why, const char *message, const char *detail)
{
    __umk_dl_say(why, d->path, message, detail);
    return -ENOEXEC;
}

/* Where a relocation writes len bytes, or NULL. */
static any_u64 *target(const struct dso *d, const struct elf_rela *r, u64 len)
{
    return __umk_elf_at(&d->image, r->offset, len, ELF_PF_R | ELF_PF_W);
}

/*
 * The symbol that a relocation names. Result: 1 found, 0 a weak one that is nowhere (or no symbol
 * at all), or an error.
 */
static i64 symbol(const struct dso *d, const struct elf_rela *r, const struct dso *skip,
                  struct dso_symbol *out, struct dl_text *why)
{
    u32 index = ELF_RELA_SYM(r->info);
    const struct elf_sym *s;
    const char *name;

    if (index == 0)
        return 0;
    if (index >= d->tables.nsyms)
        return refuse(d, why, "a relocation names no symbol", NULL);
    s = &d->tables.syms[index];
    if (ELF_SYM_BIND(s->info) == ELF_STB_LOCAL) {
        *out = (struct dso_symbol){d, s};
        return 1;
    }
    name = __umk_elf_string(&d->tables, s->name);
    if (!name)
        return refuse(d, why, "a symbol has no name", NULL);
    if (__umk_dso_resolve(d, name, skip, out))
        return 1;
    if (ELF_SYM_BIND(s->info) == ELF_STB_WEAK)
        return 0;
    return refuse(d, why, "symbol not found:", name);
}

/* The program's copy of a library's variable starts with what the library has there. */
static i64 copy(const struct dso *d, const struct elf_rela *r, struct dl_text *why)
{
    struct dso_symbol from;
    i64 found = symbol(d, r, d, &from, why);
    u64 size;
    const void *source;
    void *to;

    if (found <= 0)
        return found < 0 ? found : refuse(d, why, "a variable to copy is nowhere", NULL);
    size = from.sym->size;
    source = __umk_elf_at(&from.dso->image, from.sym->value, size, ELF_PF_R);
    to = target(d, r, size);
    if (!source || !to)
        return refuse(d, why, "a variable to copy is not where it should be", NULL);
    memmove(to, source, size);
    return 0;
}

static i64 thread_local(const struct dso *d, const struct elf_rela *r, struct dl_text *why)
{
    struct dso_symbol found = {d, NULL};
    i64 res = symbol(d, r, NULL, &found, why);
    any_u64 *to = target(d, r, 8);
    u64 value;

    if (res < 0)
        return res;
    value = (found.sym ? found.sym->value : 0) + (u64)r->addend;
    switch (ELF_RELA_TYPE(r->info)) {
    case ELF_R_DTPMOD64:
        *to = (uintptr_t)&found.dso->tls;
        return 0;
    case ELF_R_DTPOFF64:
        *to = value;
        return 0;
    default: /* from the thread pointer */
        if (!found.dso->tls.offset)
            return refuse(d, why, "thread-local variables of this kind must be there at start",
                          NULL);
        *to = value - found.dso->tls.offset;
        return 0;
    }
}

static i64 apply(const struct dso *d, const struct elf_rela *r, struct dl_text *why)
{
    struct dso_symbol found;
    any_u64 *to = target(d, r, 8);
    i64 res;

    if (ELF_RELA_TYPE(r->info) == ELF_R_NONE)
        return 0;
    if (ELF_RELA_TYPE(r->info) == ELF_R_COPY)
        return copy(d, r, why);
    if (!to)
        return refuse(d, why, "a relocation writes outside of its data", NULL);
    switch (ELF_RELA_TYPE(r->info)) {
    case ELF_R_RELATIVE:
        *to = d->image.bias + (u64)r->addend;
        return 0;
    case ELF_R_64:
    case ELF_R_GLOB_DAT:
    case ELF_R_JUMP_SLOT:
        res = symbol(d, r, NULL, &found, why);
        if (res < 0)
            return res;
        *to = res ? __umk_dso_address(&found) : 0;
        if (ELF_RELA_TYPE(r->info) == ELF_R_64)
            *to += (u64)r->addend;
        return 0;
    case ELF_R_DTPMOD64:
    case ELF_R_DTPOFF64:
    case ELF_R_TPOFF64:
        return thread_local(d, r, why);
    case ELF_R_IRELATIVE:
        if (!__umk_elf_at(&d->image, (u64)r->addend, 1, ELF_PF_X))
            return refuse(d, why, "a function to choose with is not in its code", NULL);
        *to = __umk_dl_choose(d->image.bias + (u64)r->addend);
        return 0;
    default:
        return refuse(d, why, "a relocation is of a kind that is not known", NULL);
    }
}

/* Relative ones, packed: an address, then bitmaps of the 63 words that follow (gABI, DT_RELR). */
static i64 apply_packed(const struct dso *d, struct dl_text *why)
{
    const u64 bias = d->image.bias;
    u64 at = 0;

    for (u64 i = 0; i < d->tables.nrelr; i++) {
        u64 entry = d->tables.relr[i], bits = entry & 1 ? entry >> 1 : 1;

        if (!(entry & 1))
            at = entry;
        for (u64 word = at; bits; bits >>= 1, word += 8) {
            any_u64 *to = bits & 1 ? __umk_elf_at(&d->image, word, 8, ELF_PF_W) : NULL;

            if (to)
                *to += bias;
            else if (bits & 1)
                return refuse(d, why, "a relocation writes outside of its data", NULL);
        }
        at += entry & 1 ? 63 * 8 : 8;
    }
    return 0;
}

/* Calls go to the binder first: the slots hold addresses in the file's terms. */
static bool bind_lazily(const struct dso *d)
{
    const struct elf_tables *t = &d->tables;

    if (!d->lazy || !t->pltgot || !t->njmprel)
        return false;
    for (u64 i = 0; i < t->njmprel; i++) {
        u32 index = ELF_RELA_SYM(t->jmprel[i].info);

        if (ELF_RELA_TYPE(t->jmprel[i].info) != ELF_R_JUMP_SLOT || index >= t->nsyms ||
            t->jmprel[i].offset % 8 != 0 || !target(d, &t->jmprel[i], 8) ||
            !__umk_elf_string(t, t->syms[index].name))
            return false; /* what was changed so far is bound like the rest */
        *target(d, &t->jmprel[i], 8) += d->image.bias;
    }
    t->pltgot[1] = (uintptr_t)d;
    t->pltgot[2] = (uintptr_t)__umk_dl_lazy_entry;
    return true;
}

i64 __umk_dso_relocate(struct dso *d, struct dl_text *why)
{
    const struct elf_tables *t = &d->tables;
    i64 r = 0;

    if (d->relocated)
        return 0;
    r = apply_packed(d, why);
    for (u64 i = 0; r == 0 && i < t->nrela; i++)
        r = apply(d, &t->rela[i], why);
    if (r == 0 && !bind_lazily(d))
        for (u64 i = 0; r == 0 && i < t->njmprel; i++)
            r = apply(d, &t->jmprel[i], why);
    d->relocated = r == 0;
    return r;
}
