/*
 * Fuzzes PCI functions. The input is the configuration space, 256 bytes, and then for each word
 * which of its bits can be written. What must hold: no access outside of it, an end, and results
 * that are consistent.
 */
#include <stdlib.h>
#include <string.h>

#include "libhw/pci.h"

#define BYTES 256u

static u32 words[BYTES / 4], writable[BYTES / 4];

static void check(bool holds)
{
    if (!holds)
        abort();
}

static u32 fuzz_read(void *ctx, u32 offset)
{
    (void)ctx;
    check(offset % 4 == 0 && offset < BYTES);
    return words[offset / 4];
}

static void fuzz_write(void *ctx, u32 offset, u32 value)
{
    (void)ctx;
    check(offset % 4 == 0 && offset < BYTES);
    u32 can = writable[offset / 4];
    words[offset / 4] = (words[offset / 4] & ~can) | (value & can);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct pci_config c = {fuzz_read, fuzz_write, NULL};
    struct pci_bar bar;
    struct pci_msix m;
    struct pci_msi msi;
    struct pci_id id;

    memset(words, 0, sizeof words);
    memset(writable, 0, sizeof writable);
    memcpy(words, data, size < BYTES ? size : BYTES);
    if (size > BYTES)
        memcpy(writable, data + BYTES, size - BYTES < BYTES ? size - BYTES : BYTES);
    pci_identify(&c, &id);
    for (u32 i = 0; i < 8; i++) {
        if (pci_bar(&c, i, &bar) == 0)
            check(bar.size && !(bar.size & (bar.size - 1)) && bar.address % bar.size == 0);
    }
    u32 found = 0;
    for (i64 at = 0; (at = pci_capability(&c, PCI_CAP_VENDOR, (u32)at, 16)) > 0;)
        check(at >= 0x40 && at + 16 <= BYTES && at % 4 == 0 && ++found <= BYTES / 4);
    if (pci_msix(&c, &m) == 0)
        check(pci_bar(&c, m.bar, &bar) == 0 && m.offset + m.entries * 16ull <= bar.size);
    if (pci_msi(&c, &msi) == 0)
        pci_msi_enable(&c, &msi, 0xFEE00000, 0x60);
    return 0;
}
