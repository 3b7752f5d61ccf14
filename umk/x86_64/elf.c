/* Program files; see elf.h. The format: System V ABI, chapters 4 and 5. */
#include "umk/x86_64/elf.h"
#include "umk/abi/program.h"
#include "umk/core/core.h"
#include "umk/paging/frames.h"
#include "umk/x86_64/object.h"

#define LOW_LIMIT 0x10000ull
#define HIGH_LIMIT KERNEL_PAGE_BASE /* the machine's own mappings begin there */
#define PHDRS_MAX 32u

enum { TYPE_EXEC = 2, MACHINE_X86_64 = 62, PT_LOAD = 1, PT_INTERP = 3 };
enum { PF_X = 1, PF_W = 2, PF_R = 4 };

struct elf_header {
    u8 ident[16];
    u16 type, machine;
    u32 version;
    u64 entry, phoff, shoff;
    u32 flags;
    u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
ABI_SIZE(struct elf_header, 64);
struct elf_segment {
    u32 type, flags;
    u64 offset, vaddr, paddr, filesz, memsz, align;
};
ABI_SIZE(struct elf_segment, 56);

struct file {
    struct pages *pages;
    u64 offset, size; /* within the object */
};

/* Bytes of the file, which is that long. */
static i64 file_read(const struct file *f, u64 at, void *to, u64 len)
{
    u8 *out = to;

    if (at > f->size || len > f->size - at)
        return -ENOEXEC;
    for (at += f->offset; len;) {
        u64 in_page = at & PAGE_MASK, n = min_u64(PAGE_SIZE - in_page, len);
        u32 frame = pages_frame(f->pages, at / PAGE_SIZE);

        if (!frame)
            return -ENOMEM;
        memcpy(out, (u8 *)frame_bytes(frame) + in_page, n);
        out += n;
        at += n;
        len -= n;
    }
    return 0;
}

static bool segment_right(const struct elf_segment *p, u64 size)
{
    u64 end;

    return p->filesz <= p->memsz && p->offset <= size && p->filesz <= size - p->offset &&
           !add_overflows(p->vaddr, p->memsz, &end) && p->vaddr >= LOW_LIMIT &&
           page_up(end) <= HIGH_LIMIT && (p->vaddr & PAGE_MASK) == (p->offset & PAGE_MASK) &&
           (p->flags & (PF_W | PF_X)) != (PF_W | PF_X) && (p->flags & (PF_R | PF_W | PF_X));
}

static u32 prot_of(u32 flags)
{
    return (flags & PF_R ? SPACE_READ : 0) | (flags & PF_W ? SPACE_WRITE : 0) |
           (flags & PF_X ? SPACE_EXEC : 0);
}

/* Fills fresh pages with the file's bytes, before the program's own protection holds. */
static i64 copy_segment(struct space *s, const struct file *f, const struct elf_segment *p, u64 end)
{
    static u8 bytes[PAGE_SIZE]; /* the kernel is one at a time */
    i64 err = 0;

    for (u64 at = p->vaddr; at < end && !err;) {
        u64 n = min_u64(PAGE_SIZE - (at & PAGE_MASK), end - at);

        err = file_read(f, p->offset + (at - p->vaddr), bytes, n);
        if (!err)
            err = space_write(s, at, bytes, n);
        at += n;
    }
    return err;
}

/* After the file's bytes the page is zero, where the program can see it. */
static i64 clear_tail(struct space *s, u64 from)
{
    static const u8 zeros[PAGE_SIZE];

    return from & PAGE_MASK ? space_write(s, from, zeros, PAGE_SIZE - (from & PAGE_MASK)) : 0;
}

static i64 map_segment(struct space *s, const struct file *f, const struct elf_segment *p)
{
    struct space_region zeros = {.prot = prot_of(p->flags)}, from_file = zeros;
    u64 start = p->vaddr & ~(u64)PAGE_MASK, file_end = p->vaddr + p->filesz;
    u64 end = page_up(p->vaddr + p->memsz), middle = page_up(file_end);
    bool aligned = !(f->offset & PAGE_MASK);
    i64 err = 0;

    if (end == start)
        return 0;
    if (p->filesz == 0)
        middle = start;
    from_file.pages = f->pages;
    from_file.first = (f->offset + p->offset) / PAGE_SIZE;
    if (!aligned)
        zeros.prot = SPACE_READ | SPACE_WRITE;
    if (middle > start)
        err = space_map(s, start, middle - start, aligned ? &from_file : &zeros);
    if (!err && end > middle)
        err = space_map(s, middle, end - middle, &zeros);
    if (!err && !aligned)
        err = copy_segment(s, f, p, file_end);
    if (!err && !aligned)
        err = space_protect(s, start, end - start, prot_of(p->flags));
    if (!err && aligned && p->filesz && (p->flags & PF_W))
        err = clear_tail(s, file_end);
    return err;
}

static i64 load_segments(struct space *s, const struct file *f, const struct elf_header *h,
                         struct elf_program *out)
{
    u64 above = 0;

    for (u32 i = 0; i < h->phnum; i++) {
        struct elf_segment p;
        i64 err = file_read(f, h->phoff + i * sizeof(p), &p, sizeof(p));

        if (err)
            return err;
        if (p.type == PT_INTERP)
            return -ENOEXEC;
        if (p.type != PT_LOAD)
            continue;
        /* in order and apart, as the format demands */
        if (!segment_right(&p, f->size) || (p.vaddr & ~(u64)PAGE_MASK) < above)
            return -ENOEXEC;
        above = page_up(p.vaddr + p.memsz);
        if ((err = map_segment(s, f, &p)))
            return err;
        if (h->phoff >= p.offset && h->phoff - p.offset < p.filesz)
            out->phdr = p.vaddr + (h->phoff - p.offset);
    }
    return above ? 0 : -ENOEXEC;
}

i64 elf_load(struct space *s, const struct body_image *image, struct elf_program *out)
{
    struct file f = {object_pages(image->object), image->offset, image->size};
    struct elf_header h;
    i64 err;

    if (image->offset > image->object->size || image->size > image->object->size - image->offset)
        return -EINVAL;
    if ((err = file_read(&f, 0, &h, sizeof(h))))
        return err;
    if (memcmp(h.ident, "\177ELF\2\1\1", 7) != 0 || h.type != TYPE_EXEC ||
        h.machine != MACHINE_X86_64 || h.phentsize != sizeof(struct elf_segment) ||
        h.phnum > PHDRS_MAX || h.entry >= HIGH_LIMIT || h.phoff > f.size)
        return -ENOEXEC;
    *out = (struct elf_program){.entry = h.entry, .phent = h.phentsize, .phnum = h.phnum};
    return load_segments(s, &f, &h, out);
}
