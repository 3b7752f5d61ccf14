/* Places where control enters a thread, or leaves it for good, without a C frame. */

/* i64 hosted_clone_thread(flags, stack, parent_tid, child_tid, tls): the child calls
 * hosted_thread_main on its new stack, whose top holds the gate_thread pointer. */
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
    andq $-16, %rsp
    call hosted_thread_main
    hlt
    .size hosted_clone_thread, .-hosted_clone_thread

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
