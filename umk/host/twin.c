/*
 * Programs of the boot archive have no debug information: it would take up the system's memory.
 * The build tree beside umk has the same programs with it; which file is whose is told by the build
 * number that the linker gave both.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "umk/host/host.h"

#define BUILD_ID_LEN 20u
#define PHDRS_MAX 64u

/* The build number within a note segment. */
static bool id_in_notes(const u8 *notes, u64 len, u8 id[BUILD_ID_LEN])
{
    Elf64_Nhdr n;

    while (len >= sizeof n) {
        memcpy(&n, notes, sizeof n);
        u64 name = ((u64)n.n_namesz + 3) & ~3ull, desc = ((u64)n.n_descsz + 3) & ~3ull;
        if (name + desc > len - sizeof n)
            return false;
        if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == sizeof ELF_NOTE_GNU &&
            n.n_descsz == BUILD_ID_LEN && !memcmp(notes + sizeof n, ELF_NOTE_GNU, n.n_namesz)) {
            memcpy(id, notes + sizeof n + name, BUILD_ID_LEN);
            return true;
        }
        notes += sizeof n + name + desc;
        len -= sizeof n + name + desc;
    }
    return false;
}

static bool build_id(const u8 *file, u64 size, u8 id[BUILD_ID_LEN])
{
    Elf64_Ehdr e;
    Elf64_Phdr p;

    if (size < sizeof e)
        return false;
    memcpy(&e, file, sizeof e);
    if (memcmp(e.e_ident, ELFMAG, SELFMAG) || e.e_phentsize != sizeof p || e.e_phnum > PHDRS_MAX ||
        e.e_phoff > size || (u64)e.e_phnum * sizeof p > size - e.e_phoff)
        return false;
    for (u32 i = 0; i < e.e_phnum; i++) {
        memcpy(&p, file + e.e_phoff + i * sizeof p, sizeof p);
        if (p.p_type == PT_NOTE && p.p_offset <= size && p.p_filesz <= size - p.p_offset &&
            id_in_notes(file + p.p_offset, p.p_filesz, id))
            return true;
    }
    return false;
}

static bool has_id(int fd, u64 size, const u8 id[BUILD_ID_LEN])
{
    u8 other[BUILD_ID_LEN];
    void *file = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    bool equal;

    if (file == MAP_FAILED)
        return false;
    equal = build_id(file, size, other) && !memcmp(id, other, BUILD_ID_LEN);
    munmap(file, size);
    return equal;
}

int twin_open(const char *name, const u8 *bytes, u64 size, u64 *twin_size)
{
    static const char *const folders[] = {"user/bin", "user/tests", "user/bench"};
    u8 id[BUILD_ID_LEN];
    struct stat st;

    if (!build_id(bytes, size, id))
        return -1;
    for (size_t i = 0; i < ARRAY_LEN(folders); i++) {
        char inside[64], path[4200];
        snprintf(inside, sizeof inside, "%s/%s", folders[i], name);
        int fd = boot_beside(path, sizeof path, inside) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
        if (fd < 0)
            continue;
        if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (u64)st.st_size > size &&
            has_id(fd, (u64)st.st_size, id)) {
            *twin_size = (u64)st.st_size;
            return fd;
        }
        close(fd);
    }
    return -1;
}
