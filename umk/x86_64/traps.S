/*
 * Where the processor enters the kernel. From user code the registers are pushed into the current
 * thread's record, and the kernel's C code starts at the top of the processor's own stack: it
 * never returns, but leaves by enter_user for whatever thread is next. From the kernel itself
 * (an idle processor's interrupt, or a fault of the kernel) they go onto the stack at hand.
 */
#include "umk/x86_64/layout.h"

    .macro push_registers
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %rax
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    .endm

    .macro pop_registers
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rax
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    .endm

    .text
    .altmacro
    .macro stub n
trap_stub_\n:
    .if !(\n == 8 || (\n >= 10 && \n <= 14) || \n == 17 || \n == 21 || \n == 29 || \n == 30)
    pushq $0
    .endif
    pushq $\n
    jmp trap_common
    .endm

    .set i, 0
    .rept 256
    stub %i
    .set i, i + 1
    .endr

trap_common:
    testb $3, 24(%rsp)
    push_registers
    movq %rsp, %rdi
    jz 1f
    swapgs
    movq %gs:CPU_STACK, %rsp
    pushq $RFLAGS_FIXED
    popfq
    xorl %ebp, %ebp
    call trap_from_user
    ud2
1:  cld
    call trap_from_kernel
    pop_registers
    addq $16, %rsp
    iretq

    .globl syscall_entry
    .type syscall_entry, @function
syscall_entry:
    swapgs
    movq %rsp, %gs:CPU_SCRATCH
    movq %gs:CPU_REGS_END, %rsp
    pushq $SEGMENT_USER_DATA
    pushq %gs:CPU_SCRATCH
    pushq %r11
    pushq $SEGMENT_USER_CODE
    pushq %rcx
    pushq $0
    pushq $256
    push_registers
    movq %rsp, %rdi
    movq %gs:CPU_STACK, %rsp
    xorl %ebp, %ebp
    call syscall_from_user
    ud2
    .size syscall_entry, .-syscall_entry

/* _Noreturn void enter_user(const struct regs *r) */
    .globl enter_user
    .type enter_user, @function
enter_user:
    movq %rdi, %rsp
    pop_registers
    cmpq $256, (%rsp)
    jne 1f
    movq 40(%rsp), %rsp
    swapgs
    sysretq
1:  addq $16, %rsp
    swapgs
    iretq
    .size enter_user, .-enter_user

/* void idle_wait(void): sleeps until an interrupt has come. Nothing that came before is missed:
 * sti takes effect after the hlt has begun. */
    .globl idle_wait
    .type idle_wait, @function
idle_wait:
    sti
    hlt
    cli
    ret
    .size idle_wait, .-idle_wait

/* _Noreturn void on_stack(u64 top, void (*fn)(void)): goes on at the top of another stack. */
    .globl on_stack
    .type on_stack, @function
on_stack:
    movq %rdi, %rsp
    xorl %ebp, %ebp
    call *%rsi
    ud2
    .size on_stack, .-on_stack

    .section .rodata
    .globl trap_stubs
    .align 8
    .macro stub_address n
    .quad trap_stub_\n
    .endm
trap_stubs:
    .set i, 0
    .rept 256
    stub_address %i
    .set i, i + 1
    .endr

    .section .note.GNU-stack, "", @progbits
