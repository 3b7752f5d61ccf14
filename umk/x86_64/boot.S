/*
 * From the loader to C. A loader that knows PVH (Xen's "boot protocol for HVM guests": QEMU's
 * -kernel) starts the boot processor at pvh_entry in 32-bit protected mode without paging, the
 * address of its hvm_start_info in ebx; one that knows Multiboot2 (its specification 2.0: GRUB)
 * in the same way at multiboot_entry, eax being a magic number.
 *
 * The tables made here map the first 4 GiB where they are and at the direct map's start, and the
 * first of them under the kernel's image. kmap.c replaces them.
 */
#include "umk/x86_64/layout.h"

    /* the note that names the 32-bit entry: XEN_ELFNOTE_PHYS32_ENTRY */
    .section .note.Xen, "a", @note
    .align 4
    .long 4, 8, 18
    .asciz "Xen"
    .quad pvh_entry - KERNEL_BASE

    .section .text.boot, "ax", @progbits
    /* for Multiboot2, which looks for it in the file's first 32 KiB */
    .align 8
multiboot_header:
    .long MULTIBOOT_HEADER, 0, multiboot_header_end - multiboot_header
    .long -(MULTIBOOT_HEADER + multiboot_header_end - multiboot_header)
    .short 3, 0 /* the 32-bit entry */
    .long 12, multiboot_entry - KERNEL_BASE, 0
    .short 6, 0 /* modules begin on a page */
    .long 8
    .short 0, 0
    .long 8
multiboot_header_end:

    .code32
    .type multiboot_entry, @function
multiboot_entry:
    movl %eax, %esi
    jmp 1f
    .size multiboot_entry, .-multiboot_entry

    .globl pvh_entry
    .type pvh_entry, @function
pvh_entry:
    xorl %esi, %esi
1:  cli
    cld
    movl $(boot_stack_top - KERNEL_BASE), %esp
    movl %ebx, %ebp

    /* tables: the top level's slots 0, 256 and 511 */
    movl $(boot_pdpt - KERNEL_BASE + 3), %eax
    movl %eax, boot_pml4 - KERNEL_BASE
    movl %eax, boot_pml4 - KERNEL_BASE + 256 * 8
    movl $(boot_pdpt_high - KERNEL_BASE + 3), %eax
    movl %eax, boot_pml4 - KERNEL_BASE + 511 * 8
    movl $(boot_pd - KERNEL_BASE + 3), %eax
    movl %eax, boot_pdpt_high - KERNEL_BASE + 510 * 8
    movl %eax, boot_pdpt - KERNEL_BASE
    addl $4096, %eax
    movl %eax, boot_pdpt - KERNEL_BASE + 8
    addl $4096, %eax
    movl %eax, boot_pdpt - KERNEL_BASE + 16
    addl $4096, %eax
    movl %eax, boot_pdpt - KERNEL_BASE + 24
    movl $(boot_pd - KERNEL_BASE), %edi
    movl $0x83, %eax
    movl $2048, %ecx
1:  movl %eax, (%edi)
    addl $0x200000, %eax
    addl $8, %edi
    decl %ecx
    jnz 1b

    movl $(boot_pml4 - KERNEL_BASE), %eax
    movl %eax, %cr3
    movl %cr4, %eax
    orl $CR4_PAE, %eax
    movl %eax, %cr4
    movl $MSR_EFER, %ecx
    rdmsr
    orl $(EFER_LME | EFER_NXE), %eax
    wrmsr
    movl %cr0, %eax
    orl $(CR0_PG | CR0_WP), %eax
    movl %eax, %cr0
    lgdt boot_gdt_pointer - KERNEL_BASE
    ljmp $SEGMENT_KERNEL_CODE, $(1f - KERNEL_BASE)

    .code64
1:  movabsq $2f, %rax
    jmp *%rax
2:  movl $SEGMENT_KERNEL_DATA, %eax
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movq $boot_stack_top, %rsp
    movl %ebp, %edi
    movl %esi, %esi
    xorl %ebp, %ebp
    call kernel_start
    hlt
    .size pvh_entry, .-pvh_entry

    .section .rodata
    .align 8
boot_gdt:
    .quad 0
    .quad 0x00AF9B000000FFFF
    .quad 0x00CF93000000FFFF
boot_gdt_pointer:
    .word . - boot_gdt - 1
    .long boot_gdt - KERNEL_BASE

    .bss
    .align 4096
    .globl boot_pml4
boot_pml4:
    .skip 4096
boot_pdpt:
    .skip 4096
boot_pdpt_high:
    .skip 4096
boot_pd:
    .skip 4 * 4096
    .skip 16384
    .globl boot_stack_top
boot_stack_top:

    .section .note.GNU-stack, "", @progbits
