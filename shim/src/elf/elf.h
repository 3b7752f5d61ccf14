/*
 * ELF files for x86_64 as the dynamic loader reads them: records and numbers, with the names of the
 * System V ABI in small letters. Sources: System V gABI chapters 4 and 5, and the x86-64 psABI.
 */
#ifndef SHIM_ELF_ELF_H
#define SHIM_ELF_ELF_H

#include "umk/abi/types.h"

struct elf_header {
    u8 ident[16];
    u16 type, machine;
    u32 version;
    u64 entry, phoff, shoff;
    u32 flags;
    u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
ABI_SIZE(struct elf_header, 64);

struct elf_phdr {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
};
ABI_SIZE(struct elf_phdr, 56);

struct elf_dyn {
    i64 tag;
    u64 value;
};
ABI_SIZE(struct elf_dyn, 16);

struct elf_sym {
    u32 name;
    u8 info, other;
    u16 section;
    u64 value, size;
};
ABI_SIZE(struct elf_sym, 24);

struct elf_rela {
    u64 offset, info;
    i64 addend;
};
ABI_SIZE(struct elf_rela, 24);

#define ELF_TYPE_EXEC 2
#define ELF_TYPE_DYN 3
#define ELF_MACHINE_X86_64 62

#define ELF_PT_LOAD 1u
#define ELF_PT_DYNAMIC 2u
#define ELF_PT_INTERP 3u
#define ELF_PT_PHDR 6u
#define ELF_PT_TLS 7u
#define ELF_PT_GNU_RELRO 0x6474e552u

#define ELF_PF_X 1u
#define ELF_PF_W 2u
#define ELF_PF_R 4u

enum elf_tag {
    ELF_DT_NULL = 0,
    ELF_DT_NEEDED = 1,
    ELF_DT_PLTRELSZ = 2,
    ELF_DT_PLTGOT = 3,
    ELF_DT_HASH = 4,
    ELF_DT_STRTAB = 5,
    ELF_DT_SYMTAB = 6,
    ELF_DT_RELA = 7,
    ELF_DT_RELASZ = 8,
    ELF_DT_STRSZ = 10,
    ELF_DT_INIT = 12,
    ELF_DT_FINI = 13,
    ELF_DT_SONAME = 14,
    ELF_DT_RPATH = 15,
    ELF_DT_TEXTREL = 22,
    ELF_DT_JMPREL = 23,
    ELF_DT_BIND_NOW = 24,
    ELF_DT_INIT_ARRAY = 25,
    ELF_DT_FINI_ARRAY = 26,
    ELF_DT_INIT_ARRAYSZ = 27,
    ELF_DT_FINI_ARRAYSZ = 28,
    ELF_DT_RUNPATH = 29,
    ELF_DT_FLAGS = 30,
    ELF_DT_SMALL = 38, /* tags below are kept by number */
};
#define ELF_DT_RELRSZ 35
#define ELF_DT_RELR 36
#define ELF_DT_GNU_HASH 0x6ffffef5
#define ELF_DT_FLAGS_1 0x6ffffffb
#define ELF_DT_VERSYM 0x6ffffff0
#define ELF_DF_TEXTREL 4u
#define ELF_DF_BIND_NOW 8u
#define ELF_DF_1_NOW 1u

#define ELF_SYM_BIND(info) ((info) >> 4)
#define ELF_SYM_TYPE(info) ((info)&15)
#define ELF_STB_LOCAL 0
#define ELF_STB_WEAK 2
#define ELF_STT_TLS 6
#define ELF_STT_IFUNC 10
#define ELF_VERSION_HIDDEN 0x8000u /* in DT_VERSYM: not the default version of its name */

#define ELF_RELA_SYM(info) ((u32)((info) >> 32))
#define ELF_RELA_TYPE(info) ((u32)(info))

enum elf_relocation {
    ELF_R_NONE = 0,
    ELF_R_64 = 1,
    ELF_R_COPY = 5,
    ELF_R_GLOB_DAT = 6,
    ELF_R_JUMP_SLOT = 7,
    ELF_R_RELATIVE = 8,
    ELF_R_DTPMOD64 = 16,
    ELF_R_DTPOFF64 = 17,
    ELF_R_TPOFF64 = 18,
    ELF_R_IRELATIVE = 37,
};

#endif
