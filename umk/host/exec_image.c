/*
 * Programs as Linux executes them. What an object holds is copied once into a file that nobody
 * can write any more, and the copy is kept with the object for the next start.
 *
 * The copy is a sealed memory file, or, when somebody may want to debug, a real file with the
 * program's name in the run directory: debuggers and profilers find path and symbols of those.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "umk/host/host.h"

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010u
#endif

#define PHDRS_MAX 64u
#define CACHED_MAX 256u /* an object with so many programs is the boot archive */

/* Writable memory that the file's segments take; or -ENOEXEC when Linux would not run it. */
static i64 check_elf(const u8 *file, u64 size, u64 *slack)
{
    Elf64_Ehdr e;
    Elf64_Phdr p;

    if (size < sizeof e)
        return -ENOEXEC;
    memcpy(&e, file, sizeof e);
    if (memcmp(e.e_ident, ELFMAG, SELFMAG) || e.e_ident[EI_CLASS] != ELFCLASS64 ||
        e.e_machine != EM_X86_64 || e.e_phentsize != sizeof p || e.e_phnum > PHDRS_MAX ||
        e.e_phoff > size || (u64)e.e_phnum * sizeof p > size - e.e_phoff)
        return -ENOEXEC;
    *slack = 0;
    for (u32 i = 0; i < e.e_phnum; i++) {
        memcpy(&p, file + e.e_phoff + i * sizeof p, sizeof p);
        /* confined programs cannot load an interpreter */
        if (p.p_type == PT_INTERP)
            return -ENOEXEC;
        if (p.p_type == PT_LOAD && (p.p_flags & PF_W))
            *slack += (p.p_memsz & ~(u64)PAGE_MASK) + 2 * PAGE_SIZE;
    }
    return 0;
}

static bool write_all(int fd, const u8 *bytes, u64 size)
{
    while (size) {
        ssize_t n = write(fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        bytes += n;
        size -= (u64)n;
    }
    return true;
}

/* Linux refuses to execute a file that is open for writing: a new, read-only descriptor. */
static int reopen_to_execute(int fd)
{
    int ro = memory_file_readonly(fd);

    close(fd);
    return ro;
}

static int copy_to_memory(const char *name, const u8 *bytes, u64 size)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);

    if (fd < 0 && errno == EINVAL)
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (fd < 0)
        return -errno;
    fchmod(fd, S_IRUSR | S_IXUSR);
    if (!write_all(fd, bytes, size) ||
        fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) < 0) {
        close(fd);
        return -ENOMEM;
    }
    return reopen_to_execute(fd);
}

/* Run directory / number / program name: several programs may have one name. */
static int copy_to_file(const char *name, const u8 *bytes, u64 size, char **path_out)
{
    static u32 number;
    const char *dir = run_dir_path();
    char *path;

    if (!dir)
        return -ENOENT;
    if (asprintf(&path, "%s/%u", dir, number++) < 0)
        return -ENOMEM;
    int made = mkdir(path, S_IRWXU);
    free(path);
    if (made < 0 || asprintf(&path, "%s/%u/%s", dir, number - 1, name) < 0)
        return -EIO;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IXUSR);
    if (fd < 0 || !write_all(fd, bytes, size)) {
        if (fd >= 0)
            close(fd);
        free(path);
        return -EIO;
    }
    *path_out = path;
    return reopen_to_execute(fd);
}

/* The real file has what debuggers want, where the build tree has that. */
static int copy_for_debuggers(struct exec_image *x, const char *name, const u8 *bytes, u64 size,
                              u64 full_size)
{
    if (x->symbols_fd < 0)
        return copy_to_file(name, bytes, size, &x->path);
    x->plain = malloc(size);
    if (!x->plain)
        return -ENOMEM;
    memcpy(x->plain, bytes, size);
    void *full = mmap(NULL, full_size, PROT_READ, MAP_PRIVATE, x->symbols_fd, 0);
    if (full == MAP_FAILED)
        return -ENOMEM;
    int fd = copy_to_file(name, full, full_size, &x->path);
    munmap(full, full_size);
    return fd;
}

static i64 make(const char *name, const u8 *bytes, u64 size, struct exec_image **out)
{
    u64 slack, full_size = 0;
    char safe[32];

    i64 r = check_elf(bytes, size, &slack);
    if (r)
        return r;
    snprintf(safe, sizeof safe, "%s", name[0] && name[0] != '.' ? name : "program");
    for (char *c = safe; *c; c++) {
        if (*c == '/')
            *c = '_';
    }
    struct exec_image *x = calloc(1, sizeof *x);
    if (!x)
        return -ENOMEM;
    x->symbols_fd = twin_open(safe, bytes, size, &full_size);
    x->fd = kernel_debuggable() ? copy_for_debuggers(x, safe, bytes, size, full_size) : -ENOENT;
    if (x->fd < 0)
        x->fd = copy_to_memory(safe, bytes, size);
    if (x->fd < 0) {
        r = x->fd;
        if (x->symbols_fd >= 0)
            close(x->symbols_fd);
        free(x->plain);
        free(x);
        return r;
    }
    x->refs = 1;
    x->size = size;
    x->slack = slack;
    *out = x;
    return 0;
}

/* True when the copy still equals what the object holds. */
static bool still_equal(const struct exec_image *x, const u8 *bytes)
{
    if (x->plain)
        return !memcmp(x->plain, bytes, x->size);
    void *copy = mmap(NULL, x->size, PROT_READ, MAP_PRIVATE, x->fd, 0);

    if (copy == MAP_FAILED)
        return false;
    bool equal = !memcmp(copy, bytes, x->size);
    munmap(copy, x->size);
    return equal;
}

i64 exec_image_get(const struct body_image *image, struct exec_image **out)
{
    struct host_object *h = image->object->m;
    const u8 *alias = object_alias(image->object, image->object->size);
    struct exec_image **p = &h->images;
    u32 n = 0;

    if (!alias)
        return -ENOMEM;
    if (image->offset > image->object->size || image->size > image->object->size - image->offset)
        return -EINVAL;
    const u8 *bytes = alias + image->offset;
    for (; *p; p = &(*p)->next, n++) {
        struct exec_image *x = *p;
        if (x->offset != image->offset || x->size != image->size)
            continue;
        if (h->immutable || still_equal(x, bytes)) {
            x->refs++;
            *out = x;
            return 0;
        }
        *p = x->next;
        exec_image_put(x);
        break;
    }
    i64 r = make(image->name, bytes, image->size, out);
    if (r)
        return r;
    (*out)->offset = image->offset;
    if (n < CACHED_MAX) {
        (*out)->refs++;
        (*out)->next = h->images;
        h->images = *out;
    }
    return 0;
}

i64 exec_image_from_file(const char *path, struct exec_image **out)
{
    struct exec_image *x = calloc(1, sizeof *x);

    if (!x)
        return -ENOMEM;
    x->refs = 1;
    x->path = strdup(path);
    x->symbols_fd = -1;
    x->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (x->fd < 0 || !x->path) {
        i64 r = x->fd < 0 ? -errno : -ENOMEM;
        x->refs = 1;
        exec_image_put(x);
        return r;
    }
    *out = x;
    return 0;
}

void exec_image_put(struct exec_image *x)
{
    if (--x->refs)
        return;
    if (x->fd >= 0)
        close(x->fd);
    if (x->symbols_fd >= 0)
        close(x->symbols_fd);
    free(x->plain);
    free(x->path);
    free(x);
}
