/* The firmware's tables; see acpi.h. */
#include "umk/x86_64/acpi.h"
#include "umk/core/core.h"
#include "umk/x86_64/kmap.h"

#define TABLE_MAX (1u << 20)
#define TABLES_MAX 64u
#define SLEEP_ENABLE 0x2000u
#define MADT_ENABLED 1u

struct __attribute__((packed)) rsdp {
    char signature[8];
    u8 sum;
    char oem[6];
    u8 revision;
    u32 rsdt;
    u32 length;
    u64 xsdt;
    u8 sum2, pad[3];
};
struct __attribute__((packed)) header {
    char signature[4];
    u32 length;
    u8 revision, sum;
    char oem[6], oem_table[8];
    u32 oem_revision, creator, creator_revision;
};
ABI_SIZE(struct header, 36);

/* Where a sleep is written to, and what: from the FADT and the object _S5_ of the DSDT. */
static u16 sleep_port;
static u16 sleep_value;
static volatile u8 *sleep_reg; /* hardware-reduced machines */
static u8 sleep_reg_value;

bool acpi_sums_to_zero(const void *p, u64 len)
{
    const u8 *b = p;
    u8 sum = 0;

    for (u64 i = 0; i < len; i++)
        sum = (u8)(sum + b[i]);
    return sum == 0;
}

/* A whole table, mapped for good; NULL: not one. */
static const struct header *table_at(u64 physical)
{
    const struct header *h = physical ? vmap_device(physical, sizeof(*h)) : NULL;
    u32 len;

    if (!h)
        return NULL;
    len = h->length;
    if (len < sizeof(*h) || len > TABLE_MAX)
        return NULL;
    h = vmap_device(physical, len);
    return h && acpi_sums_to_zero(h, len) ? h : NULL;
}

static u64 scan(u64 start, u64 end)
{
    const u8 *p = vmap_device(start, end - start);

    for (u64 at = 0; p && at + 20 <= end - start; at += 16)
        if (memcmp(p + at, "RSD PTR ", 8) == 0 && acpi_sums_to_zero(p + at, 20))
            return start + at;
    return 0;
}

static u32 get32(const u8 *p)
{
    u32 v;

    memcpy(&v, p, sizeof(v));
    return v;
}

static u64 get64(const u8 *p)
{
    u64 v;

    memcpy(&v, p, sizeof(v));
    return v;
}

/* MADT: a header, local APIC address and flags, then records of type, length and contents. */

void acpi_add_processor(struct acpi_info *out, u32 apic, bool usable)
{
    if (usable && out->napics < CPUS_MAX && apic < 255)
        out->apics[out->napics++] = apic;
}

static void override(struct acpi_info *out, const u8 *p)
{
    u32 source = p[3], line = get32(p + 4), flags = (u32)(p[8] | p[9] << 8);

    if (source >= 16)
        return;
    out->line[source] = line;
    out->low[source] = (flags & 3) == 3;
    out->level[source] = (flags >> 2 & 3) == 3;
}

static void read_madt(const struct header *h, struct acpi_info *out)
{
    const u8 *p = (const u8 *)h;
    bool have_io = false;

    if (h->length < 44)
        return;
    out->local_apic = get32(p + 36);
    for (u32 at = 44; at + 2 <= h->length && p[at + 1] >= 2 && at + p[at + 1] <= h->length;
         at += p[at + 1]) {
        const u8 *r = p + at;

        if (r[0] == 0 && r[1] >= 8)
            acpi_add_processor(out, r[3], get32(r + 4) & MADT_ENABLED);
        else if (r[0] == 1 && r[1] >= 12 && !have_io) {
            out->io_apic = get32(r + 4);
            have_io = true;
        } else if (r[0] == 2 && r[1] >= 10)
            override(out, r);
    }
}

static void read_mcfg(const struct header *h, struct acpi_info *out)
{
    const u8 *p = (const u8 *)h;

    if (h->length < 60)
        return;
    out->mcfg = get64(p + 44);
    out->mcfg_first_bus = p[54];
    out->mcfg_last_bus = p[55];
}

/* _S5_ is a package of small integers, of which the first is what to write:
 * NameOp "_S5_" PackageOp length count value... */
static bool sleep_type(const struct header *dsdt, u8 *type)
{
    const u8 *p = (const u8 *)dsdt;

    for (u32 at = sizeof(*dsdt); at + 12 < dsdt->length; at++) {
        u32 v = at + 4;

        if (memcmp(p + at, "_S5_", 4) != 0 || p[v] != 0x12)
            continue;
        v += 1 + (p[v + 1] >> 6) + 2; /* past length bytes and count */
        if (v + 1 >= dsdt->length)
            return false;
        *type = p[v] == 0x0A ? p[v + 1] : p[v] <= 1 ? p[v] : 0;
        return true;
    }
    return false;
}

static void read_fadt(const struct header *h)
{
    const u8 *p = (const u8 *)h;
    const struct header *dsdt;
    u8 type = 0;
    u64 at;

    if (h->length < 116)
        return;
    at = h->length >= 148 ? get64(p + 140) : 0;
    dsdt = table_at(at ? at : get32(p + 40));
    if (!dsdt || !sleep_type(dsdt, &type))
        return;
    if (h->length >= 268 && (get32(p + 112) & 1u << 20)) {
        /* hardware-reduced: a register of one byte, in memory */
        if (p[244] == 0 && get64(p + 248))
            sleep_reg = vmap_device(get64(p + 248), 1);
        sleep_reg_value = (u8)(type << 2 | 0x20);
        return;
    }
    sleep_port = (u16)get32(p + 64);
    sleep_value = (u16)(type << 10 | SLEEP_ENABLE);
}

static void read_table(u64 physical, struct acpi_info *out)
{
    const struct header *h = table_at(physical);

    if (!h)
        return;
    if (memcmp(h->signature, "APIC", 4) == 0)
        read_madt(h, out);
    else if (memcmp(h->signature, "FACP", 4) == 0)
        read_fadt(h);
    else if (memcmp(h->signature, "MCFG", 4) == 0)
        read_mcfg(h, out);
}

static void read_root(const struct header *root, bool wide, struct acpi_info *out)
{
    u32 size = wide ? 8 : 4, n = (root->length - (u32)sizeof(*root)) / size;
    const u8 *entries = (const u8 *)(root + 1);

    for (u32 i = 0; i < n && i < TABLES_MAX; i++)
        read_table(wide ? get64(entries + i * size) : get32(entries + i * size), out);
}

void acpi_init(u64 rsdp, struct acpi_info *out)
{
    const struct rsdp *r;
    const struct header *root;
    bool wide;

    *out = (struct acpi_info){.local_apic = 0xFEE00000, .io_apic = 0xFEC00000};
    for (u32 i = 0; i < 16; i++)
        out->line[i] = i;
    if (!rsdp)
        rsdp = scan(0xE0000, 0x100000);
    r = rsdp ? vmap_device(rsdp, sizeof(*r)) : NULL;
    if (!r || memcmp(r->signature, "RSD PTR ", 8) != 0)
        return;
    wide = r->revision >= 2 && r->xsdt;
    root = table_at(wide ? r->xsdt : r->rsdt);
    if (root)
        read_root(root, wide, out);
}

void acpi_power_off(void)
{
    if (sleep_reg)
        *sleep_reg = sleep_reg_value;
    if (sleep_port)
        outw(sleep_port, sleep_value);
}
