/*
 * Entry of files that have no fixed place: they relocate themselves, then go on as any program
 * does, with the stack as it was.
 */
    .section .text.__umk_pie_start, "ax", @progbits
    .globl __umk_pie_start
    .type __umk_pie_start, @function
__umk_pie_start:
    xorl %ebp, %ebp
    movq %rsp, %rbx
    andq $-16, %rsp
    call __umk_self_relocate
    movq %rbx, %rsp
    jmp _start
    .size __umk_pie_start, .-__umk_pie_start

    .section .note.GNU-stack, "", @progbits
