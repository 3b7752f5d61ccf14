/*
 * What the loader tells: RAM, the boot archive, the command line, the ACPI tables' root. From
 * Xen's struct hvm_start_info (its public header arch-x86/hvm/start_info.h describes it);
 * multiboot.h has the other way.
 */
#ifndef UMK_X86_64_PVH_H
#define UMK_X86_64_PVH_H

#include "umk/abi/types.h"

#define RAM_RANGES_MAX 64u
#define COMMAND_LINE_MAX 16384u

struct range {
    u64 start, end; /* physical */
};

struct boot_info {
    struct range ram[RAM_RANGES_MAX]; /* usable, as the loader lists it */
    u32 nram;
    struct range archive; /* start == end: there is none */
    struct range live;    /* a disk in memory, the same; no part of ram */
    u64 rsdp;             /* 0: unknown */
    char command_line[COMMAND_LINE_MAX];
};

/* Copies it all out of the loader's memory. NULL, or what is wrong. */
const char *pvh_read(u64 start_info, struct boot_info *out);

/* For whoever reads what a loader left: memory as long as boot.S's tables hold, which map the first
 * 4 GiB at DIRECT_BASE. NULL: not there. */
const void *boot_early(u64 physical, u64 len);
/* Adds a range to ram, in whole pages; what does not fit is left out. */
void boot_add_ram(struct boot_info *out, u64 address, u64 size);
/* -> NULL, or what is wrong. */
const char *boot_copy_command_line(struct boot_info *out, const char *text);

#endif
