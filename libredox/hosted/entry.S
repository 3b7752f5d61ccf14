/* Places where control enters a thread, or leaves it for good, without a C frame. */

/* i64 hosted_clone_thread(flags, stack, parent_tid, child_tid, tls): the child makes a call on its
 * new stack, whose top holds the argument and the function. */
    .text
    .globl hosted_clone_thread
    .type hosted_clone_thread, @function
hosted_clone_thread:
    movq %rcx, %r10
    movl $56, %eax
    syscall
    testq %rax, %rax
    jz 1f
    ret
1:  xorl %ebp, %ebp
    popq %rdi
    popq %rax
    andq $-16, %rsp
    call *%rax
    hlt
    .size hosted_clone_thread, .-hosted_clone_thread

/* i64 hosted_call_on(stack_top, function, arg): calls function(arg) on that stack. */
    .globl hosted_call_on
    .type hosted_call_on, @function
hosted_call_on:
    pushq %rbp
    movq %rsp, %rbp
    movq %rdi, %rsp
    movq %rdx, %rdi
    call *%rsi
    movq %rbp, %rsp
    popq %rbp
    ret
    .size hosted_call_on, .-hosted_call_on

/* _Noreturn void hosted_unmap_exit(addr, len): the stack may go, so no memory is touched. */
    .globl hosted_unmap_exit
    .type hosted_unmap_exit, @function
hosted_unmap_exit:
    testq %rsi, %rsi
    jz 2f
    movl $11, %eax
    syscall
2:  xorl %edi, %edi
    movl $60, %eax
    syscall
    hlt
    .size hosted_unmap_exit, .-hosted_unmap_exit

/* Restores a host signal frame (SA_RESTORER). */
    .globl hosted_restore_rt
    .type hosted_restore_rt, @function
hosted_restore_rt:
    movl $15, %eax
    syscall
    .size hosted_restore_rt, .-hosted_restore_rt

    .section .note.GNU-stack, "", @progbits
