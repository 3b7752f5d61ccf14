/*
 * setjmp and longjmp: the registers that a function must keep, and where to go on. The
 * buffer is eight words: rbx rbp r12 r13 r14 r15 rsp rip (see <setjmp.h>).
 */
    .text
    .globl setjmp, _setjmp, longjmp, _longjmp
    .type setjmp, @function
    .type longjmp, @function
setjmp:
_setjmp:
    movq %rbx, (%rdi)
    movq %rbp, 8(%rdi)
    movq %r12, 16(%rdi)
    movq %r13, 24(%rdi)
    movq %r14, 32(%rdi)
    movq %r15, 40(%rdi)
    leaq 8(%rsp), %rdx
    movq %rdx, 48(%rdi)
    movq (%rsp), %rdx
    movq %rdx, 56(%rdi)
    xorl %eax, %eax
    ret
    .size setjmp, . - setjmp

longjmp:
_longjmp:
    movl %esi, %eax
    testl %eax, %eax
    jnz 1f
    incl %eax
1:  movq (%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    movq 48(%rdi), %rsp
    jmpq *56(%rdi)
    .size longjmp, . - longjmp

/* sigsetjmp(buf, save): saves the mask beside the registers when asked. */
    .globl sigsetjmp, siglongjmp
    .type sigsetjmp, @function
    .type siglongjmp, @function
sigsetjmp:
    pushq %rdi
    subq $16, %rsp
    call __umk_sigjmp_save
    addq $16, %rsp
    popq %rdi
    jmp setjmp
    .size sigsetjmp, . - sigsetjmp

siglongjmp:
    pushq %rdi
    pushq %rsi
    subq $8, %rsp
    call __umk_sigjmp_restore
    addq $8, %rsp
    popq %rsi
    popq %rdi
    jmp longjmp
    .size siglongjmp, . - siglongjmp

    .section .note.GNU-stack, "", @progbits
