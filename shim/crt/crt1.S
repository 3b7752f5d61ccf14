/* Entry of a dynamically linked program; the loader has prepared everything. */
    .text
    .globl _start
    .type _start, @function
_start:
    xorl %ebp, %ebp
    andq $-16, %rsp
    movq main@GOTPCREL(%rip), %rdi
    call *__umk_run_main@GOTPCREL(%rip)
    hlt
    .size _start, .-_start

    .section .note.GNU-stack, "", @progbits
