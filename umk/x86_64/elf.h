/*
 * Program files: static ELF files for x86_64, mapped page by page where the file lies on page
 * borders, copied where it does not. All that the file says is checked before it is believed.
 */
#ifndef UMK_X86_64_ELF_H
#define UMK_X86_64_ELF_H

#include "umk/core/machine.h"
#include "umk/paging/space.h"

struct elf_program {
    u64 entry;
    u64 phdr, phent, phnum; /* the program headers as the program sees them; 0: it does not */
};

/* -ENOEXEC: not a program this machine runs; -ENOMEM. */
i64 elf_load(struct space *s, const struct body_image *image, struct elf_program *out);

#endif
