/*
 * The firmware's tables (ACPI specification, chapter 5): which processors and interrupt controllers
 * there are, and how to switch off. Without tables: one processor, controllers at their usual
 * places.
 */
#ifndef UMK_X86_64_ACPI_H
#define UMK_X86_64_ACPI_H

#include "umk/x86_64/cpu.h"

struct acpi_info {
    u64 local_apic, io_apic;
    u32 apics[CPUS_MAX]; /* of the processors that can be used */
    u32 napics;
    /* legacy line n is the I/O APIC's line[n] */
    u32 line[16];
    bool level[16], low[16];
    u64 mcfg; /* PCI Express configuration space; 0: none */
    u32 mcfg_first_bus, mcfg_last_bus;
};

/* Reads all there is; rsdp 0: it is looked for. What is malformed is left out. */
void acpi_init(u64 rsdp, struct acpi_info *out);
/* A processor that the firmware has told of. */
void acpi_add_processor(struct acpi_info *out, u32 apic, bool usable);
/* Whether the bytes of something of the firmware's are as they were written. */
bool acpi_sums_to_zero(const void *p, u64 len);
/* Returns when that is not possible. */
void acpi_power_off(void);

#endif
