/* The loader's records; see multiboot.h. */
#include "umk/x86_64/multiboot.h"
#include "umk/core/core.h"
#include "umk/x86_64/layout.h"

#define INFO_MAX (1u << 20)
#define MEMORY_RAM 1u
#define RSDP_MAX 36u
#define RSDP_OLD 20u

enum tag_type {
    TAG_END,
    TAG_COMMAND_LINE,
    TAG_MODULE = 3,
    TAG_MEMORY = 6,
    TAG_RSDP_OLD = 14,
    TAG_RSDP = 15
};

struct info {
    u32 size, reserved;
};
struct tag {
    u32 type, size; /* size: with this, without what fills up to a multiple of 8 */
};
struct module_tag {
    struct tag tag;
    u32 start, end;
};
struct memory_tag {
    struct tag tag;
    u32 entry_size, entry_version;
};
struct memory_entry {
    u64 address, size;
    u32 type, reserved;
};

/* The loader's copy of the ACPI root lies in memory that is RAM: this is ours. */
static u8 rsdp[RSDP_MAX];

static void read_memory(const struct tag *t, struct boot_info *out)
{
    const struct memory_tag *m = (const void *)t;
    const struct memory_entry *e;

    if (t->size < sizeof(*m) || m->entry_size < sizeof(*e) || m->entry_size % 8)
        return;
    for (u64 at = sizeof(*m); at + m->entry_size <= t->size; at += m->entry_size) {
        e = (const void *)((const u8 *)t + at);
        if (e->type == MEMORY_RAM)
            boot_add_ram(out, e->address, e->size);
    }
}

static void read_module(const struct tag *t, struct boot_info *out)
{
    const struct module_tag *m = (const void *)t;
    struct range r;

    if (t->size < sizeof(*m) || m->end <= m->start)
        return;
    r = (struct range){m->start, m->end};
    if (out->archive.end == 0)
        out->archive = r;
    else if (out->live.end == 0)
        out->live = r;
}

static void read_rsdp(const struct tag *t, struct boot_info *out)
{
    u64 len = t->size - sizeof(*t);

    if (len < RSDP_OLD || (t->type == TAG_RSDP_OLD && out->rsdp))
        return;
    memset(rsdp, 0, sizeof(rsdp));
    memcpy(rsdp, t + 1, len < RSDP_MAX ? len : RSDP_MAX);
    out->rsdp = (u64)rsdp - KERNEL_BASE;
}

/* Programs may map the disk in memory as they may a device: so it must not count as RAM. */
static void take_out(struct boot_info *out, u64 start, u64 end)
{
    u32 n = out->nram;

    for (u32 i = 0; i < n; i++) {
        struct range *r = &out->ram[i];
        u64 rest = r->end;

        if (start >= r->end || end <= r->start)
            continue;
        r->end = start > r->start ? start : r->start;
        if (end < rest)
            boot_add_ram(out, end, rest - end);
    }
}

static const char *read_tag(const struct tag *t, struct boot_info *out)
{
    const char *text = (const char *)(t + 1);

    switch (t->type) {
    case TAG_COMMAND_LINE:
        if (t->size <= sizeof(*t) || text[t->size - sizeof(*t) - 1])
            return "the loader's command line has no end";
        return boot_copy_command_line(out, text);
    case TAG_MODULE:
        read_module(t, out);
        return NULL;
    case TAG_MEMORY:
        read_memory(t, out);
        return NULL;
    case TAG_RSDP_OLD:
    case TAG_RSDP:
        read_rsdp(t, out);
        return NULL;
    default:
        return NULL;
    }
}

const char *multiboot_read(u64 physical, struct boot_info *out)
{
    const struct info *head = boot_early(physical, sizeof(*head));
    const struct tag *t;
    const char *wrong = NULL;
    u32 size = head ? head->size : 0;
    const u8 *all = size >= sizeof(*head) && size <= INFO_MAX ? boot_early(physical, size) : NULL;

    if (!all)
        return "the loader's records cannot be read";
    for (u64 at = sizeof(*head); !wrong && at + sizeof(*t) <= size;
         at += (t->size + 7ull) & ~7ull) {
        t = (const void *)(all + at);
        if (t->size < sizeof(*t) || t->size > size - at)
            return "the loader's records are damaged";
        if (t->type == TAG_END)
            break;
        wrong = read_tag(t, out);
    }
    if (wrong)
        return wrong;
    if (out->live.end)
        take_out(out, out->live.start & ~(u64)PAGE_MASK, page_up(out->live.end));
    return out->nram ? NULL : "the loader gives no memory map";
}
