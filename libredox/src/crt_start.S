/* Entry of a freestanding program: the initial stack goes to gate_program(). */
    .section .text._start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp
    movq %rsp, %rdi
    andq $-16, %rsp
    call gate_program
    hlt
    .size _start, .-_start

    .section .note.GNU-stack, "", @progbits
