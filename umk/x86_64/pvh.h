/*
 * What the loader tells: RAM, the boot archive, the command line, the ACPI tables' root. From
 * Xen's struct hvm_start_info (its public header arch-x86/hvm/start_info.h describes it).
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
    u64 rsdp;             /* 0: unknown */
    char command_line[COMMAND_LINE_MAX];
};

/* Copies it all out of the loader's memory, of which the first GiB is mapped at DIRECT_BASE. NULL,
 * or what is wrong. */
const char *pvh_read(u64 start_info, struct boot_info *out);

#endif
