/*
 * What a Multiboot2 loader tells (specification 2.0, section 3.6), GRUB for example. Its first
 * module is the boot archive, a second one a disk in memory.
 */
#ifndef UMK_X86_64_MULTIBOOT_H
#define UMK_X86_64_MULTIBOOT_H

#include "umk/x86_64/pvh.h"

/* What eax holds at the entry. */
#define MULTIBOOT_MAGIC 0x36D76289u

/* As pvh_read. */
const char *multiboot_read(u64 physical, struct boot_info *out);

#endif
