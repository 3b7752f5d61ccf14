/*
 * Constants of the processor and of the kernel's address space, for C and assembler. The numbers
 * are from the Intel and AMD manuals (control registers, EFER, segment descriptors).
 */
#ifndef UMK_X86_64_LAYOUT_H
#define UMK_X86_64_LAYOUT_H

#define CR0_WP 0x10000
#define CR0_PG 0x80000000
#define CR0_MP 0x2
#define CR0_EM 0x4
#define CR0_TS 0x8
#define CR0_NE 0x20
#define CR0_AM 0x40000
#define CR4_PAE 0x20
#define CR4_PGE 0x80
#define CR4_OSFXSR 0x200
#define CR4_OSXMMEXCPT 0x400
#define CR4_UMIP 0x800
#define CR4_OSXSAVE 0x40000
#define CR4_SMEP 0x100000
#define CR4_SMAP 0x200000
#define MSR_APIC_BASE 0x1B
#define MSR_PAT 0x277
#define MSR_EFER 0xC0000080
#define EFER_SCE 0x1
#define EFER_LME 0x100
#define EFER_NXE 0x800
#define MSR_STAR 0xC0000081
#define MSR_LSTAR 0xC0000082
#define MSR_CSTAR 0xC0000083
#define MSR_SFMASK 0xC0000084
#define MSR_FS_BASE 0xC0000100
#define MSR_GS_BASE 0xC0000101
#define MSR_KERNEL_GS_BASE 0xC0000102
#define MSR_TSC_AUX 0xC0000103

/* What a Multiboot2 loader looks for. */
#define MULTIBOOT_HEADER 0xE85250D6

#define RFLAGS_FIXED 0x2
#define RFLAGS_TF 0x100
#define RFLAGS_IF 0x200
#define RFLAGS_DF 0x400
#define RFLAGS_IOPL 0x3000
#define RFLAGS_NT 0x4000
#define RFLAGS_RF 0x10000
#define RFLAGS_AC 0x40000

/* Segments: the order of the last three is what syscall and sysret want. */
#define SEGMENT_KERNEL_CODE 0x08
#define SEGMENT_KERNEL_DATA 0x10
#define SEGMENT_USER_DATA 0x1B
#define SEGMENT_USER_CODE 0x23
#define SEGMENT_TSS 0x28

/* Address space: the lower half is the current process's. */
#define DIRECT_BASE 0xFFFF800000000000 /* all of RAM, at its physical address */
#define DIRECT_SLOTS 4                 /* of 512 GiB each */
#define VMAP_BASE 0xFFFFC00000000000   /* what the kernel maps page by page */
#define VMAP_SIZE 0x8000000000         /* one slot of the top level */
#define KERNEL_BASE 0xFFFFFFFF80000000 /* the image; physical address 0 */
#define AP_PAGE 0x8000                 /* physical: where the other processors begin */

/* Offsets in struct cpu and struct regs that the assembler knows; asserted in cpu.c. */
#define CPU_SCRATCH 8
#define CPU_STACK 16
#define CPU_REGS_END 24
#define REGS_SIZE 176
#define REGS_CS 144

#endif
