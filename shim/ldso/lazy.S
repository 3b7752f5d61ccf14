/*
 * A call that is not bound yet comes here from the procedure linkage table (psABI, 5.2) with the
 * file's record and the relocation's index on the stack. All registers that may carry arguments are
 * kept; the binder touches no vector registers.
 */
    .text
    .globl __umk_dl_lazy_entry
    .hidden __umk_dl_lazy_entry
    .type __umk_dl_lazy_entry, @function
__umk_dl_lazy_entry:
    .cfi_startproc
    .cfi_adjust_cfa_offset 16
    pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %rbp
    .cfi_adjust_cfa_offset 72
    movq 72(%rsp), %rdi
    movq 80(%rsp), %rsi
    movq %rsp, %rbp
    andq $-16, %rsp
    call __umk_dl_bind
    movq %rbp, %rsp
    movq %rax, %r11
    popq %rbp
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rdx
    popq %rcx
    popq %rax
    .cfi_adjust_cfa_offset -72
    addq $16, %rsp
    .cfi_adjust_cfa_offset -16
    jmp *%r11
    .cfi_endproc
    .size __umk_dl_lazy_entry, .-__umk_dl_lazy_entry

    .section .note.GNU-stack, "", @progbits
