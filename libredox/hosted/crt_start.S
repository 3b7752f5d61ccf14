/* Entry of a freestanding program: the host's initial stack goes to hosted_start(). */
    .section .text._start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp
    movq %rsp, %rdi
    andq $-16, %rsp
    call hosted_start
    hlt
    .size _start, .-_start

    .section .note.GNU-stack, "", @progbits
