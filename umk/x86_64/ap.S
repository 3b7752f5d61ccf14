/*
 * Where the other processors begin: in real mode at AP_PAGE, to which the first part is copied.
 * By boot.S's tables, which map the first GiB where it is, they come into the kernel's image, take
 * the stack that is laid out for them, and go on in C.
 */
#include "umk/x86_64/layout.h"

#define CODE_32 0x18
#define AT(label) (AP_PAGE + (label) - ap_start)

    .section .rodata
    .globl ap_start
    .code16
ap_start:
    cli
    cld
    xorw %ax, %ax
    movw %ax, %ds
    lgdtl AT(ap_gdt_pointer)
    movl %cr0, %eax
    orl $1, %eax
    movl %eax, %cr0
    ljmpl $CODE_32, $AT(1f)

    .code32
1:  movl $SEGMENT_KERNEL_DATA, %eax
    movl %eax, %ds
    movl $(boot_pml4 - KERNEL_BASE), %eax
    movl %eax, %cr3
    movl %cr4, %eax
    orl $CR4_PAE, %eax
    movl %eax, %cr4
    movl $MSR_EFER, %ecx
    rdmsr
    orl $(EFER_LME | EFER_NXE), %eax
    wrmsr
    movl $(CR0_PG | CR0_WP | 1), %eax
    movl %eax, %cr0
    ljmp $SEGMENT_KERNEL_CODE, $AT(2f)

    .code64
2:  movabsq $ap_high, %rax
    jmp *%rax

    .align 8
ap_gdt:
    .quad 0
    .quad 0x00AF9B000000FFFF
    .quad 0x00CF93000000FFFF
    .quad 0x00CF9B000000FFFF
ap_gdt_pointer:
    .word . - ap_gdt - 1
    .long AT(ap_gdt)
    .globl ap_end
ap_end:

    .text
    .type ap_high, @function
ap_high:
    movl $SEGMENT_KERNEL_DATA, %eax
    movl %eax, %ss
    xorl %eax, %eax
    movl %eax, %ds
    movl %eax, %es
    movl %eax, %fs
    movl %eax, %gs
    movq ap_root, %rax
    movq %rax, %cr3
    xorl %eax, %eax
    xchgq %rax, ap_stack
    testq %rax, %rax
    jz 3f
    movq %rax, %rsp
    xorl %ebp, %ebp
    call ap_main
3:  cli
    hlt
    jmp 3b
    .size ap_high, .-ap_high

    .section .note.GNU-stack, "", @progbits
