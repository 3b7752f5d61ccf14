/* Where the kernel enters a program: upcalls and new threads; and the last steps of a thread. */
#include "umk/abi/metal.h"

/* Offsets, asserted in layout.c. */
#define THREAD_PORTAL 8
#define THREAD_SP 16
#define THREAD_FAULT_LOW 24
#define THREAD_FAULT_TOP 32
#define PORTAL_OP 0
#define PORTAL_NUMBER 4
#define PORTAL_ARGS 8
#define PORTAL_CANCEL 64
#define PORTAL_STATE 128
#define PORTAL_CONTROL 464
#define PORTAL_SAVED_IP 472
#define PORTAL_SAVED_FLAGS 480
#define INHIBIT 1
#define RED_ZONE 128

    .hidden metal_xsave_size /* the shared C library reaches it without a table */
    .text
/* A fault takes the stack set aside for it, unless it is there already. */
    .globl metal_on_fault
    .type metal_on_fault, @function
metal_on_fault:
    movq %rsp, %gs:THREAD_SP
    cmpq $0, %gs:THREAD_FAULT_TOP
    je 1f
    cmpq %gs:THREAD_FAULT_LOW, %rsp
    jb 2f
    cmpq %gs:THREAD_FAULT_TOP, %rsp
    ja 2f
1:  leaq -RED_ZONE(%rsp), %rsp
    jmp 3f
2:  movq %gs:THREAD_FAULT_TOP, %rsp
3:  andq $-16, %rsp
    pushq $1
    jmp upcall
    .size metal_on_fault, .-metal_on_fault

    .globl metal_on_nudge
    .type metal_on_nudge, @function
metal_on_nudge:
    movq %rsp, %gs:THREAD_SP
    leaq -RED_ZONE(%rsp), %rsp
    andq $-16, %rsp
    pushq $0
    /* where to go back to, then all registers; rip and rflags are filled in afterwards */
upcall:
    pushq $0 /* keeps the next ones out of what the way back overwrites */
    pushq %gs:THREAD_SP
    pushq $0
    pushq $0
    pushq %rax
    pushq %rbx
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %rbp
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %gs:THREAD_PORTAL, %rdx
    movq PORTAL_SAVED_IP(%rdx), %rax
    movq %rax, 15*8(%rsp)
    movq PORTAL_SAVED_FLAGS(%rdx), %rax
    movq %rax, 16*8(%rsp)
    movl 19*8(%rsp), %edi
    /* everything the kernel put aside is read: the next upcall may come */
    andq $~INHIBIT, PORTAL_CONTROL(%rdx)
    movq %rsp, %rbx
    movl metal_xsave_size(%rip), %ecx
    testl %ecx, %ecx
    jz 4f
    subq %rcx, %rsp
    andq $-64, %rsp
    xorl %eax, %eax
    movq %rax, 512(%rsp)
    movq %rax, 520(%rsp)
    movq %rax, 528(%rsp)
    movq %rax, 536(%rsp)
    movq %rax, 544(%rsp)
    movq %rax, 552(%rsp)
    movq %rax, 560(%rsp)
    movq %rax, 568(%rsp)
    movl $-1, %eax
    movl $-1, %edx
    xsave64 (%rsp)
    call metal_upcall
    movl $-1, %eax
    movl $-1, %edx
    xrstor64 (%rsp)
    jmp 5f
4:  subq $512, %rsp
    andq $-64, %rsp
    fxsave64 (%rsp)
    call metal_upcall
    fxrstor64 (%rsp)
    /* Back without the kernel, and without iretq (QEMU 7 takes user stacks for forbidden ones there
     * when SMAP is on): rip and rflags go below the interrupted code's red zone, from where popfq
     * and ret take them. What they overwrite of this frame is not needed any more. */
5:  movq %rbx, %rsp
    movq 17*8(%rsp), %rax
    movq 15*8(%rsp), %rcx
    movq 16*8(%rsp), %rdx
    movq %rcx, -RED_ZONE-8(%rax)
    movq %rdx, -RED_ZONE-16(%rax)
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rbp
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rbx
    popq %rax
    movq 16(%rsp), %rsp
    leaq -RED_ZONE-16(%rsp), %rsp
    popfq
    ret $RED_ZONE
    .size metal_on_nudge, .-metal_on_nudge

/* A new thread: number, portal, and its start record at the stack pointer. */
    .globl metal_thread_entry
    .type metal_thread_entry, @function
metal_thread_entry:
    xorl %ebp, %ebp
    movq %rsp, %rdx
    andq $-16, %rsp
    call metal_thread_main
    ud2
    .size metal_thread_entry, .-metal_thread_entry

/* A call whose arguments are in the portal (rbx), without any stack: r12 and r13 are the word and
 * the bit in the process page. */
    .macro portal_call op
    movl $\op, PORTAL_OP(%rbx)
    movl $0, PORTAL_CANCEL(%rbx)
    movl $1, PORTAL_STATE(%rbx)
    lock orq %r13, (%r12)
    movl $METAL_PROCESS, %eax
    xorl %edi, %edi
    xorl %edx, %edx
    syscall
    .endm

/* _Noreturn void metal_end_thread(portal, posted, bit, tid, unmap, len): gives the stack back, then
 * says that the thread has ended and wakes who waits for that, then ends it. */
    .globl metal_end_thread
    .type metal_end_thread, @function
metal_end_thread:
    movq %rdi, %rbx
    movq %rsi, %r12
    movq %rdx, %r13
    movq %rcx, %r14
    testq %r9, %r9
    jz 1f
    movq %r8, PORTAL_ARGS(%rbx)
    movq %r9, PORTAL_ARGS+8(%rbx)
    portal_call 0x2000005C  /* SYS_FUNMAP */
1:  testq %r14, %r14
    jz 2f
    movl $0, (%r14)
    movq $1, PORTAL_ARGS(%rbx)      /* FUTEX_OP_WAKE */
    movq %r14, PORTAL_ARGS+8(%rbx)
    movq $0x7FFFFFFF, PORTAL_ARGS+16(%rbx)
    portal_call 0x000000F0  /* SYS_FUTEX */
2:  movl PORTAL_NUMBER(%rbx), %ecx
    movq %rcx, PORTAL_ARGS(%rbx)
    portal_call 0x7E000007  /* UMK_PORTAL_FREE */
    ud2
    .size metal_end_thread, .-metal_end_thread

    .section .note.GNU-stack, "", @progbits
