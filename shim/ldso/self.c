/*
 * The first thing that runs in a file that has no fixed place (the shared C library, a static
 * position-independent program): it writes into its own data where it has come to lie. Until that
 * is done nothing here may call a function of another file or read a variable through the global
 * offset table, a stack guard included.
 *
 * The shared C library binds to itself whatever it can here; __umk_dso_relocate does it again
 * when it is known what the program and its libraries define.
 */
#include "shim/src/elf/elf.h"
#include "shim/src/internal/start.h"

extern const struct elf_header __ehdr_start __umk_hidden;
extern const struct elf_dyn _DYNAMIC[] __umk_hidden;

void __umk_self_relocate(void) __umk_hidden;

static inline u64 dynamic_value(i64 tag)
{
    for (const struct elf_dyn *d = _DYNAMIC; d->tag != ELF_DT_NULL; d++)
        if (d->tag == tag)
            return d->value;
    return 0;
}

static inline void relocate(const struct elf_rela *r, u64 len, u64 base, const struct elf_sym *syms)
{
    for (u64 n = len / sizeof *r; n > 0; n--, r++) {
        u64 *to = (u64 *)(base + r->offset);
        const struct elf_sym *s = &syms[ELF_RELA_SYM(r->info)];
        u64 value = s->section ? base + s->value : 0;

        switch (ELF_RELA_TYPE(r->info)) {
        case ELF_R_RELATIVE:
            *to = base + (u64)r->addend;
            break;
        case ELF_R_64:
            *to = value + (u64)r->addend;
            break;
        case ELF_R_GLOB_DAT:
        case ELF_R_JUMP_SLOT:
            *to = value;
            break;
        default: /* thread-local ones wait */
            break;
        }
    }
}

__attribute__((no_stack_protector, optimize("no-tree-loop-distribute-patterns"))) void
__umk_self_relocate(void)
{
    /* the first segment of such a file starts at 0, and with the header */
    const u64 base = (u64)(uintptr_t)&__ehdr_start;
    const struct elf_sym *syms = (const struct elf_sym *)(base + dynamic_value(ELF_DT_SYMTAB));

    relocate((const struct elf_rela *)(base + dynamic_value(ELF_DT_RELA)),
             dynamic_value(ELF_DT_RELASZ), base, syms);
    relocate((const struct elf_rela *)(base + dynamic_value(ELF_DT_JMPREL)),
             dynamic_value(ELF_DT_PLTRELSZ), base, syms);
}
