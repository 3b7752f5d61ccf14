/*
 * Functions of PCI devices: header, base addresses, capabilities (PCI Local Bus 3.0, chapter 6, and
 * PCI Express Base). Everything read is what a device says, and is checked.
 */
#ifndef LIBHW_PCI_H
#define LIBHW_PCI_H

#include "umk/abi/types.h"

#define PCI_CONFIG_SIZE 4096u
#define PCI_BARS 6u
#define PCI_CAP_MSI 0x05u
#define PCI_CAP_MSIX 0x11u
#define PCI_CAP_VENDOR 0x09u

/* A function's configuration space, in words of 4 bytes at offsets that are multiples of 4. What
 * cannot be read is all ones. */
struct pci_config {
    u32 (*read)(void *ctx, u32 offset);
    void (*write)(void *ctx, u32 offset, u32 value);
    void *ctx;
};

struct pci_id {
    u16 vendor, device;
    u8 class, subclass, interface;
};

struct pci_bar {
    u64 address, size; /* size is a power of two */
    bool memory;       /* not I/O ports */
};

/* -ENODEV: there is no such function. */
i64 pci_identify(const struct pci_config *c, struct pci_id *out);

/* The function answers no accesses of the processor while this runs. -ENOENT: there is no such
 * base address; -EINVAL: it makes no sense; -ENODEV: the firmware gave it no address. */
i64 pci_bar(const struct pci_config *c, u32 index, struct pci_bar *out);

/* The first capability with this id after the one at `after` (0: from the start): its offset, with
 * at least `len` bytes up to the end of the first 256; or -ENOENT. */
i64 pci_capability(const struct pci_config *c, u32 id, u32 after, u32 len);

/* Memory accesses and bus mastering on; the legacy interrupt line stays on or goes off. */
void pci_enable(const struct pci_config *c, bool line);

/* Where the MSI-X table is: the base address's index, the offset, how many entries. -ENOENT: none;
 * -EINVAL: it lies outside of that base address's size. */
struct pci_msix {
    u32 capability, bar, offset, entries;
};
i64 pci_msix(const struct pci_config *c, struct pci_msix *out);
/* Turns MSI-X on. The entries of the table mask themselves. */
void pci_msix_enable(const struct pci_config *c, const struct pci_msix *m);

/* Where the MSI capability is and which of its forms it has. -ENOENT: none. */
struct pci_msi {
    u32 capability;
    bool wide, maskable; /* addresses of 64 bits; bits that mask each message */
};
i64 pci_msi(const struct pci_config *c, struct pci_msi *out);
/* Turns it on with one message. */
void pci_msi_enable(const struct pci_config *c, const struct pci_msi *m, u64 address, u16 data);

/* "SSSS--BB--DD.F", in hexadecimal, as the pci scheme names functions. */
#define PCI_NAME_MAX 16u
void pci_name(char out[PCI_NAME_MAX], u32 bus, u32 device, u32 function);

#endif
