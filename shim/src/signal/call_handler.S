/*
 * void __umk_call_handler(int sig, siginfo_t *info, void *context, handler, void *stack)
 *
 * The first three arguments are the handler's own. The frame pointer chain goes through the
 * change of stacks, so a backtrace from a handler shows what it interrupted.
 */
    .text
    .globl __umk_call_handler
    .hidden __umk_call_handler
    .type __umk_call_handler, @function
__umk_call_handler:
    .cfi_startproc
    push %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    mov %rsp, %rbp
    .cfi_def_cfa_register %rbp
    test %r8, %r8
    cmovnz %r8, %rsp
    and $-16, %rsp
    cld
    call *%rcx
    leave
    .cfi_def_cfa %rsp, 8
    ret
    .cfi_endproc
    .size __umk_call_handler, . - __umk_call_handler
    .section .note.GNU-stack, "", @progbits
