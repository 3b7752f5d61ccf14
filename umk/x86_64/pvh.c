/* The loader's records; see pvh.h. */
#include "umk/x86_64/pvh.h"
#include "umk/core/core.h"
#include "umk/x86_64/layout.h"

#define START_MAGIC 0x336EC578u
#define MEMORY_RAM 1u
#define EARLY_LIMIT 0x100000000ull /* what boot.S maps */

struct hvm_start_info {
    u32 magic, version, flags, nr_modules;
    u64 modlist, cmdline, rsdp;
    u64 memmap; /* from version 1 */
    u32 memmap_entries;
    u32 reserved;
};
struct hvm_module {
    u64 address, size, cmdline, reserved;
};
struct hvm_memory {
    u64 address, size;
    u32 type, reserved;
};

const void *boot_early(u64 physical, u64 len)
{
    return physical && physical < EARLY_LIMIT && len <= EARLY_LIMIT - physical
               ? (const void *)(DIRECT_BASE + physical)
               : NULL;
}

void boot_add_ram(struct boot_info *out, u64 address, u64 size)
{
    struct range r;

    if (out->nram == RAM_RANGES_MAX || add_overflows(address, PAGE_MASK, &r.start) ||
        add_overflows(address, size, &r.end))
        return;
    r.start &= ~(u64)PAGE_MASK;
    r.end &= ~(u64)PAGE_MASK;
    if (r.start < r.end)
        out->ram[out->nram++] = r;
}

const char *boot_copy_command_line(struct boot_info *out, const char *text)
{
    for (u32 i = 0; i < COMMAND_LINE_MAX; i++)
        if (!(out->command_line[i] = text[i]))
            return NULL;
    out->command_line[COMMAND_LINE_MAX - 1] = '\0';
    return "the command line is too long";
}

static const char *read_memory(const struct hvm_start_info *s, struct boot_info *out)
{
    const struct hvm_memory *m = boot_early(s->memmap, (u64)s->memmap_entries * sizeof(*m));

    if (s->version < 1 || !m || s->memmap_entries == 0)
        return "the loader gives no memory map";
    for (u32 i = 0; i < s->memmap_entries; i++) {
        if (m[i].type == MEMORY_RAM)
            boot_add_ram(out, m[i].address, m[i].size);
    }
    return out->nram ? NULL : "the loader's memory map has no RAM";
}

const char *pvh_read(u64 start_info, struct boot_info *out)
{
    const struct hvm_start_info *s = boot_early(start_info, sizeof(*s));
    const struct hvm_module *mod;
    const char *text, *wrong;
    u64 end;

    if (!s || s->magic != START_MAGIC)
        return "not started by a PVH loader";
    if ((wrong = read_memory(s, out)))
        return wrong;
    out->rsdp = s->rsdp;
    mod = s->nr_modules ? boot_early(s->modlist, sizeof(*mod)) : NULL;
    if (mod && !add_overflows(mod->address, mod->size, &end))
        out->archive = (struct range){mod->address, end};
    text = boot_early(s->cmdline, 1);
    return text ? boot_copy_command_line(out, text) : NULL;
}
