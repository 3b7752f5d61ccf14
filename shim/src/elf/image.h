/*
 * What an ELF file says of itself, checked: nothing here maps memory or runs code of the file.
 *
 * Every number in a file is an outsider's. After elf_plan, segments are ordered, apart from one
 * another and inside the file; after elf_tables, every table lies inside one segment and the string
 * table ends in a NUL, so that whoever walks them needs to check indices only.
 */
#ifndef SHIM_ELF_IMAGE_H
#define SHIM_ELF_IMAGE_H

#include "shim/src/elf/elf.h"

#define ELF_SEGMENTS_MAX 16u
#define ELF_HEAD_MAX 4096u /* of the file: header and program headers must lie in it */

struct elf_segment {
    u64 vaddr, memsz, offset, filesz;
    u32 flags; /* ELF_PF_* */
};

struct elf_plan {
    u16 type;
    u64 low, high; /* whole pages that hold all segments */
    u64 entry;
    u64 dynamic, dynamic_len; /* 0: none */
    u64 phdr, phnum;          /* where the program headers are in memory; 0: nowhere */
    u64 tls_image, tls_filesz, tls_memsz, tls_align;
    u64 relro, relro_len;
    u64 interp, interp_len; /* in the file */
    u32 nsegments;
    struct elf_segment segments[ELF_SEGMENTS_MAX];
};

/* Reads head, the first len bytes of a file of file_size bytes. 0, or -ENOEXEC with *why telling
 * what is wrong. */
i64 __umk_elf_plan(const void *head, size_t len, u64 file_size, struct elf_plan *out,
                   const char **why);

/* A file in memory, at addresses that are the plan's plus bias. */
struct elf_image {
    struct elf_plan plan;
    u64 bias;
};

/* The memory at vaddr, if [vaddr, vaddr + len) lies inside one segment that has all of flags;
 * else NULL. */
void *__umk_elf_at(const struct elf_image *image, u64 vaddr, u64 len, u32 flags);

struct elf_tables {
    const struct elf_sym *syms;
    u32 nsyms;   /* that may be read */
    u32 nhashed; /* that the hash tables lead to; at most nsyms */
    const char *strings;
    u64 strings_len;
    const u16 *versions; /* NULL: none */

    /* DT_GNU_HASH */
    const u64 *bloom;
    u32 bloom_words, bloom_shift; /* bloom_words is a power of two */
    const u32 *buckets;
    u32 nbuckets; /* 0: no such table */
    const u32 *chains;
    u32 first_hashed;
    /* DT_HASH */
    const u32 *sysv_buckets, *sysv_chains;
    u32 sysv_nbuckets, sysv_nchains;

    const struct elf_rela *rela, *jmprel;
    u64 nrela, njmprel;
    const u64 *relr;
    u64 nrelr;
    u64 *pltgot; /* three words at least, or NULL */
    const u64 *init_array, *fini_array;
    u64 ninit, nfini;
    u64 init, fini; /* addresses in the file's terms; 0: none */
    const char *soname, *runpath;
    const struct elf_dyn *dynamic;
    u64 ndynamic;
    bool bind_now;
};

/* Finds the tables of an image that is in memory. 0, or -ENOEXEC and *why. */
i64 __umk_elf_tables(const struct elf_image *image, struct elf_tables *out, const char **why);

/* The string at an offset of the string table, or NULL. */
const char *__umk_elf_string(const struct elf_tables *t, u64 offset);

#endif
