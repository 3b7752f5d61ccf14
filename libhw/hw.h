/*
 * What a driver asks the kernel for (docs/METAL.md): registers, memory for the device, interrupts;
 * and, of pcid, the functions of PCI. For servers that run as root on a machine with hardware.
 */
#ifndef LIBHW_HW_H
#define LIBHW_HW_H

#include "libhw/pci.h"

/* Registers at a physical address, uncached. They stay mapped for the life of the program. */
i64 hw_map(u64 physical, size_t len, volatile u8 **out);
/* Memory of the machine that the kernel does not count as RAM, cached; the same. */
i64 hw_map_memory(u64 physical, size_t len, u8 **out);

/* Memory in one piece, zeroed, at most 4 MiB; the same. */
struct hw_memory {
    u8 *at;
    u64 physical;
    size_t len;
};
i64 hw_memory(size_t len, struct hw_memory *out);

/* An interrupt line, or a message interrupt and what the device has to write where: a descriptor.
 */
i64 hw_irq_line(u32 line);
i64 hw_irq_message(u64 *address, u32 *data);
/* Calls fn from the loop with each interrupt of the descriptor, then acknowledges it. */
i64 hw_irq_watch(u64 irq, void (*fn)(void *arg), void *arg);

/* I/O ports: a descriptor for hw_in and hw_out, or an error. A port that the kernel keeps reads as
 * all ones, and a write to it is left out, as with one that nothing is behind. */
i64 hw_ports(void);
u8 hw_in8(u64 ports, u16 port);
void hw_out8(u64 ports, u16 port, u8 value);

/* The value of the n-th line NAME=VALUE of /scheme/sys/env: -ENOENT, -ENAMETOOLONG. */
i64 hw_env(const char *name, u32 n, char *value, size_t size);

/* A PCI function that this driver has opened; nobody else can while it lives. */
struct hw_function {
    char name[PCI_NAME_MAX];
    u64 fd;
    struct pci_id id;
    struct pci_config config; /* ctx is this record, which must stay where it is */
};
i64 hw_function_open(struct hw_function *f, const char *name);
/* Maps len bytes at an offset of a base address. -EINVAL: it is not as big, or I/O ports. */
i64 hw_bar_map(const struct hw_function *f, u32 index, u64 offset, size_t len, volatile u8 **out);
/* Turns MSI-X on with one interrupt, in entry 0, and bus mastering: the descriptor. */
i64 hw_msix(const struct hw_function *f);
/* The same with MSI for a function that has no MSI-X. -ENOENT: it has neither. Where its line would
 * lead is known to nobody here. */
i64 hw_messages(const struct hw_function *f);

/* "disk.pci-SSSS-BB-DD.F" and what follows, as the scheme of a function's disks is named. */
void hw_disk_name(char *out, size_t size, const char *function, const char *suffix);

/* Serves as scheme_run does; with no device there is nothing to serve, and yet the program stays,
 * for init would start it again. */
_Noreturn void hw_serve(u32 ndevices);
/* All of a driver of PCI functions: brings up, by add(), each function that it wants (at most 16),
 * says that it is ready, and serves. A function that does not come up is the end, with a line in
 * the log. */
_Noreturn void hw_drive(const char *who, bool (*wanted)(const struct pci_id *id),
                        i64 (*add)(const char *function));

/* Nanoseconds of the monotonic clock; and what a wait for a device does between two looks. */
u64 hw_now(void);
void hw_pause(void);

/* Ends the program with a line in the kernel's log. */
_Noreturn void hw_fail(const char *who, const char *what, i64 error);

static inline u32 hw_read32(const volatile u8 *base, u32 offset)
{
    return *(const volatile u32 *)(const volatile void *)(base + offset);
}

static inline void hw_write32(volatile u8 *base, u32 offset, u32 value)
{
    *(volatile u32 *)(volatile void *)(base + offset) = value;
}

static inline void hw_write16(volatile u8 *base, u32 offset, u16 value)
{
    *(volatile u16 *)(volatile void *)(base + offset) = value;
}

static inline u16 hw_read16(const volatile u8 *base, u32 offset)
{
    return *(const volatile u16 *)(const volatile void *)(base + offset);
}

/* Two accesses, low half first: not every device takes one of 8 bytes. */
static inline u64 hw_read64(const volatile u8 *base, u32 offset)
{
    u32 low = hw_read32(base, offset);

    return low | (u64)hw_read32(base, offset + 4) << 32;
}

static inline void hw_write64(volatile u8 *base, u32 offset, u64 value)
{
    hw_write32(base, offset, (u32)value);
    hw_write32(base, offset + 4, (u32)(value >> 32));
}

#endif
