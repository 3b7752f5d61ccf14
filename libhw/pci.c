/* PCI functions; see pci.h. */
#include "libhw/pci.h"
#include "umk/abi/errno.h"

#include <stdio.h>

#define COMMAND 0x04u
#define COMMAND_IO 0x1u
#define COMMAND_MEMORY 0x2u
#define COMMAND_MASTER 0x4u
#define COMMAND_NO_LINE 0x400u
#define COMMAND_BITS 0xFFFFu /* the status beside it is cleared by ones */
#define STATUS_CAPABILITIES 0x100000u
#define CLASS 0x08u
#define HEADER 0x0Cu
#define FIRST_BAR 0x10u
#define CAPABILITIES 0x34u
#define CAP_FIRST 0x40u
#define CAP_END 0x100u
#define BAR_IO 0x1u
#define BAR_TYPE 0x6u
#define BAR_64 0x4u
#define MSI_ON 0x10000u
#define MSI_MESSAGES 0x700000u /* how many are on, as a power of two */
#define MSI_WIDE 0x800000u
#define MSI_MASKABLE 0x1000000u
#define MSIX_ENTRY 16u
#define MSIX_ON 0x80000000u
#define MSIX_MASK_ALL 0x40000000u

i64 pci_identify(const struct pci_config *c, struct pci_id *out)
{
    u32 id = c->read(c->ctx, 0), class;

    if ((u16)id == 0xFFFF || (u16)id == 0)
        return -ENODEV;
    class = c->read(c->ctx, CLASS);
    *out = (struct pci_id){.vendor = (u16)id,
                           .device = (u16)(id >> 16),
                           .class = (u8)(class >> 24),
                           .subclass = (u8)(class >> 16),
                           .interface = (u8)(class >> 8)};
    return 0;
}

static void command(const struct pci_config *c, u32 clear, u32 set)
{
    u32 now = c->read(c->ctx, COMMAND) & COMMAND_BITS;

    c->write(c->ctx, COMMAND, (now & ~clear) | set);
}

/* The bits of a base address that can be set. */
static u32 probe(const struct pci_config *c, u32 at)
{
    u32 old = c->read(c->ctx, at), mask;

    c->write(c->ctx, at, UINT32_MAX);
    mask = c->read(c->ctx, at);
    c->write(c->ctx, at, old);
    return mask;
}

i64 pci_bar(const struct pci_config *c, u32 index, struct pci_bar *out)
{
    u32 at = FIRST_BAR + index * 4, low, on;
    u64 mask;
    bool wide;

    if (index >= PCI_BARS || (c->read(c->ctx, HEADER) >> 16 & 0x7F) != 0)
        return -ENOENT;
    low = c->read(c->ctx, at);
    out->memory = !(low & BAR_IO);
    wide = out->memory && (low & BAR_TYPE) == BAR_64;
    if (wide && index + 1 == PCI_BARS)
        return -EINVAL;
    out->address = low & (out->memory ? ~(u32)0xF : ~(u32)0x3);
    if (wide)
        out->address |= (u64)c->read(c->ctx, at + 4) << 32;
    on = c->read(c->ctx, COMMAND) & (COMMAND_IO | COMMAND_MEMORY);
    command(c, COMMAND_IO | COMMAND_MEMORY, 0);
    mask = probe(c, at) & (out->memory ? ~(u32)0xF : ~(u32)0x3);
    mask |= wide ? (u64)probe(c, at + 4) << 32 : (u64)UINT32_MAX << 32;
    command(c, 0, on);
    if ((u32)mask == 0 && (!wide || mask == 0))
        return -ENOENT;
    out->size = ~mask + 1;
    if (out->size & (out->size - 1) || out->address & (out->size - 1))
        return -EINVAL;
    return out->address ? 0 : -ENODEV;
}

i64 pci_capability(const struct pci_config *c, u32 id, u32 after, u32 len)
{
    u64 seen = 0; /* a bit for each place: a list that comes back to one has ended */
    bool passed = after == 0;

    if (!(c->read(c->ctx, COMMAND) & STATUS_CAPABILITIES))
        return -ENOENT;
    for (u32 at = c->read(c->ctx, CAPABILITIES) & 0xFC; at >= CAP_FIRST && !(seen >> at / 4 & 1);) {
        u32 head = c->read(c->ctx, at);

        if (passed && (head & 0xFF) == id && len <= CAP_END - at)
            return at;
        passed |= at == after;
        seen |= 1ull << at / 4;
        at = head >> 8 & 0xFC;
    }
    return -ENOENT;
}

void pci_enable(const struct pci_config *c, bool line)
{
    command(c, COMMAND_NO_LINE, COMMAND_MEMORY | COMMAND_MASTER | (line ? 0 : COMMAND_NO_LINE));
}

i64 pci_msix(const struct pci_config *c, struct pci_msix *out)
{
    i64 at = pci_capability(c, PCI_CAP_MSIX, 0, 12);
    struct pci_bar bar;
    i64 r;

    if (at < 0)
        return at;
    u32 table = c->read(c->ctx, (u32)at + 4);
    *out = (struct pci_msix){.capability = (u32)at,
                             .bar = table & 7,
                             .offset = table & ~7u,
                             .entries = (c->read(c->ctx, (u32)at) >> 16 & 0x7FF) + 1};
    if ((r = pci_bar(c, out->bar, &bar)) < 0)
        return r;
    u64 len = (u64)out->entries * MSIX_ENTRY;
    return bar.memory && len <= bar.size && out->offset <= bar.size - len ? 0 : -EINVAL;
}

void pci_msix_enable(const struct pci_config *c, const struct pci_msix *m)
{
    u32 head = c->read(c->ctx, m->capability);

    c->write(c->ctx, m->capability, (head & ~MSIX_MASK_ALL) | MSIX_ON);
}

i64 pci_msi(const struct pci_config *c, struct pci_msi *out)
{
    i64 at = pci_capability(c, PCI_CAP_MSI, 0, 12);

    if (at < 0)
        return at;
    u32 head = c->read(c->ctx, (u32)at);
    *out = (struct pci_msi){(u32)at, head & MSI_WIDE, head & MSI_MASKABLE};
    u32 len = 12 + (out->wide ? 4 : 0) + (out->maskable ? 8 : 0);
    return len <= CAP_END - (u32)at ? 0 : -EINVAL;
}

void pci_msi_enable(const struct pci_config *c, const struct pci_msi *m, u64 address, u16 data)
{
    u32 head = c->read(c->ctx, m->capability) & ~(MSI_MESSAGES | MSI_ON);
    u32 at = m->capability + 8;

    c->write(c->ctx, m->capability, head);
    c->write(c->ctx, m->capability + 4, (u32)address);
    if (m->wide) {
        c->write(c->ctx, at, (u32)(address >> 32));
        at += 4;
    }
    c->write(c->ctx, at, data);
    if (m->maskable)
        c->write(c->ctx, at + 4, 0);
    c->write(c->ctx, m->capability, head | MSI_ON);
}

void pci_name(char out[PCI_NAME_MAX], u32 bus, u32 device, u32 function)
{
    snprintf(out, PCI_NAME_MAX, "0000--%02x--%02x.%x", bus & 0xFF, device & 0x1F, function & 7);
}
