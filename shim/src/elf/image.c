/* Checks ELF headers and finds the tables of a loaded file; see image.h. */
#include "shim/src/elf/image.h"
#include "umk/abi/errno.h"
#include <string.h>

#define ADDRESS_MAX (1ull << 46) /* beyond any segment that could be mapped */
#define TLS_ALIGN_MAX 65536u
#define PHDRS_MAX 64u

static bool within(u64 start, u64 len, u64 low, u64 high)
{
    return start >= low && start <= high && len <= high - start;
}

static bool in_segment(const struct elf_segment *s, u64 vaddr, u64 len)
{
    return within(vaddr, len, s->vaddr, s->vaddr + s->memsz);
}

static const struct elf_segment *segment_of(const struct elf_plan *p, u64 vaddr, u64 len)
{
    for (u32 i = 0; i < p->nsegments; i++)
        if (in_segment(&p->segments[i], vaddr, len))
            return &p->segments[i];
    return NULL;
}

static const char *check_header(const struct elf_header *h, size_t len)
{
    static const u8 ident[7] = {0x7f, 'E', 'L', 'F', 2, 1, 1};

    if (memcmp(h->ident, ident, sizeof ident) != 0)
        return "not an ELF file";
    if (h->machine != ELF_MACHINE_X86_64)
        return "made for another processor";
    if (h->type != ELF_TYPE_EXEC && h->type != ELF_TYPE_DYN)
        return "neither a program nor a shared library";
    if (h->phentsize != sizeof(struct elf_phdr) || h->phnum == 0 || h->phnum > PHDRS_MAX ||
        !within(h->phoff, (u64)h->phnum * sizeof(struct elf_phdr), 0, len))
        return "bad program headers";
    return NULL;
}

static const char *add_segment(struct elf_plan *p, const struct elf_phdr *ph, u64 file_size)
{
    struct elf_segment *s = &p->segments[p->nsegments];

    if (ph->memsz == 0)
        return NULL;
    if (p->nsegments == ELF_SEGMENTS_MAX)
        return "too many segments";
    if (ph->filesz > ph->memsz || !within(ph->offset, ph->filesz, 0, file_size) ||
        !within(ph->vaddr, ph->memsz, 0, ADDRESS_MAX) || (ph->vaddr - ph->offset) & PAGE_MASK)
        return "a segment is outside of the file or of memory";
    if ((ph->flags & ELF_PF_W) && (ph->flags & ELF_PF_X))
        return "a segment is writable and executable";
    if (p->nsegments == 0)
        p->low = ph->vaddr & ~(u64)PAGE_MASK;
    else if ((ph->vaddr & ~(u64)PAGE_MASK) < p->high)
        return "segments overlap or are not in order";
    p->high = (ph->vaddr + ph->memsz + PAGE_MASK) & ~(u64)PAGE_MASK;
    *s = (struct elf_segment){ph->vaddr, ph->memsz, ph->offset, ph->filesz, ph->flags};
    p->nsegments++;
    return NULL;
}

/* What is not a segment but lies in one: called when all segments are known. */
static const char *add_part(struct elf_plan *p, const struct elf_phdr *ph)
{
    const struct elf_segment *s = segment_of(p, ph->vaddr, ph->memsz);

    switch (ph->type) {
    case ELF_PT_DYNAMIC:
        if (!s || ph->vaddr % 8)
            return "the dynamic section is in no segment";
        p->dynamic = ph->vaddr;
        p->dynamic_len = ph->memsz;
        break;
    case ELF_PT_TLS:
        /* only the image is in a segment: the rest is zeros that each thread gets */
        if (ph->filesz > ph->memsz || ph->memsz > ADDRESS_MAX ||
            (ph->align & (ph->align - 1)) != 0 || ph->align > TLS_ALIGN_MAX ||
            (ph->filesz && !segment_of(p, ph->vaddr, ph->filesz)))
            return "bad thread-local storage";
        p->tls_image = ph->vaddr;
        p->tls_filesz = ph->filesz;
        p->tls_memsz = ph->memsz;
        p->tls_align = ph->align ? ph->align : 1;
        break;
    case ELF_PT_GNU_RELRO:
        if (!s)
            return "what becomes read-only is in no segment";
        p->relro = ph->vaddr;
        p->relro_len = ph->memsz;
        break;
    default:
        break;
    }
    return NULL;
}

static void find_phdrs(struct elf_plan *p, const struct elf_header *h)
{
    const u64 len = (u64)h->phnum * sizeof(struct elf_phdr);

    for (u32 i = 0; i < p->nsegments; i++) {
        const struct elf_segment *s = &p->segments[i];

        if (within(h->phoff, len, s->offset, s->offset + s->filesz)) {
            p->phdr = s->vaddr + (h->phoff - s->offset);
            p->phnum = h->phnum;
            return;
        }
    }
}

i64 __umk_elf_plan(const void *head, size_t len, u64 file_size, struct elf_plan *out,
                   const char **why)
{
    struct elf_header h;
    struct elf_phdr ph;

    memset(out, 0, sizeof *out);
    *why = "not an ELF file";
    if (len < sizeof h)
        return -ENOEXEC;
    memcpy(&h, head, sizeof h);
    if ((*why = check_header(&h, len)))
        return -ENOEXEC;
    out->type = h.type;
    out->entry = h.entry;
    /* two passes: parts are looked for in segments that may come later in the file */
    for (u32 i = 0; i < 2u * h.phnum; i++) {
        bool second = i >= h.phnum;

        memcpy(&ph, (const u8 *)head + h.phoff + (i % h.phnum) * sizeof ph, sizeof ph);
        if (!second && ph.type == ELF_PT_LOAD)
            *why = add_segment(out, &ph, file_size);
        else if (second && ph.type == ELF_PT_INTERP) {
            out->interp = ph.offset;
            out->interp_len = ph.filesz;
        } else if (second)
            *why = add_part(out, &ph);
        if (*why)
            return -ENOEXEC;
    }
    *why = "nothing to load";
    if (out->nsegments == 0)
        return -ENOEXEC;
    find_phdrs(out, &h);
    *why = NULL;
    return 0;
}

void *__umk_elf_at(const struct elf_image *image, u64 vaddr, u64 len, u32 flags)
{
    const struct elf_segment *s = segment_of(&image->plan, vaddr, len);

    return s && (s->flags & flags) == flags ? (void *)(uintptr_t)(image->bias + vaddr) : NULL;
}

const char *__umk_elf_string(const struct elf_tables *t, u64 offset)
{
    return offset < t->strings_len ? t->strings + offset : NULL;
}

/* The values of the dynamic section by tag. */
struct dynamic {
    u64 value[ELF_DT_SMALL];
    u64 gnu_hash, flags_1, versym;
};

static i64 read_dynamic(const struct elf_image *image, struct elf_tables *t, struct dynamic *d)
{
    u64 n = image->plan.dynamic_len / sizeof(struct elf_dyn);

    memset(d, 0, sizeof *d);
    t->dynamic = __umk_elf_at(image, image->plan.dynamic, image->plan.dynamic_len, ELF_PF_R);
    if (!t->dynamic)
        return -ENOEXEC;
    for (u64 i = 0; i < n && t->dynamic[i].tag != ELF_DT_NULL; i++) {
        i64 tag = t->dynamic[i].tag;

        t->ndynamic = i + 1;
        if (tag >= 0 && tag < ELF_DT_SMALL)
            d->value[tag] = t->dynamic[i].value;
        else if (tag == ELF_DT_GNU_HASH)
            d->gnu_hash = t->dynamic[i].value;
        else if (tag == ELF_DT_FLAGS_1)
            d->flags_1 = t->dynamic[i].value;
        else if (tag == ELF_DT_VERSYM)
            d->versym = t->dynamic[i].value;
    }
    return 0;
}

/* n records of size bytes at vaddr, aligned as their size asks; 0 records need no memory. */
static bool table(const struct elf_image *image, u64 vaddr, u64 n, u64 size, const void *out)
{
    const void **p = (const void **)(uintptr_t)out;

    *p = NULL;
    if (n == 0)
        return true;
    if (n > ADDRESS_MAX / size || vaddr % (size < 8 ? size : 8) != 0)
        return false;
    *p = __umk_elf_at(image, vaddr, n * size, ELF_PF_R);
    return *p;
}

/* Symbols that a GNU hash table can lead to end with the last of the last chain. */
static bool count_hashed(const struct elf_image *image, u64 chains_at, struct elf_tables *t)
{
    u32 last = 0;

    for (u32 i = 0; i < t->nbuckets; i++)
        if (t->buckets[i] > last)
            last = t->buckets[i];
    t->nhashed = t->first_hashed;
    if (last == 0)
        return true;
    if (last < t->first_hashed)
        return false;
    for (;; last++) {
        const u32 *word =
            __umk_elf_at(image, chains_at + 4ull * (last - t->first_hashed), 4, ELF_PF_R);

        if (!word || last == UINT32_MAX)
            return false;
        if (*word & 1)
            break;
    }
    t->nhashed = last + 1;
    return table(image, chains_at, t->nhashed - t->first_hashed, 4, &t->chains);
}

static bool gnu_hash(const struct elf_image *image, u64 at, struct elf_tables *t)
{
    const u32 *head;
    u64 buckets_at;

    if (!table(image, at, 4, 4, &head))
        return false;
    t->nbuckets = head[0];
    t->first_hashed = head[1];
    t->bloom_words = head[2];
    t->bloom_shift = head[3] & 31;
    if (t->nbuckets == 0 || t->bloom_words == 0 || (t->bloom_words & (t->bloom_words - 1)) != 0)
        return false;
    buckets_at = at + 16 + 8ull * t->bloom_words;
    return table(image, at + 16, t->bloom_words, 8, &t->bloom) &&
           table(image, buckets_at, t->nbuckets, 4, &t->buckets) &&
           count_hashed(image, buckets_at + 4ull * t->nbuckets, t);
}

static bool sysv_hash(const struct elf_image *image, u64 at, struct elf_tables *t)
{
    const u32 *head;

    if (!table(image, at, 2, 4, &head))
        return false;
    t->sysv_nbuckets = head[0];
    if (head[1] > t->nhashed)
        t->nhashed = head[1];
    t->sysv_nchains = head[1];
    return t->sysv_nbuckets && table(image, at + 8, t->sysv_nbuckets, 4, &t->sysv_buckets) &&
           table(image, at + 8 + 4ull * t->sysv_nbuckets, head[1], 4, &t->sysv_chains);
}

/* No table says how many symbols there are, those included that only relocations name: all that the
 * segment has room for may be read. */
static bool count_symbols(const struct elf_image *image, u64 at, struct elf_tables *t)
{
    const struct elf_segment *s = segment_of(&image->plan, at, sizeof(struct elf_sym));

    if (!s)
        return t->nhashed == 0;
    u64 room = (s->vaddr + s->memsz - at) / sizeof(struct elf_sym);
    t->nsyms = room < UINT32_MAX ? (u32)room : UINT32_MAX;
    return t->nhashed <= t->nsyms && table(image, at, t->nsyms, sizeof(struct elf_sym), &t->syms);
}

static const char *find_symbols(const struct elf_image *image, const struct dynamic *d,
                                struct elf_tables *t)
{
    t->strings_len = d->value[ELF_DT_STRSZ];
    if (!table(image, d->value[ELF_DT_STRTAB], t->strings_len, 1, &t->strings) ||
        (t->strings_len && t->strings[t->strings_len - 1] != '\0'))
        return "bad string table";
    if ((d->gnu_hash && !gnu_hash(image, d->gnu_hash, t)) ||
        (d->value[ELF_DT_HASH] && !sysv_hash(image, d->value[ELF_DT_HASH], t)))
        return "bad hash table";
    if (!count_symbols(image, d->value[ELF_DT_SYMTAB], t))
        return "bad symbol table";
    if (d->versym && !table(image, d->versym, t->nhashed, 2, &t->versions))
        return "bad version table";
    return NULL;
}

static const char *find_relocations(const struct elf_image *image, const struct dynamic *d,
                                    struct elf_tables *t)
{
    const u64 *v = d->value;

    t->nrela = v[ELF_DT_RELASZ] / sizeof(struct elf_rela);
    t->njmprel = v[ELF_DT_PLTRELSZ] / sizeof(struct elf_rela);
    t->nrelr = v[ELF_DT_RELRSZ] / sizeof(u64);
    if (!table(image, v[ELF_DT_RELA], t->nrela, sizeof(struct elf_rela), &t->rela) ||
        !table(image, v[ELF_DT_JMPREL], t->njmprel, sizeof(struct elf_rela), &t->jmprel) ||
        !table(image, v[ELF_DT_RELR], t->nrelr, sizeof(u64), &t->relr))
        return "bad relocation table";
    if (v[ELF_DT_TEXTREL] || (v[ELF_DT_FLAGS] & ELF_DF_TEXTREL))
        return "its code would have to be changed; compile it with -fPIC";
    return NULL;
}

static const char *find_arrays(const struct elf_image *image, const struct dynamic *d,
                               struct elf_tables *t)
{
    const u64 *v = d->value;

    t->ninit = v[ELF_DT_INIT_ARRAYSZ] / sizeof(u64);
    t->nfini = v[ELF_DT_FINI_ARRAYSZ] / sizeof(u64);
    if (!table(image, v[ELF_DT_INIT_ARRAY], t->ninit, sizeof(u64), &t->init_array) ||
        !table(image, v[ELF_DT_FINI_ARRAY], t->nfini, sizeof(u64), &t->fini_array))
        return "bad array of constructors";
    t->init = v[ELF_DT_INIT];
    t->fini = v[ELF_DT_FINI];
    if ((t->init && !__umk_elf_at(image, t->init, 1, ELF_PF_X)) ||
        (t->fini && !__umk_elf_at(image, t->fini, 1, ELF_PF_X)))
        return "a constructor is not in its code";
    if (v[ELF_DT_PLTGOT] % 8 == 0)
        t->pltgot = __umk_elf_at(image, v[ELF_DT_PLTGOT], 24, ELF_PF_R | ELF_PF_W);
    return NULL;
}

i64 __umk_elf_tables(const struct elf_image *image, struct elf_tables *out, const char **why)
{
    struct dynamic d;

    memset(out, 0, sizeof *out);
    *why = "no dynamic section";
    if (read_dynamic(image, out, &d) < 0)
        return -ENOEXEC;
    if ((*why = find_symbols(image, &d, out)) || (*why = find_relocations(image, &d, out)) ||
        (*why = find_arrays(image, &d, out)))
        return -ENOEXEC;
    if (d.value[ELF_DT_SONAME])
        out->soname = __umk_elf_string(out, d.value[ELF_DT_SONAME]);
    if (d.value[ELF_DT_RUNPATH] || d.value[ELF_DT_RPATH])
        out->runpath = __umk_elf_string(out, d.value[ELF_DT_RUNPATH] ? d.value[ELF_DT_RUNPATH]
                                                                     : d.value[ELF_DT_RPATH]);
    out->bind_now = d.value[ELF_DT_BIND_NOW] || (d.value[ELF_DT_FLAGS] & ELF_DF_BIND_NOW) ||
                    (d.flags_1 & ELF_DF_1_NOW);
    return 0;
}
